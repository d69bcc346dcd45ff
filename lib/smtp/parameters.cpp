#include "smtp/parameters.h"

#include "text/ascii.h"

#include <algorithm>
#include <array>

namespace mox::smtp {

namespace {

using Kind = CommandError::Kind;
using Done = std::expected<void, CommandError>;

struct Parameter {
  std::string keyword;                   // upper case
  std::optional<std::string_view> value; // nothing without "="
};

std::unexpected<CommandError> bad_value(const Parameter& parameter) {
  return command_error(Kind::bad_parameter, "bad value for parameter " + parameter.keyword);
}

// esmtp-param   = esmtp-keyword ["=" esmtp-value]
// esmtp-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-")
// esmtp-value   = 1*(%d33-60 / %d62-126 / UTF8-non-ascii)
std::expected<Parameter, CommandError> parse_parameter(std::string_view word) {
  const auto equals = word.find('=');
  const auto keyword = word.substr(0, equals);
  const auto allowed = [](char c) { return text::is_alnum(c) || c == '-'; };
  if (keyword.empty() || keyword.front() == '-' || !std::ranges::all_of(keyword, allowed))
    return command_error(Kind::syntax, "bad parameter");
  Parameter parameter{text::upper(keyword), std::nullopt};
  if (equals == std::string_view::npos) return parameter;
  parameter.value = word.substr(equals + 1);
  const bool has_equals = parameter.value->find('=') != std::string_view::npos;
  if (parameter.value->empty() || has_equals) return bad_value(parameter);
  return parameter;
}

// The next word of `text`, without the spaces around it; "" at the end.
//
// Deviation: more than one space between parameters.
std::string_view take_word(std::string_view& text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  const auto word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());
  return word;
}

Done size(const Parameter& parameter, CommandOptions, Mail& command) {
  const bool fits = parameter.value && parameter.value->size() <= 20; // RFC 1870 section 3
  const auto number =
      fits ? text::parse_number<std::uint64_t>(*parameter.value) : std::optional<std::uint64_t>();
  if (!number) return bad_value(parameter);
  command.size = number;
  return {};
}

Done body(const Parameter& parameter, CommandOptions options, Mail& command) {
  const auto value = parameter.value.value_or("");
  if (text::iequals(value, "7BIT"))
    command.body = Body::seven_bit;
  else if (text::iequals(value, "8BITMIME"))
    command.body = Body::eight_bit_mime;
  else if (options.chunking && text::iequals(value, "BINARYMIME"))
    command.body = Body::binary_mime;
  else
    return bad_value(parameter);
  return {};
}

Done auth(const Parameter& parameter, CommandOptions, Mail& command) {
  auto decoded = parameter.value ? decode_xtext(*parameter.value) : std::nullopt;
  if (!decoded) return bad_value(parameter);
  command.auth = std::move(decoded);
  return {};
}

Done smtputf8(const Parameter& parameter, CommandOptions, Mail& command) {
  if (parameter.value) return bad_value(parameter);
  command.smtputf8 = true;
  return {};
}

Done require_tls(const Parameter& parameter, CommandOptions, Mail& command) {
  if (parameter.value) return bad_value(parameter);
  command.require_tls = true;
  return {};
}

// future-release-integer = 1*9DIGIT (RFC 4865 section 4.2)
Done hold_for(const Parameter& parameter, CommandOptions, Mail& command) {
  const bool fits = parameter.value && parameter.value->size() <= 9;
  const auto number =
      fits ? text::parse_number<std::uint32_t>(*parameter.value) : std::optional<std::uint32_t>();
  if (!number || command.hold_until) return bad_value(parameter);
  command.hold_for = std::chrono::seconds(*number);
  return {};
}

Done hold_until(const Parameter& parameter, CommandOptions, Mail& command) {
  const auto time = parameter.value ? parse_rfc3339(*parameter.value) : std::nullopt;
  if (!time || command.hold_for) return bad_value(parameter);
  command.hold_until = time;
  return {};
}

struct KnownParameter {
  std::string_view keyword;
  Done (*parse)(const Parameter&, CommandOptions, Mail&);
};

constexpr std::array<KnownParameter, 7> known_parameters = {{
    {"SIZE", size},
    {"BODY", body},
    {"AUTH", auth},
    {"SMTPUTF8", smtputf8},
    {"REQUIRETLS", require_tls},
    {"HOLDFOR", hold_for},
    {"HOLDUNTIL", hold_until},
}};

std::unexpected<CommandError> unknown(const Parameter& parameter) {
  return command_error(Kind::unknown_parameter, "unknown parameter " + parameter.keyword);
}

int hex_value(char c) {
  if (text::is_digit(c)) return c - '0';
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::optional<unsigned> digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  const auto number = text::parse_number<unsigned>(text.substr(0, count));
  if (number) text.remove_prefix(count);
  return number;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// time-offset = "Z" / ("+" / "-") time-hour ":" time-minute; all of `text`
std::optional<std::chrono::minutes> offset(std::string_view text) {
  if (text == "Z" || text == "z") return std::chrono::minutes(0);
  const bool west = text.starts_with('-');
  if (!west && !text.starts_with('+')) return std::nullopt;
  text.remove_prefix(1);
  const auto hours = digits(text, 2);
  if (!hours || *hours > 23 || !take(text, ':')) return std::nullopt;
  const auto minutes = digits(text, 2);
  if (!minutes || *minutes > 59 || !text.empty()) return std::nullopt;
  const std::chrono::minutes east(*hours * 60 + *minutes);
  return west ? -east : east;
}

void drop_fraction(std::string_view& text) {
  if (text.size() < 2 || text[0] != '.' || !text::is_digit(text[1])) return;
  text.remove_prefix(1);
  while (!text.empty() && text::is_digit(text.front())) text.remove_prefix(1);
}

void append_digits(std::string& to, int value, int count) {
  const auto text = std::to_string(value);
  to.append(static_cast<std::size_t>(std::max(0, count - static_cast<int>(text.size()))), '0');
  to += text;
}

} // namespace

std::expected<void, CommandError> parse_mail_parameters(std::string_view text,
                                                        CommandOptions options, Mail& command) {
  if (!text.empty() && text.front() != ' ')
    return command_error(Kind::syntax, "a space is needed after the address");
  std::array<bool, known_parameters.size()> seen{};
  for (auto word = take_word(text); !word.empty(); word = take_word(text)) {
    MOX_TRY_ASSIGN(parameter, parse_parameter(word));
    const auto known =
        std::ranges::find(known_parameters, parameter.keyword, &KnownParameter::keyword);
    if (known == known_parameters.end()) return unknown(parameter);
    auto& given = seen[static_cast<std::size_t>(known - known_parameters.begin())];
    if (given)
      return command_error(Kind::duplicate_parameter,
                           "parameter given twice: " + parameter.keyword);
    given = true;
    MOX_TRY(known->parse(parameter, options, command));
  }
  return {};
}

std::expected<void, CommandError> refuse_rcpt_parameters(std::string_view text) {
  if (!text.empty() && text.front() != ' ')
    return command_error(Kind::syntax, "a space is needed after the address");
  const auto word = take_word(text);
  if (word.empty()) return {};
  MOX_TRY_ASSIGN(parameter, parse_parameter(word));
  return unknown(parameter);
}

// xchar = any ASCII CHAR between "!" and "~" but "+" and "="; hexchar = "+" 2HEXDIG, upper case
std::optional<std::string> decode_xtext(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c <= ' ' || c > '~' || c == '=') return std::nullopt;
    if (c != '+') {
      decoded += c;
      continue;
    }
    if (text.size() - i < 3) return std::nullopt;
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

std::string encode_xtext(std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (c > ' ' && c <= '~' && c != '+' && c != '=') {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += '+';
    encoded += hex[byte >> 4];
    encoded += hex[byte & 15];
  }
  return encoded;
}

// date-time = full-date "T" full-time
std::optional<std::chrono::sys_seconds> parse_rfc3339(std::string_view text) {
  using namespace std::chrono;
  const auto y = digits(text, 4);
  if (!y || !take(text, '-')) return std::nullopt;
  const auto m = digits(text, 2);
  if (!m || !take(text, '-')) return std::nullopt;
  const auto d = digits(text, 2);
  if (!d || !(take(text, 'T') || take(text, 't'))) return std::nullopt;
  const auto hour = digits(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = digits(text, 2);
  if (!minute || *minute > 59 || !take(text, ':')) return std::nullopt;
  const auto second = digits(text, 2);
  if (!second || *second > 60) return std::nullopt;
  drop_fraction(text);
  const auto east = offset(text);
  const year_month_day date(year(static_cast<int>(*y)), month(*m), day(*d));
  if (!east || !date.ok()) return std::nullopt;
  return sys_days(date) + hours(*hour) + minutes(*minute) + seconds(std::min(*second, 59U)) - *east;
}

std::string format_rfc3339(std::chrono::sys_seconds time) {
  using namespace std::chrono;
  const auto date = floor<days>(time);
  const year_month_day calendar(date);
  const hh_mm_ss clock(time - date);
  std::string text;
  append_digits(text, static_cast<int>(calendar.year()), 4);
  text += '-';
  append_digits(text, static_cast<int>(static_cast<unsigned>(calendar.month())), 2);
  text += '-';
  append_digits(text, static_cast<int>(static_cast<unsigned>(calendar.day())), 2);
  text += 'T';
  append_digits(text, static_cast<int>(clock.hours().count()), 2);
  text += ':';
  append_digits(text, static_cast<int>(clock.minutes().count()), 2);
  text += ':';
  append_digits(text, static_cast<int>(clock.seconds().count()), 2);
  return text + 'Z';
}

} // namespace mox::smtp
