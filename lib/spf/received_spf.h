// The Received-SPF header field (RFC 7208 section 9.1). Pure.
#pragma once

#include "result/result.h"
#include "spf/verdict.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mox::spf {

// Values without quotes. Empty ones are left out.
struct ReceivedSpf {
  Verdict verdict = Verdict::none;
  std::string comment; // without its parentheses; of the one directly behind the verdict
  std::string client_ip;
  std::string envelope_from;
  std::string helo;
  std::string problem;
  std::string mechanism;
  std::string receiver;
  std::string identity;                                    // "mailfrom" or "helo"
  std::vector<std::pair<std::string, std::string>> others; // names in lower case

  bool operator==(const ReceivedSpf&) const = default;
};

// A problem is cut to so many bytes when it is written.
inline constexpr std::size_t problem_limit = 67;

// The whole field with its CRLF, folded at 78 columns where it may be. Control characters never
// reach the header, whatever the values hold; without `utf8`, neither does anything but ASCII.
std::string format_received_spf(const ReceivedSpf& field, bool utf8 = false);

// The field's body, folded or not. Generous: "error" and "unknown" of old implementations, values
// that should be quoted and are not, names twice (the first counts) and a lack of semicolons are
// understood. Fails when there is no verdict, and when it is longer than 64 KiB.
Result<ReceivedSpf> parse_received_spf(std::string_view body);

} // namespace mox::spf
