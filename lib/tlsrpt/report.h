// Reports about TLS (RFC 8460 section 4) as values. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mox::tlsrpt {

// RFC 8460 section 4.3, in its order.
enum class ResultType : std::uint8_t {
  starttls_not_supported,
  certificate_host_mismatch,
  certificate_expired,
  certificate_not_trusted,
  validation_failure,
  tlsa_invalid,
  dnssec_invalid,
  dane_required,
  sts_policy_fetch_error,
  sts_policy_invalid,
  sts_webpki_invalid,
  other, // a word that is none of them
};

// RFC 8460 section 4.4: "tlsa", "sts", "no-policy-found".
enum class PolicyType : std::uint8_t { tlsa, sts, no_policy_found, other };

// The words of the RFC; empty for other.
std::string_view to_string(ResultType type);
std::string_view to_string(PolicyType type);
// In any case, "_" taken for "-".
ResultType parse_result_type(std::string_view word);
PolicyType parse_policy_type(std::string_view word);

struct FailureDetails {
  ResultType type = ResultType::other;
  std::string type_word; // as written, when `type` is other
  std::string sending_mta_ip;
  std::string receiving_mx_hostname;
  std::string receiving_mx_helo;
  std::string receiving_ip;
  std::uint64_t failed_sessions = 0;
  std::string additional_information;
  std::string reason_code; // failure-reason-code

  // The RFC's word, or the one written.
  std::string_view word() const { return type == ResultType::other ? type_word : to_string(type); }

  bool operator==(const FailureDetails&) const = default;
};

struct Policy {
  PolicyType type = PolicyType::other;
  std::string type_word;         // as written, when `type` is other
  std::vector<std::string> text; // policy-string: lines of the MTA-STS policy, or TLSA records
  std::string domain;            // policy-domain
  std::vector<std::string> mx;   // mx-host: patterns of the MTA-STS policy
  std::uint64_t successful_sessions = 0;
  std::uint64_t failed_sessions = 0;
  std::vector<FailureDetails> failures;

  std::string_view word() const { return type == PolicyType::other ? type_word : to_string(type); }

  bool operator==(const Policy&) const = default;
};

// All text is UTF-8 of a bounded size; empty means that the report does not say.
struct Report {
  std::string organization; // organization-name
  std::int64_t begin = 0;   // seconds since 1970, UTC; 0 when not given
  std::int64_t end = 0;     // the last second
  std::string contact;      // contact-info
  std::string id;           // report-id
  std::vector<Policy> policies;

  bool operator==(const Report&) const = default;
};

} // namespace mox::tlsrpt
