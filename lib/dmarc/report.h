// Aggregate reports as values (RFC 7489 section 7.2 and appendix C, RFC 9990). Pure.
//
// Words such as "pass" are text, not enums: reports of others have all sorts, and are shown as they
// are. What is read is lower case and trimmed where it is a word, and always UTF-8 of a bounded
// size. Empty means that the report does not say.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mox::dmarc {

struct ReportMetadata {
  std::string organization;  // org_name
  std::string email;         // of whom to ask
  std::string extra_contact; // extra_contact_info
  std::string id;            // report_id
  std::int64_t begin = 0;    // seconds since 1970, UTC; 0 when not given
  std::int64_t end = 0;      // the last second
  std::vector<std::string> errors;
  std::string generator; // RFC 9990

  bool operator==(const ReportMetadata&) const = default;
};

// The record that the reporter found.
struct PolicyPublished {
  std::string domain;
  std::string dkim_mode; // adkim: "r" or "s"
  std::string spf_mode;  // aspf
  std::string policy;    // p
  std::string subdomain_policy;
  std::string nonexistent_policy;
  std::optional<unsigned> percentage;
  std::string failure_options;
  std::string testing;          // "y" or "n" (RFC 9990)
  std::string discovery_method; // "psl" or "treewalk" (RFC 9990)

  bool operator==(const PolicyPublished&) const = default;
};

// Why the policy was not followed.
struct OverrideReason {
  std::string type; // "forwarded", "local_policy", "mailing_list", …
  std::string comment;

  bool operator==(const OverrideReason&) const = default;
};

struct ReportDkim {
  std::string domain;
  std::string selector;
  std::string result;
  std::string human_result;

  bool operator==(const ReportDkim&) const = default;
};

struct ReportSpf {
  std::string domain;
  std::string scope; // "helo" or "mfrom"
  std::string result;
  std::string human_result; // RFC 9990

  bool operator==(const ReportSpf&) const = default;
};

// Messages that were alike.
struct ReportRow {
  std::string source_ip; // as written: an address in most reports
  std::uint64_t count = 0;
  std::string disposition; // "none", "quarantine", "reject"; "pass" (RFC 9990)
  std::string dkim;        // aligned and passing: "pass" or "fail"
  std::string spf;
  std::vector<OverrideReason> reasons;
  std::string envelope_to;
  std::optional<std::string> envelope_from; // given but empty for the null path
  std::string header_from;
  std::vector<ReportDkim> dkim_results;
  std::vector<ReportSpf> spf_results;

  bool operator==(const ReportRow&) const = default;
};

struct Report {
  std::string version;
  ReportMetadata metadata;
  PolicyPublished policy;
  std::vector<ReportRow> rows;

  // Of all rows.
  std::uint64_t message_count() const;

  bool operator==(const Report&) const = default;
};

} // namespace mox::dmarc
