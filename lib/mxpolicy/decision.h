// How much TLS a delivery to one host of a domain must have: MTA-STS (RFC 8461), DANE (RFC 7672),
// REQUIRETLS and "TLS-Required: No" (RFC 8689) in one table. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mox::mxpolicy {

// The policy of MTA-STS that the recipient's domain has. One that could not be had is none.
enum class Sts : std::uint8_t { none, testing, enforce };

// What the TLSA records of the host mean for SMTP.
enum class Dane : std::uint8_t {
  none,     // there are none, or DNSSEC does not prove all that leads to them
  usable,   // the certificate must match
  unusable, // there are some, and none that says anything to us
  unknown,  // DNSSEC says that there might be some, but they could not be had
};

struct Situation {
  Sts sts = Sts::none;
  bool sts_matches = false; // the host is one of the policy's; for a policy other than none
  Dane dane = Dane::none;
  // The sender's wish: true is REQUIRETLS, false is "TLS-Required: No".
  std::optional<bool> require_tls;
  // Better late than in the clear, even where nobody demands TLS: reports about policies.
  bool never_plaintext = false;
};

enum class Action : std::uint8_t {
  deliver,
  skip,     // the policy of MTA-STS does not have this host: as if it were not there
  postpone, // it cannot be known now what the host demands
  refuse,   // the sender demands more than this host promises: 5.7.30
};

struct Decision {
  Action action = Action::deliver;
  bool tls_required = false;        // no mail without TLS
  bool verify_dane = false;         // the certificate must match the TLSA records
  bool verify_authorities = false;  // it must be valid for the host's name
  bool say_require_tls = false;     // REQUIRETLS goes along with the message
  bool may_retry_plaintext = false; // after TLS has failed, once, on a new connection
  // The host is not in a policy that is only tested: for the report about TLS.
  bool report_sts_mismatch = false;

  // Certificates that are not demanded to be good are looked at for the report alone.
  bool verifies() const { return verify_dane || verify_authorities; }

  bool operator==(const Decision&) const = default;
};

Decision decide(const Situation& situation);

// For logs: "skip".
std::string_view to_string(Action action);

} // namespace mox::mxpolicy
