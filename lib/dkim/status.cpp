#include "dkim/status.h"

#include <fmt/format.h>

namespace mox::dkim {

std::string_view to_string(Status status) {
  switch (status) {
  case Status::none: return "none";
  case Status::pass: return "pass";
  case Status::fail: return "fail";
  case Status::policy: return "policy";
  case Status::neutral: return "neutral";
  case Status::temperror: return "temperror";
  case Status::permerror: return "permerror";
  }
  return {};
}

std::string_view to_string(Why why) {
  switch (why) {
  case Why::none: return "";
  case Why::syntax: return "syntax error";
  case Why::malformed_header: return "malformed header";
  case Why::bad_from: return "bad From header";
  case Why::unknown_algorithm: return "unknown algorithm";
  case Why::unknown_hash: return "unknown hash";
  case Why::unknown_canonical: return "unknown canonicalization";
  case Why::query_method: return "no known query method";
  case Why::expired: return "signature expired";
  case Why::top_level_domain: return "domain is a public suffix";
  case Why::identity_mismatch: return "identity is not of the domain";
  case Why::no_record: return "no key record";
  case Why::multiple_records: return "several key records";
  case Why::dns: return "DNS look-up failed";
  case Why::key_revoked: return "key revoked";
  case Why::key_not_for_email: return "key is not for email";
  case Why::hash_not_allowed: return "hash not allowed by the key";
  case Why::algorithm_mismatch: return "key is for another algorithm";
  case Why::weak_key: return "key too weak";
  case Why::large_key: return "key too large";
  case Why::bad_signature: return "signature mismatch";
  case Why::body_hash: return "body hash mismatch";
  case Why::body_length: return "body shorter than signed";
  case Why::policy: return "not accepted";
  case Why::too_many: return "too many signatures";
  }
  return {};
}

std::string to_string(const Fault& fault) {
  if (fault.text.empty()) return std::string(to_string(fault.why));
  return fmt::format("{}: {}", to_string(fault.why), fault.text);
}

} // namespace mox::dkim
