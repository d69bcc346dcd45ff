#include "reportmessage/compose.h"

#include "archive/compress.h"
#include "text/ascii.h"
#include "text/base64.h"

#include <fmt/format.h>

#include <algorithm>

namespace mox::reportmessage {

namespace {

constexpr std::size_t line_size = 76; // RFC 2045 section 6.8
constexpr std::size_t field_line_size = 78;

// Nothing that could begin another field.
std::string one_line(std::string_view value) {
  std::string line;
  for (const char c : value)
    if (text::is_printable(c)) line += c;
  return line;
}

// Broken at its spaces (RFC 5322 section 2.2.3).
void add_field(std::string& to, std::string_view name, std::string_view value) {
  to += name;
  to += ':';
  auto used = name.size() + 1;
  const auto line = one_line(value);
  for (std::string_view rest = line; !rest.empty();) {
    const auto size = std::min(rest.find(' '), rest.size());
    const bool breaks = used + 1 + size > field_line_size && used > name.size() + 1;
    to += breaks ? "\r\n " : " ";
    used = (breaks ? 0 : used) + 1 + size;
    to += rest.substr(0, size);
    rest.remove_prefix(std::min(size + 1, rest.size()));
  }
  to += "\r\n";
}

// RFC 2047 is not needed: nothing here but ASCII.
void add_text(std::string& to, std::string_view text) {
  char last = '\n';
  for (const char c : text) {
    if (c == '\n' && last != '\r') to += '\r';
    to += c;
    last = c;
  }
  if (last != '\n') to += "\r\n";
}

void add_base64(std::string& to, std::string_view bytes) {
  const auto encoded = text::base64_encode(bytes);
  for (std::string_view rest = encoded; !rest.empty();) {
    const auto size = std::min(line_size, rest.size());
    to += rest.substr(0, size);
    to += "\r\n";
    rest.remove_prefix(size);
  }
}

std::string joined(const std::vector<std::string>& addresses) {
  std::string list;
  for (const auto& address : addresses) list += (list.empty() ? "" : ", ") + address;
  return list;
}

std::string_view attachment_type(Kind kind) {
  return kind == Kind::dmarc ? "application/gzip" : "application/tlsrpt+gzip";
}

void add_header(std::string& to, const Composition& composition) {
  add_field(to, "From", composition.from);
  add_field(to, "To", joined(composition.to));
  add_field(to, "Subject", subject_line(composition.subject));
  add_field(to, "Date", composition.date);
  add_field(to, "Message-ID", composition.message_id);
  if (composition.kind == Kind::tlsrpt) {
    add_field(to, "TLS-Report-Domain", composition.subject.domain);
    add_field(to, "TLS-Report-Submitter", composition.subject.submitter);
    // A report must get through where TLS does not (RFC 8689 section 5).
    add_field(to, "TLS-Required", "No");
  }
  if (!composition.user_agent.empty()) add_field(to, "User-Agent", composition.user_agent);
  add_field(to, "MIME-Version", "1.0");
  add_field(
      to, "Content-Type",
      fmt::format("multipart/{} boundary=\"{}\"",
                  composition.kind == Kind::dmarc ? "mixed;" : "report; report-type=\"tlsrpt\";",
                  composition.boundary));
}

} // namespace

std::string subject_line(const Subject& subject) {
  return fmt::format("Report Domain: {} Submitter: {} Report-ID: <{}>", subject.domain,
                     subject.submitter, subject.id);
}

std::string file_name(Kind kind, const Subject& subject) {
  return fmt::format("{}!{}!{}!{}.{}.gz", subject.submitter, subject.domain, subject.begin,
                     subject.end, kind == Kind::dmarc ? "xml" : "json");
}

std::string compose(const Composition& composition) {
  std::string message;
  add_header(message, composition);
  const auto delimiter = fmt::format("--{}", one_line(composition.boundary));
  message += fmt::format("\r\n{}\r\n", delimiter);
  add_field(message, "Content-Type", "text/plain; charset=us-ascii");
  message += "\r\n";
  add_text(message, composition.text);
  message += fmt::format("\r\n{}\r\n", delimiter);
  add_field(message, "Content-Type", attachment_type(composition.kind));
  add_field(message, "Content-Transfer-Encoding", "base64");
  add_field(
      message, "Content-Disposition",
      fmt::format("attachment; filename=\"{}\"", file_name(composition.kind, composition.subject)));
  message += "\r\n";
  add_base64(message, archive::gzip(composition.report));
  message += fmt::format("{}--\r\n", delimiter);
  return message;
}

} // namespace mox::reportmessage
