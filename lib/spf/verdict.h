// What a check of SPF says (RFC 7208 section 2.6). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mox::spf {

enum class Verdict : std::uint8_t {
  none,      // no policy, or nothing that could have one
  neutral,   // the policy says nothing about this client
  pass,      // the client may send for the domain
  fail,      // it may not
  softfail,  // it probably may not
  temperror, // the policy could not be asked for now
  permerror, // the policy cannot be understood
};

// "softfail", as in Received-SPF and Authentication-Results.
std::string_view to_string(Verdict verdict);
// In any case.
std::optional<Verdict> parse_verdict(std::string_view text);

} // namespace mox::spf
