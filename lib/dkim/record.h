// Key records (RFC 6376 section 3.6.1, RFC 8463): TXT at "<selector>._domainkey.<domain>". Pure.
#pragma once

#include "dkim/algorithm.h"
#include "result/result.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mox::dkim {

inline constexpr std::size_t record_limit = 16 << 10; // bytes

struct Record {
  std::vector<std::string> hashes;           // h=: the only ones allowed; empty for all
  std::string key_type = "rsa";              // k=, in lower case
  std::string notes;                         // n=, for people
  std::string public_key;                    // p=, bytes; empty when it is revoked
  std::vector<std::string> services = {"*"}; // s=
  std::vector<std::string> flags;            // t=

  bool allows(Hash hash) const;
  // "email", or "tlsrpt" (RFC 8460 section 3); "*" is for all.
  bool is_for(std::string_view service) const;

  // The domain tries DKIM: a signature that fails says nothing.
  bool is_test() const { return has_flag("y"); }

  // i= and d= must be equal.
  bool is_strict() const { return has_flag("s"); }

  bool operator==(const Record&) const = default;

private:
  bool has_flag(std::string_view flag) const;
};

// "v=DKIM1;" and the tags that are not at their default; parses to the same.
std::string to_string(const Record& record);

struct RecordError {
  bool is_dkim = false; // it begins with v=DKIM1: meant to be one
  std::string text;
};

// Unknown tags, g= among them, are passed over.
Result<Record, RecordError> parse_record(std::string_view text);

} // namespace mox::dkim
