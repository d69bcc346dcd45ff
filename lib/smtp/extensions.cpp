#include "smtp/extensions.h"

#include "text/ascii.h"

#include <algorithm>

namespace mox::smtp {

namespace {

// The next word of `text`, taken off with the white space around it; "" at the end.
std::string_view take_word(std::string_view& text) {
  text = text::trim(text);
  std::size_t size = 0;
  while (size < text.size() && !text::is_wsp(text[size])) ++size;
  const auto word = text.substr(0, size);
  text.remove_prefix(size);
  return word;
}

// sasl-mech = 1*20mech-char, of A-Z, 0-9, "-" and "_" (RFC 4422 section 3.1).
bool is_mechanism(std::string_view name) {
  return !name.empty() && name.size() <= 20 && std::ranges::all_of(name, [](char c) {
    return text::is_alnum(c) || c == '-' || c == '_';
  });
}

void add_mechanisms(Extensions& to, std::string_view parameters) {
  for (auto word = take_word(parameters); !word.empty(); word = take_word(parameters)) {
    if (!is_mechanism(word) || to.mechanisms.size() == Extensions::max_mechanisms) continue;
    auto name = text::upper(word);
    if (!to.has_mechanism(name)) to.mechanisms.push_back(std::move(name));
  }
}

// A limit of 0 is none (RFC 1870 section 4), and so is what is no number of ours.
void read_size(Extensions& to, std::string_view parameters) {
  to.size = true;
  const auto number = text::parse_number<std::uint64_t>(take_word(parameters));
  to.max_size = number && *number > 0 ? number : std::nullopt;
}

// limits-value = %x31-39 0*5DIGIT (RFC 9422 section 3)
std::optional<std::uint32_t> limit_value(std::string_view text) {
  if (text.size() > 6 || text.starts_with('0')) return std::nullopt;
  return text::parse_number<std::uint32_t>(text);
}

void read_limits(Limits& to, std::string_view parameters) {
  for (auto word = take_word(parameters); !word.empty(); word = take_word(parameters)) {
    const auto equals = word.find('=');
    if (equals == std::string_view::npos) continue;
    const auto name = word.substr(0, equals);
    const auto value = limit_value(word.substr(equals + 1));
    if (!value) continue;
    if (text::iequals(name, "MAILMAX")) to.mail_max = value;
    if (text::iequals(name, "RCPTMAX")) to.rcpt_max = value;
    if (text::iequals(name, "RCPTDOMAINMAX")) to.rcpt_domain_max = value;
  }
}

struct Flag {
  std::string_view keyword;
  bool Extensions::* member;
};

// Those without parameters. What follows them all the same means nothing.
constexpr Flag flags[] = {
    {"PIPELINING", &Extensions::pipelining},
    {"STARTTLS", &Extensions::starttls},
    {"8BITMIME", &Extensions::eight_bit_mime},
    {"SMTPUTF8", &Extensions::smtputf8},
    {"ENHANCEDSTATUSCODES", &Extensions::enhanced_status_codes},
    {"REQUIRETLS", &Extensions::require_tls},
    {"DSN", &Extensions::dsn},
    {"CHUNKING", &Extensions::chunking},
    {"BINARYMIME", &Extensions::binary_mime},
};

void read_line(Extensions& to, std::string_view line) {
  auto parameters = line;
  auto keyword = take_word(parameters);
  // "AUTH=PLAIN LOGIN" is how it was written before there was an RFC, and some servers still do.
  if (text::istarts_with(keyword, "AUTH=")) {
    add_mechanisms(to, keyword.substr(5));
    keyword = "AUTH";
  }
  if (text::iequals(keyword, "AUTH")) add_mechanisms(to, parameters);
  if (text::iequals(keyword, "SIZE")) read_size(to, parameters);
  if (text::iequals(keyword, "LIMITS")) read_limits(to.limits, parameters);
  for (const auto& flag : flags)
    if (text::iequals(keyword, flag.keyword)) to.*flag.member = true;
}

} // namespace

bool Extensions::has_mechanism(std::string_view upper_case) const {
  return std::ranges::find(mechanisms, upper_case) != mechanisms.end();
}

Extensions parse_extensions(const Reply& reply) {
  Extensions extensions;
  if (reply.lines.empty()) return extensions;
  std::string_view first = reply.lines.front();
  extensions.server = take_word(first);
  for (std::size_t i = 1; i < reply.lines.size(); ++i) read_line(extensions, reply.lines[i]);
  return extensions;
}

} // namespace mox::smtp
