// DMARC records (RFC 7489 section 6.3; RFC 9989 section 4.7 adds np, psd and t). Pure.
#pragma once

#include "result/result.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mox::dmarc {

inline constexpr std::size_t record_limit = 16 << 10; // bytes
inline constexpr std::size_t tag_limit = 100;
inline constexpr std::size_t uri_limit = 100; // of rua, and of ruf

// What the owner asks to be done with mail that fails; each is harder than the one before.
enum class Policy : std::uint8_t { none, quarantine, reject };

enum class Mode : std::uint8_t {
  relaxed, // the same organization
  strict,  // the same domain
};

// What psd= says of the domain: whether others register names below it.
enum class PublicSuffix : std::uint8_t { unknown, yes, no };

// Where reports are wanted.
struct Uri {
  std::string text;                  // as written, without the size: "mailto:dmarc@example.org"
  std::optional<std::uint64_t> size; // the largest report that is taken, bytes

  bool operator==(const Uri&) const = default;
};

struct Record {
  Policy policy = Policy::none;                // p
  std::optional<Policy> subdomain_policy;      // sp
  std::optional<Policy> nonexistent_policy;    // np
  Mode dkim_mode = Mode::relaxed;              // adkim
  Mode spf_mode = Mode::relaxed;               // aspf
  std::vector<Uri> aggregate_reports;          // rua
  std::vector<Uri> failure_reports;            // ruf
  std::string failure_options = "0";           // fo: "0", "1", "d", "s", with ":" between them
  std::string failure_format = "afrf";         // rf, lower case
  std::chrono::seconds report_interval{86400}; // ri
  std::uint8_t percentage = 100;               // pct
  PublicSuffix public_suffix = PublicSuffix::unknown; // psd
  bool testing = false;                               // t=y

  // What was passed over, one sentence fragment each, for the owner of the domain to mend.
  std::vector<std::string> problems;

  // The problems do not count.
  bool operator==(const Record& other) const;
};

// Among the TXT records of a name those that claim to be DMARC records. If there is more than one,
// none counts (RFC 7489 section 6.6.3).
std::vector<std::string_view> claims(std::span<const std::string> texts);

// `text` is the whole TXT record. Unknown tags, and values that cannot be meant, are passed over
// for their defaults. Without a good p, or with a bad sp or np, the record is one with p=none if it
// wants aggregate reports, else it fails (RFC 7489 section 6.6.3). It fails, too, when it does not
// begin with v=DMARC1, when a tag occurs twice (RFC 6376 section 3.2), or beyond a limit above.
Result<Record> parse_record(std::string_view text);

// The record by which a domain accepts reports about others (RFC 7489 section 7.1): p has no
// meaning in it; rua and ruf may say where the reports are rather wanted.
Result<Record> parse_acceptance(std::string_view text);

// "v=DMARC1;p=none;rua=mailto:…", tags with their default left out.
std::string to_string(const Record& record);

std::string_view to_string(Policy policy);
std::string_view to_string(Mode mode);
// "y", "n", "u".
std::string_view to_string(PublicSuffix public_suffix);
// "mailto:dmarc@example.org!10m".
std::string to_string(const Uri& uri);

} // namespace mox::dmarc
