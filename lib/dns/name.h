// Domain names (RFC 1034, RFC 1035), with their internationalised form (RFC 5890, UTS #46). Pure.
#pragma once

#include "result/result.h"

#include <compare>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace mox::dns {

// RFC 1035 section 2.3.4: 255 bytes on the wire are 253 in text; a label has at most 63.
inline constexpr std::size_t name_limit = 253;
inline constexpr std::size_t label_limit = 63;

struct NameRules {
  bool underscore = false;   // "_dmarc", and host names of machines that have one
  bool trailing_dot = false; // "example.org." is the same as "example.org"
  // Labels of any printable ASCII but dots: what the DNS can hold, for names that are only asked
  // for. "*", "a+b" and "a b" are among them. Neither IDNA nor underscore matters then.
  bool any_printable = false;
};

// A domain name in the one form in which names are compared and looked up: lower-case ASCII with
// A-labels, without a trailing dot. Empty when default-made: the root, or no name.
class Name {
public:
  Name() = default;

  // "example.org": A-labels where `unicode()` shows others.
  const std::string& ascii() const { return ascii_; }

  // With U-labels, for people and for internationalised mail. A name with an A-label that is not
  // the right form of any U-label, or whose characters IDNA does not allow, stays as it is.
  std::string unicode() const;

  // Some label is an A-label.
  bool is_internationalised() const;

  bool empty() const { return ascii_.empty(); }

  std::size_t label_count() const;

  // Without its first label; empty for a name of one label.
  Name parent() const;

  // "www.example.org" is below "example.org"; no name is below itself, all others are below the
  // root.
  bool is_below(const Name& other) const;

  bool is_same_or_below(const Name& other) const { return *this == other || is_below(other); }

  bool operator==(const Name&) const = default;
  auto operator<=>(const Name&) const = default;

private:
  friend Result<Name> parse_name(std::string_view text, NameRules rules);

  std::string ascii_;
};

// Letters, digits and hyphens, or UTF-8 that UTS #46 (non-transitional) maps to an allowed name.
// An A-label must at least be Punycode (RFC 3492): names of a later Unicode than ours get through.
// Any case; no address literals; never the root.
Result<Name> parse_name(std::string_view text, NameRules rules = {});

} // namespace mox::dns

template <> struct std::hash<mox::dns::Name> {
  std::size_t operator()(const mox::dns::Name& name) const noexcept {
    return std::hash<std::string>()(name.ascii());
  }
};
