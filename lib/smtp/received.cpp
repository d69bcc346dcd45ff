#include "smtp/received.h"

#include "text/ascii.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>

namespace mox::smtp {

namespace {

constexpr std::size_t max_column = 78; // RFC 5322 section 2.1.1

// Puts words together, on a new line when they would pass the last column.
class Folder {
public:
  explicit Folder(std::string_view name) : text_(name) { column_ = text_.size(); }

  void add(std::string_view word) {
    if (word.empty()) return;
    if (column_ + 1 + word.size() > max_column) {
      text_ += "\r\n\t";
      column_ = 1;
    } else {
      text_ += ' ';
      ++column_;
    }
    text_ += word;
    column_ += word.size();
  }

  // Without a space before it.
  void attach(char c) {
    text_ += c;
    ++column_;
  }

  std::string take() { return std::move(text_) + "\r\n"; }

private:
  std::string text_;
  std::size_t column_ = 0;
};

// A name from a peer, or from DNS, with nothing in it that could end a comment or a line.
std::string safe_name(std::string_view name) {
  std::string safe(name);
  for (char& c : safe) {
    const bool utf8 = static_cast<unsigned char>(c) >= 0x80;
    if (!text::is_alnum(c) && !utf8 &&
        std::string_view(".-_:[]/").find(c) == std::string_view::npos)
      c = '?';
  }
  return safe;
}

std::string without_controls(std::string_view text) {
  std::string safe(text);
  for (char& c : safe)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  return safe;
}

// address-literal (RFC 5321 section 4.1.3)
std::string literal(std::string_view ip) {
  const bool ipv6 = ip.find(':') != std::string_view::npos;
  return std::string(ipv6 ? "[IPv6:" : "[") + safe_name(ip) + ']';
}

std::string comment(std::string_view text) {
  return '(' + std::string(text) + ')';
}

void add_ascii_form(Folder& folder, const ShownDomain& domain) {
  if (!domain.ascii.empty() && domain.ascii != domain.name)
    folder.add(comment(safe_name(domain.ascii)));
}

// From-domain = "FROM" FWS Extended-Domain
// Extended-Domain = Domain / (Domain FWS "(" TCP-info ")") / (address-literal FWS "(" TCP-info ")")
void add_from(Folder& folder, const Received& received) {
  const bool known = !received.remote_ip.empty();
  folder.add("from");
  if (!received.from.name.empty())
    folder.add(safe_name(received.from.name));
  else
    folder.add(known ? literal(received.remote_ip) : "unknown");
  if (known) {
    const bool named =
        !received.remote_name.empty() && !text::iequals(received.remote_name, received.from.name);
    const auto ip = literal(received.remote_ip);
    folder.add(comment(named ? safe_name(received.remote_name) + ' ' + ip : ip));
  }
  if (!received.local_user.empty()) folder.add(comment(without_controls(received.local_user)));
  add_ascii_form(folder, received.from);
}

void add_by(Folder& folder, const Received& received) {
  folder.add("by");
  folder.add(safe_name(received.by.name));
  if (!received.local_ip.empty()) folder.add(comment(literal(received.local_ip)));
  add_ascii_form(folder, received.by);
}

void add_tls(Folder& folder, const Received& received) {
  if (received.tls_version.empty()) return;
  auto text = safe_name(received.tls_version);
  if (!received.cipher_suite.empty()) text += ' ' + safe_name(received.cipher_suite);
  folder.add(comment(text));
}

// As other servers write it.
void add_login(Folder& folder, std::string_view login) {
  if (login.empty()) return;
  std::string text = "Authenticated sender: ";
  for (const char c : without_controls(login)) {
    // quoted-pair (RFC 5322 section 3.2.1)
    if (c == '(' || c == ')' || c == '\\') text += '\\';
    text += c;
  }
  folder.add(comment(text));
}

void append_two(std::string& to, unsigned value) {
  to += static_cast<char>('0' + value / 10 % 10);
  to += static_cast<char>('0' + value % 10);
}

} // namespace

std::string with_protocol(const Received& received) {
  std::string name = "SMTP";
  if (received.extended) name = received.utf8 ? "UTF8SMTP" : "ESMTP";
  if (received.tls) name += 'S';
  if (received.authenticated) name += 'A';
  return name;
}

std::string format_received(const Received& received) {
  Folder folder("Received:");
  add_from(folder, received);
  add_by(folder, received);
  if (received.local_user.empty()) {
    folder.add("via");
    folder.add("tcp");
  }
  folder.add("with");
  folder.add(with_protocol(received));
  if (received.require_tls) folder.add("(requiretls)");
  if (!received.id.empty()) {
    folder.add("id");
    folder.add(safe_name(received.id));
  }
  add_tls(folder, received);
  add_login(folder, received.login);
  if (!received.recipient.empty()) {
    folder.add("for");
    folder.add('<' + without_controls(received.recipient) + '>');
  }
  folder.attach(';');
  folder.add(format_date(received.date, received.zone));
  return folder.take();
}

std::string format_date(std::int64_t seconds, std::int16_t zone) {
  constexpr std::array<std::string_view, 7> days = {"Sun", "Mon", "Tue", "Wed",
                                                    "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  // Years 1 to 9998: what a calendar of four digits can hold in every zone.
  const auto clamped = std::clamp<std::int64_t>(seconds, -62'135'596'800, 253'370'764'799);
  const std::chrono::sys_seconds local{std::chrono::seconds(clamped + zone * 60)};
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(local - day);
  std::string text(days[std::chrono::weekday(day).c_encoding()]);
  text += ", " + std::to_string(static_cast<unsigned>(date.day())) + ' ';
  text += months[static_cast<unsigned>(date.month()) - 1];
  const auto year = std::to_string(static_cast<int>(date.year()));
  text += ' ' + std::string(4 - year.size(), '0') + year + ' ';
  append_two(text, static_cast<unsigned>(clock.hours().count()));
  text += ':';
  append_two(text, static_cast<unsigned>(clock.minutes().count()));
  text += ':';
  append_two(text, static_cast<unsigned>(clock.seconds().count()));
  text += zone < 0 ? " -" : " +";
  const auto east = static_cast<unsigned>(std::abs(zone));
  append_two(text, east / 60);
  append_two(text, east % 60);
  return text;
}

} // namespace mox::smtp
