// The part of a mail address before the at sign (RFC 5321 section 4.1.2, RFC 6531 section 3.3).
// Pure.
#pragma once

#include "result/result.h"

#include <compare>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mox::address {

// RFC 5321 section 4.5.3.1.1, counted as written, quotes and backslashes included.
inline constexpr std::size_t localpart_limit = 64;
// Deviation: senders of bulk mail make return addresses of more than 64 bytes, so that mail from
// them is only received when the limit is wider for those.
inline constexpr std::size_t localpart_tolerance = 128;

// What a localpart means, without quoting: "\"a b\"" and "a\\ b" cannot be told apart. UTF-8 as it
// was written. Compared byte by byte; canonical() tells which ones are one mailbox.
struct Localpart {
  std::string value;

  // Nothing stands before the at sign, which only `""@example.org` can say.
  bool empty() const { return value.empty(); }

  // RFC 5321 section 4.5.1: postmaster has no case.
  bool is_postmaster() const;

  bool operator==(const Localpart&) const = default;
  auto operator<=>(const Localpart&) const = default;
};

// Dot-string, or quoted where it must be.
std::string to_string(const Localpart& localpart);

// The whole of `text`, at most `limit` bytes, is a Dot-string or a Quoted-string.
Result<Localpart> parse_localpart(std::string_view text, std::size_t limit = localpart_limit);

struct CanonicalRules {
  bool case_sensitive = false;
  // Catch-all separators ("+"): what stands behind the first of each does not count.
  std::span<const std::string> separators = {};
};

// The form under which the mailboxes of a domain are configured: normal form C, lower-case unless
// the domain is case-sensitive, cut at each separator. Nothing when nothing stands before a
// separator.
std::optional<Localpart> canonical(const Localpart& localpart, const CanonicalRules& rules);

} // namespace mox::address
