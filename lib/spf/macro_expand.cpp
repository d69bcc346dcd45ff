#include "spf/macro.h"
#include "text/ascii.h"

#include <algorithm>
#include <array>
#include <ranges>

namespace mox::spf {

namespace {

std::string value_of(char letter, const MacroValues& values) {
  switch (letter) {
  case 's': return values.local + '@' + values.origin;
  case 'l': return values.local;
  case 'o': return values.origin;
  case 'd': return values.domain;
  case 'i': return to_dotted(values.ip);
  case 'p': return values.validated;
  case 'v': return values.ip.v6 ? "ip6" : "in-addr";
  case 'h': return values.helo;
  case 'c': return to_string(values.ip);
  case 'r': return values.receiver;
  case 't': return std::to_string(values.time);
  default: return {};
  }
}

std::vector<std::string_view> split(std::string_view text, std::string_view delimiters) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = text.find_first_of(delimiters);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// RFC 7208 section 7.3: all but unreserved characters of RFC 3986 section 2.3.
std::string escaped(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string result;
  for (const char c : text) {
    if (text::is_alnum(c) || std::string_view("-._~").find(c) != std::string_view::npos) {
      result += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      result += '%';
      result += digits[byte >> 4U];
      result += digits[byte & 0x0fU];
    }
  }
  return result;
}

// Transformers act on the value before it is escaped (RFC 7208 section 7.3).
std::string expand_one(const Macro& macro, const MacroValues& values) {
  auto value = value_of(macro.letter, values);
  if (macro.keep != 0 || macro.reversed || !macro.delimiters.empty()) {
    auto parts = split(value, macro.delimiters.empty() ? "." : macro.delimiters);
    if (macro.reversed) std::ranges::reverse(parts);
    const auto skipped =
        macro.keep != 0 && macro.keep < parts.size() ? parts.size() - macro.keep : 0;
    std::string joined;
    for (const auto part : parts | std::views::drop(skipped)) {
      joined += part;
      joined += '.';
    }
    joined.pop_back();
    value = std::move(joined);
  }
  return macro.escaped ? escaped(value) : value;
}

// What each macro comes to, worked out once however often it stands there: "%{s}" a thousand times
// is cheap to write.
class Expander {
public:
  explicit Expander(const MacroValues& values) : values_(values) {}

  const std::string& text_of(const std::variant<std::string, Macro>& part) {
    if (const auto* literal = std::get_if<std::string>(&part)) return *literal;
    const auto& macro = std::get<Macro>(part);
    for (const auto& known : known_)
      if (*known.macro == macro) return known.text;
    const auto slot = next_++ % known_limit;
    if (slot == known_.size()) known_.emplace_back();
    known_[slot] = {&macro, expand_one(macro, values_)};
    return known_[slot].text;
  }

private:
  static constexpr std::size_t known_limit = 8;

  struct Known {
    const Macro* macro = nullptr;
    std::string text;
  };

  const MacroValues& values_;
  std::vector<Known> known_;
  std::size_t next_ = 0;
};

} // namespace

std::string expand_target(const MacroString& macros, const MacroValues& values) {
  Expander expander(values);
  std::string name;
  bool cut = false; // the first label of `name` may lack its beginning
  for (const auto& part : macros.parts) {
    name += expander.text_of(part);
    // Only the end counts: the limit, a dot before it and one behind.
    constexpr std::size_t enough = target_limit + 2;
    if (name.size() > 4 * enough) {
      name.erase(0, name.size() - enough);
      cut = true;
    }
  }
  if (name.ends_with('.')) name.pop_back();
  while (cut || name.size() > target_limit) {
    cut = false;
    const auto dot = name.find('.');
    if (dot == std::string::npos) return {};
    name.erase(0, dot + 1);
  }
  return name;
}

std::optional<std::string> expand_explanation(const MacroString& macros,
                                              const MacroValues& values) {
  Expander expander(values);
  std::string text;
  for (const auto& part : macros.parts) {
    text += expander.text_of(part);
    if (text.size() >= explanation_limit) break;
  }
  if (text.size() > explanation_limit) text.resize(explanation_limit);
  if (!std::ranges::all_of(text, text::is_printable)) return std::nullopt;
  return text;
}

} // namespace mox::spf
