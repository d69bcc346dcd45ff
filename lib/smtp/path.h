// Reverse-path and forward-path (RFC 5321 section 4.1.2, RFC 6531 section 3.3). Pure.
#pragma once

#include "result/result.h"

#include <expected>
#include <string>
#include <string_view>

namespace mox::smtp {

// One mailbox, or nothing: "<>" has neither part, "<postmaster>" has no domain.
struct Path {
  std::string localpart; // without quoting; UTF-8
  std::string domain;    // as written, UTF-8 or ASCII; with brackets when it is an address literal

  bool null() const { return localpart.empty() && domain.empty(); }

  bool is_literal() const { return !domain.empty() && domain.front() == '['; }

  bool operator==(const Path&) const = default;
};

// "a.b@example.org", the localpart quoted where it must be; "" for the null path.
std::string to_string(const Path& path);

// Something in it is not ASCII.
bool needs_smtputf8(const Path& path);

// "[192.0.2.1]" or "[IPv6:2001:db8::1]"; General-address-literal is refused, nobody can use it.
// With `lenient` also "[2001:db8::1]", which some mail programs send in EHLO.
bool is_address_literal(std::string_view text, bool lenient = false);

// A domain by the letter of RFC 5321 section 4.1.2, with underscores (which occur in host names of
// Windows machines) and U-labels (RFC 6531); no trailing dot, at most 255 bytes, labels of at
// most 63.
bool is_domain(std::string_view text);

// Takes a path with its angle brackets off the front of `text`; the error says what is wrong.
// Source routes are dropped (RFC 5321 appendix C). A null path only with `allow_null`,
// "<postmaster>" only with `allow_postmaster`.
std::expected<Path, std::string_view> take_path(std::string_view& text, bool allow_null,
                                                bool allow_postmaster);

} // namespace mox::smtp
