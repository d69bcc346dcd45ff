// The TXT record that says that a domain has an MTA-STS policy (RFC 8461 section 3.1). Pure.
#pragma once

#include "dns/name.h"
#include "result/result.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mox::mtasts {

struct Record {
  std::string id; // 1 to 32 letters and digits; another one means that the policy has changed
  std::vector<std::pair<std::string, std::string>> extensions; // names and values, as they came
  bool operator==(const Record&) const = default;
};

// "_mta-sts.example.org", where the record stands. Fails when that would be too long.
Result<dns::Name> record_name(const dns::Name& domain);
// "mta-sts.example.org", which has the policy.
Result<dns::Name> policy_host(const dns::Name& domain);

// The text is a record of MTA-STS, though perhaps a wrong one: it begins with "v=STSv1" and then a
// semicolon, white space or nothing.
bool is_record(std::string_view txt);

// One TXT record. Of fields that stand twice the first counts.
Result<Record> parse_record(std::string_view txt);

// "v=STSv1; id=20260101;".
std::string to_string(const Record& record);

enum class RecordProblem : std::uint8_t { none_found, several, syntax };

struct NoRecord {
  RecordProblem problem = RecordProblem::none_found;
  std::string text; // for people
};

// The one among all TXT records of the name. Others than those of MTA-STS do not count; with
// several the domain has none.
Result<Record, NoRecord> choose_record(std::span<const std::string> txts);

} // namespace mox::mtasts
