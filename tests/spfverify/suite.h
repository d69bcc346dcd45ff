// Reads the test suite of OpenSPF: YAML, as far as that file uses it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mox::test {

struct SuiteCase {
  std::string name;
  std::string helo;
  std::string host;
  std::string mail_from;
  std::vector<std::string> results; // allowed ones
  std::optional<std::string> explanation;
};

struct SuiteRecord {
  std::string name;
  std::string type;                // "A", "SPF", …; "TIMEOUT" without values
  std::vector<std::string> values; // strings of TXT, preference and host of MX
};

struct SuiteScenario {
  std::string description;
  std::vector<SuiteCase> cases;
  std::vector<SuiteRecord> records;
};

// Throws std::runtime_error for what it cannot read.
std::vector<SuiteScenario> read_suite(std::string_view text);

// The records as a zone file of ours. A record of type SPF stands for one of type TXT too, unless
// the name has those; a timeout is of the types that the name has not.
std::string zone_text_of(const SuiteScenario& scenario);

} // namespace mox::test
