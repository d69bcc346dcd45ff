#include "message/cfws.h"
#include "spf/received_spf.h"
#include "text/ascii.h"

#include <algorithm>
#include <optional>

namespace mox::spf {

namespace {

constexpr std::size_t size_limit = 65'536;
constexpr std::size_t others_limit = 50;

// RFC 7208 section 9.1, and what stood there before RFC 4408.
std::optional<Verdict> verdict_of(std::string_view word) {
  if (text::iequals(word, "error")) return Verdict::temperror;
  if (text::iequals(word, "unknown")) return Verdict::permerror;
  return parse_verdict(word);
}

std::string_view take_until(std::string_view& text, std::string_view ends) {
  const auto end = std::min(text.find_first_of(ends), text.size());
  const auto word = text.substr(0, end);
  text.remove_prefix(end);
  return word;
}

std::string take_value(std::string_view& text) {
  message::skip_cfws(text);
  std::string value;
  if (text.starts_with('"'))
    message::append_unquoted(value, message::take_quoted(text));
  else
    value = take_until(text, "; \t\r\n(");
  return value;
}

std::string* field_of(ReceivedSpf& field, std::string_view name) {
  if (name == "client-ip") return &field.client_ip;
  if (name == "envelope-from") return &field.envelope_from;
  if (name == "helo") return &field.helo;
  if (name == "problem") return &field.problem;
  if (name == "mechanism") return &field.mechanism;
  if (name == "receiver") return &field.receiver;
  if (name == "identity") return &field.identity;
  return nullptr;
}

void set(ReceivedSpf& field, std::string name, std::string value) {
  if (auto* known = field_of(field, name)) {
    if (known->empty()) *known = std::move(value);
  } else if (field.others.size() < others_limit) {
    field.others.emplace_back(std::move(name), std::move(value));
  }
}

void take_pair(std::string_view& text, ReceivedSpf& to) {
  auto name = text::lower(take_until(text, "=; \t\r\n(\""));
  message::skip_cfws(text);
  if (text.starts_with('=')) {
    text.remove_prefix(1);
    auto value = take_value(text);
    if (!name.empty()) set(to, std::move(name), std::move(value));
  } else if (text.starts_with('"')) {
    message::take_quoted(text); // belongs to nothing
  }
}

} // namespace

Result<ReceivedSpf> parse_received_spf(std::string_view body) {
  if (body.size() > size_limit)
    return failure(ErrorKind::invalid, "Received-SPF is longer than 64 KiB");
  message::skip_cfws(body);
  ReceivedSpf field;
  const auto word = take_until(body, " \t\r\n(;");
  const auto verdict = verdict_of(word);
  if (!verdict) return failure(ErrorKind::invalid, "Received-SPF has no result");
  field.verdict = *verdict;
  message::skip_cfws(body, &field.comment);
  std::ranges::replace(field.comment, '\t', ' '); // a fold
  while (!body.empty()) {
    take_pair(body, field);
    message::skip_cfws(body);
    if (body.starts_with(';')) body.remove_prefix(1);
    message::skip_cfws(body);
  }
  return field;
}

} // namespace mox::spf
