// The policy of MTA-STS: to which hosts mail for a domain may go, over which TLS (RFC 8461
// section 3.2). Pure.
#pragma once

#include "dns/name.h"
#include "result/result.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mox::mtasts {

inline constexpr std::size_t policy_limit = 65536;             // bytes
inline constexpr std::chrono::seconds max_age_limit{31557600}; // a year

enum class Mode : std::uint8_t { none, testing, enforce };

// "enforce".
std::string_view to_string(Mode mode);

struct MxPattern {
  bool wildcard = false; // "*.example.org": exactly one label more
  dns::Name name;        // without "*."
  bool operator==(const MxPattern&) const = default;
};

std::string to_string(const MxPattern& pattern);

struct Policy {
  Mode mode = Mode::none;
  std::chrono::seconds max_age{}; // how long it is in force after it was fetched; a year at most
  std::vector<MxPattern> mx;      // at least one, but for the mode none
  std::vector<std::pair<std::string, std::string>> extensions; // names and values, as they came
  bool operator==(const Policy&) const = default;
};

// The whole body of the resource. Lines end with CRLF or LF; of fields that stand twice, but for
// mx, the first counts. Deviation: empty lines are passed over, as many policies have one at their
// end, and a max_age of more than a year is a year.
Result<Policy> parse_policy(std::string_view body);

// As a body, with CRLF.
std::string to_string(const Policy& policy);

// The host may get mail for the domain (RFC 8461 section 4.1).
bool matches(const Policy& policy, const dns::Name& host);

// The Content-Type that the resource has: text/plain in any case, with any parameters (RFC 8461
// section 3.2). Without one ("") it may be a policy: what that rule guards against, pages and
// pictures of a server's users, has a type.
bool is_policy_type(std::string_view content_type);

} // namespace mox::mtasts
