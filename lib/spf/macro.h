// Macros in the terms of SPF records and in explanations (RFC 7208 section 7). Pure.
#pragma once

#include "spf/ip.h"
#include "spf/syntax_error.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mox::spf {

// "%{d2r-}"
struct Macro {
  char letter = 'd';      // lower case
  bool escaped = false;   // written in upper case: characters of URLs are escaped
  std::uint32_t keep = 0; // so many parts from the right; 0 for all
  bool reversed = false;
  std::string delimiters; // empty for "."

  bool operator==(const Macro&) const = default;
};

struct MacroString {
  std::string text; // as written
  std::vector<std::variant<std::string, Macro>> parts;

  bool empty() const { return parts.empty(); }

  // Some macro has this letter, given in lower case.
  bool uses(char letter) const;

  bool operator==(const MacroString&) const = default;
};

// Where a macro string stands decides what may be in it.
enum class MacroPlace : std::uint8_t {
  domain,      // domain-spec: a name at its end; no c, r, t
  modifier,    // macro-string of an unknown modifier: no c, r, t
  explanation, // explain-string: spaces too
};

// domain-spec, macro-string or explain-string (RFC 7208 section 7.1). Positions of errors count
// from the beginning of `text`.
Parsed<MacroString> parse_macros(std::string_view text, MacroPlace place);

// What the letters stand for.
struct MacroValues {
  std::string local;     // l: of the sender, what it means without quotes; may be UTF-8
  std::string origin;    // o: domain of the sender, A-labels
  std::string domain;    // d: whose record it is
  Ip ip;                 // i, c, v
  std::string validated; // p: "unknown" when there is none
  std::string helo;      // h: as it was said
  std::string receiver;  // r: "unknown" when not to be told
  std::int64_t time = 0; // t: unix seconds
};

// RFC 7208 section 7.3: a name that is longer is cut from the left, by labels.
inline constexpr std::size_t target_limit = 253;
// What an explanation may come to; the rest is left out.
inline constexpr std::size_t explanation_limit = 1000;

// The name that a domain-spec stands for, without a dot at its end. Whether the DNS can be asked
// for it is another matter: it holds what the values hold. Empty when no label fits. Takes memory
// for a few hundred bytes and time in proportion to what the macros come to.
std::string expand_target(const MacroString& macros, const MacroValues& values);

// RFC 7208 section 6.2: printable ASCII, or nothing.
std::optional<std::string> expand_explanation(const MacroString& macros, const MacroValues& values);

} // namespace mox::spf
