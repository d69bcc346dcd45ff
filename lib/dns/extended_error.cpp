#include "dns/extended_error.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace mox::dns {

namespace {

// RFC 8914 section 5.2, and what was registered since.
constexpr std::array<std::string_view, 30> meanings{
    "other error",
    "DNSKEY algorithm not supported",
    "DS digest type not supported",
    "stale answer",
    "forged answer",
    "DNSSEC indeterminate",
    "DNSSEC bogus",
    "signature expired",
    "signature not yet valid",
    "DNSKEY missing",
    "RRSIGs missing",
    "no zone key bit set",
    "NSEC missing",
    "cached error",
    "not ready",
    "blocked",
    "censored",
    "filtered",
    "prohibited",
    "stale NXDOMAIN answer",
    "not authoritative",
    "not supported",
    "no reachable authority",
    "network error",
    "invalid data",
    "signature expired before it was valid",
    "too early",
    "NSEC3 iterations value not supported",
    "unable to conform to policy",
    "synthesized",
};

} // namespace

std::string to_string(const ExtendedError& error) {
  const auto meaning = error.code < meanings.size() ? std::string(meanings[error.code])
                                                    : fmt::format("extended error {}", error.code);
  return error.text.empty() ? meaning : fmt::format("{}: {}", meaning, error.text);
}

bool is_dnssec_failure(const ExtendedError& error) {
  constexpr std::uint16_t bogus = 6;
  constexpr std::uint16_t nsec_missing = 12;
  constexpr std::uint16_t expired_before_valid = 25;
  return (error.code >= bogus && error.code <= nsec_missing) || error.code == expired_before_valid;
}

} // namespace mox::dns
