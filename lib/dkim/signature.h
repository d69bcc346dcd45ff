// DKIM-Signature header fields (RFC 6376 section 3.5, RFC 8616 for names that are not ASCII). Pure.
#pragma once

#include "dkim/algorithm.h"
#include "dkim/status.h"
#include "dkim/tag_list.h"
#include "dns/name.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mox::dkim {

inline constexpr std::size_t signed_names_limit = 1000; // in h=

// Who signed, as the signer calls him: i=.
struct Identity {
  std::string localpart; // decoded; empty when there is none
  dns::Name domain;

  bool operator==(const Identity&) const = default;
};

std::string to_string(const Identity& identity);

struct Signature {
  std::optional<Algorithm> algorithm; // always there in a signature without fault
  std::string signature;              // bytes
  std::string body_hash;              // bytes
  Canonical header = Canonical::simple;
  Canonical body = Canonical::simple;
  dns::Name domain;
  dns::Name selector;
  std::vector<std::string> signed_names; // h=, as written
  std::optional<Identity> identity;      // i=; without it "@" and the domain
  std::optional<std::uint64_t> length;   // l=
  std::optional<std::chrono::sys_seconds> signed_at;
  std::optional<std::chrono::sys_seconds> expires_at;
  dns::Name key_name; // "<selector>._domainkey.<domain>"
  // Where the value of b= stands in the field's body, with the white space around it.
  std::size_t signature_begin = 0;
  std::size_t signature_end = 0;
};

// With a fault the rest is what could be read in spite of it, for reports.
struct ParsedSignature {
  Signature signature;
  std::optional<Fault> fault;
};

// `body` is the field's, folded or not. That From is signed, and that the identity is one of the
// domain, is part of the grammar.
ParsedSignature parse_signature(std::string_view body);

// --- what ARC's fields (RFC 8617 section 4.1) have in common with it ---

std::optional<Fault> read_algorithm(const TagList& tags, Signature& into);
std::optional<Fault> read_names(const TagList& tags, Signature& into);           // d= and s=
std::optional<Fault> read_hashes(const TagList& tags, Signature& into);          // b= and bh=
std::optional<Fault> read_signature_bytes(const TagList& tags, Signature& into); // b=
std::optional<Fault> read_canonical(const TagList& tags, Signature& into);       // c=
std::optional<Fault> read_signed_names(const TagList& tags, Signature& into);    // h=
std::optional<Fault> read_times(const TagList& tags, Signature& into);           // t= and x=

} // namespace mox::dkim
