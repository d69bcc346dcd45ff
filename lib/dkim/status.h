// What becomes of a signature: a status, and why (RFC 8601 section 2.7.1). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mox::dkim {

enum class Status : std::uint8_t {
  none,      // not signed, or a test of the signer's that says nothing
  pass,      // the signature is right
  fail,      // header or body are not what was signed
  policy,    // right, but not good enough for us
  neutral,   // not looked at
  temperror, // may be different later
  permerror, // the signature or its key cannot be right
};

// Why a signature does not pass.
enum class Why : std::uint8_t {
  none,               // it does
  syntax,             // of the signature or of the key record
  malformed_header,   // the message's header section cannot be taken apart, or is too large
  bad_from,           // From is not signed, or the message has not one
  unknown_algorithm,  // a=
  unknown_hash,       // a=
  unknown_canonical,  // c=
  query_method,       // q= without dns/txt
  expired,            // x=
  top_level_domain,   // d= is a public suffix
  identity_mismatch,  // i= is not below d=, or not equal where the key wants it
  no_record,          // no key is there
  multiple_records,   // more than one key is there
  dns,                // the key could not be asked for
  key_revoked,        // p= is empty
  key_not_for_email,  // s=
  hash_not_allowed,   // h= of the key
  algorithm_mismatch, // a= and k= differ
  weak_key,           // an RSA key of too few bits
  large_key,          // or of more than anyone needs
  bad_signature,      // the header is not what was signed
  body_hash,          // the body is not what was signed
  body_length,        // l= is more than the body has
  policy,             // see Rules
  too_many,           // signatures
};

struct Fault {
  Why why = Why::none;
  std::string text; // for people: the value, and what is wrong with it

  bool operator==(const Fault&) const = default;
};

std::string_view to_string(Status status);
// "body hash mismatch".
std::string_view to_string(Why why);
// "body hash mismatch: more about it".
std::string to_string(const Fault& fault);

} // namespace mox::dkim
