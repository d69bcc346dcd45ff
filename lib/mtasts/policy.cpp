#include "mtasts/policy.h"

#include "text/ascii.h"
#include "text/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace mox::mtasts {

namespace {

constexpr std::size_t most_patterns = 1000;
constexpr std::size_t most_extensions = 100;
constexpr std::size_t longest_max_age = 10; // digits
constexpr std::size_t longest_name = 32;

std::unexpected<Error> wrong(std::string_view what, std::string_view line) {
  std::string shown(line.substr(0, 80));
  std::ranges::replace_if(shown, [](char c) { return !text::is_printable(c); }, '?');
  return failure(ErrorKind::invalid, fmt::format("MTA-STS policy: {}: \"{}\"", what, shown));
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= longest_name && text::is_alnum(text.front()) &&
         std::ranges::all_of(
             text, [](char c) { return text::is_alnum(c) || c == '_' || c == '-' || c == '.'; });
}

// sts-policy-ext-value: printable, with spaces inside, UTF-8.
bool is_value(std::string_view text) {
  return !text.empty() && text::is_utf8(text) && std::ranges::none_of(text, [](char c) {
    return (static_cast<unsigned char>(c) < 0x20) || c == 0x7f;
  });
}

std::optional<Mode> parse_mode(std::string_view text) {
  for (const Mode mode : {Mode::none, Mode::testing, Mode::enforce})
    if (text == to_string(mode)) return mode;
  return std::nullopt;
}

Result<std::chrono::seconds> parse_max_age(std::string_view value) {
  const auto number = text::parse_number<std::uint64_t>(value);
  if (!number || value.size() > longest_max_age)
    return wrong("max_age is a number of seconds", value);
  return std::min(std::chrono::seconds(*number), max_age_limit);
}

// No top level is a number.
bool looks_like_address(const dns::Name& name) {
  const auto& whole = name.ascii();
  const auto top = std::string_view(whole).substr(whole.rfind('.') + 1);
  return std::ranges::all_of(top, text::is_digit);
}

Result<MxPattern> parse_pattern(std::string_view value) {
  MxPattern pattern{.wildcard = value.starts_with("*."), .name = {}};
  auto name = dns::parse_name(value.substr(pattern.wildcard ? 2 : 0), {.underscore = true});
  if (!name || looks_like_address(*name))
    return wrong("mx is a host name, perhaps with \"*.\" before it", value);
  pattern.name = *std::move(name);
  return pattern;
}

class Reader {
public:
  Result<> take_line(std::string_view line) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return wrong("a line has no colon", line);
    auto value = line.substr(colon + 1);
    while (!value.empty() && text::is_wsp(value.front())) value.remove_prefix(1);
    while (!value.empty() && text::is_wsp(value.back())) value.remove_suffix(1);
    return take(line.substr(0, colon), value);
  }

  Result<Policy> finish() && {
    if (!version_) return missing("version");
    if (!mode_) return missing("mode");
    if (!max_age_) return missing("max_age");
    if (policy_.mx.empty() && *mode_ != Mode::none) return missing("mx");
    policy_.mode = *mode_;
    policy_.max_age = *max_age_;
    return std::move(policy_);
  }

private:
  static std::unexpected<Error> missing(std::string_view name) {
    return failure(ErrorKind::invalid, fmt::format("MTA-STS policy: there is no {}", name));
  }

  Result<> take(std::string_view name, std::string_view value) {
    if (name == "version") return take_version(value);
    if (name == "mode") {
      const auto mode = parse_mode(value);
      if (!mode) return wrong("mode is enforce, testing or none", value);
      if (!mode_) mode_ = mode;
      return ok();
    }
    if (name == "max_age") {
      MOX_TRY_ASSIGN(age, parse_max_age(value));
      if (!max_age_) max_age_ = age;
      return ok();
    }
    if (name == "mx") return take_mx(value);
    return take_extension(name, value);
  }

  Result<> take_version(std::string_view value) {
    if (value != "STSv1") return wrong("version is STSv1", value);
    version_ = true;
    return ok();
  }

  Result<> take_mx(std::string_view value) {
    MOX_TRY_ASSIGN(pattern, parse_pattern(value));
    if (policy_.mx.size() == most_patterns) return wrong("there are too many mx", value);
    policy_.mx.push_back(std::move(pattern));
    return ok();
  }

  Result<> take_extension(std::string_view name, std::string_view value) {
    if (!is_name(name)) return wrong("a line has no right name", name);
    if (!is_value(value)) return wrong("a line has no right value", name);
    auto& known = policy_.extensions;
    const bool again = std::ranges::any_of(known, [&](const auto& e) { return e.first == name; });
    if (again) return ok();
    if (known.size() == most_extensions) return wrong("there are too many lines", name);
    known.emplace_back(name, value);
    return ok();
  }

  Policy policy_;
  bool version_ = false;
  std::optional<Mode> mode_;
  std::optional<std::chrono::seconds> max_age_;
};

} // namespace

std::string_view to_string(Mode mode) {
  switch (mode) {
  case Mode::none: return "none";
  case Mode::testing: return "testing";
  case Mode::enforce: return "enforce";
  }
  return "none";
}

std::string to_string(const MxPattern& pattern) {
  return (pattern.wildcard ? "*." : "") + pattern.name.ascii();
}

// sts-policy-record = sts-policy-field *WSP *(sts-policy-term sts-policy-field *WSP)
//                     [sts-policy-term]
// sts-policy-term   = LF / CRLF
Result<Policy> parse_policy(std::string_view body) {
  if (body.size() > policy_limit)
    return failure(ErrorKind::invalid,
                   fmt::format("MTA-STS policy: it has more than {} bytes", policy_limit));
  Reader reader;
  while (!body.empty()) {
    const auto end = std::min(body.find('\n'), body.size());
    auto line = body.substr(0, end);
    body.remove_prefix(std::min(end + 1, body.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!text::trim(line).empty()) MOX_TRY(reader.take_line(line));
  }
  return std::move(reader).finish();
}

std::string to_string(const Policy& policy) {
  auto text = fmt::format("version: STSv1\r\nmode: {}\r\nmax_age: {}\r\n", to_string(policy.mode),
                          policy.max_age.count());
  for (const auto& pattern : policy.mx) text += fmt::format("mx: {}\r\n", to_string(pattern));
  for (const auto& [name, value] : policy.extensions)
    text += fmt::format("{}: {}\r\n", name, value);
  return text;
}

bool matches(const Policy& policy, const dns::Name& host) {
  return std::ranges::any_of(policy.mx, [&](const MxPattern& pattern) {
    return pattern.wildcard ? !host.parent().empty() && host.parent() == pattern.name
                            : host == pattern.name;
  });
}

bool is_policy_type(std::string_view content_type) {
  const auto type = text::trim(content_type.substr(0, content_type.find(';')));
  return text::trim(content_type).empty() || text::iequals(type, "text/plain");
}

} // namespace mox::mtasts
