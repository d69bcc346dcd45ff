// Where mail comes from and goes to in SMTP: an address, or one with an address literal, or nobody
// (RFC 5321 section 4.1.2). Without angle brackets, parameters and source routes. Pure.
#pragma once

#include "address/address.h"
#include "address/literal.h"
#include "address/localpart.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

namespace mox::address {

// RFC 5321 section 4.5.3.1.3: 256 bytes with the angle brackets.
inline constexpr std::size_t path_limit = 254;

struct Path {
  Localpart localpart;
  std::variant<dns::Name, Literal> domain;

  // The null reverse-path, from which reports of failure come.
  bool null() const { return localpart.empty() && domain == std::variant<dns::Name, Literal>(); }

  const dns::Name* name() const { return std::get_if<dns::Name>(&domain); }

  const Literal* literal() const { return std::get_if<Literal>(&domain); }

  bool operator==(const Path&) const = default;
};

// "" for the null path; a domain with A-labels, or in to_unicode with U-labels.
std::string to_string(const Path& path);
std::string to_unicode(const Path& path);

// RFC 6531 section 3.5: whether the peer must have SMTPUTF8. A domain can be sent with A-labels.
bool needs_smtputf8(const Path& path);

struct PathRules {
  std::size_t localpart_limit = address::localpart_limit; // or localpart_tolerance
  bool underscore = false;                                // in the domain
};

// `text` is a Mailbox and nothing else; the null path is not one. A wider limit for the localpart
// widens that of the path by as much.
Result<Path> parse_path(std::string_view text, PathRules rules = {});

} // namespace mox::address
