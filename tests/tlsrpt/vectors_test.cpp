#include "reportmessage/find.h"
#include "support/catch.h"
#include "support/shared_file.h"
#include "tlsrpt/report_reader.h"
#include "tlsrpt/report_writer.h"

#include <optional>
#include <string>

using namespace mox;

namespace {

std::optional<tlsrpt::Report> read(const std::string& path) {
  const auto file = test::read_shared(MOX_SHARED_VECTORS, path);
  if (!file) return std::nullopt;
  std::optional<tlsrpt::Report> report;
  const auto found = reportmessage::find_in_file(
      *file, reportmessage::Content::json, [&report](const std::string& json) -> Result<> {
        MOX_TRY_ASSIGN(parsed, tlsrpt::parse_report(json));
        report = std::move(parsed);
        return ok();
      });
  if (!found) FAIL(path << ": " << found.error().text);
  CHECK(tlsrpt::parse_report(tlsrpt::write_report(*report)) == *report);
  return report;
}

} // namespace

TEST_CASE("tlsrpt report: the example of RFC 8460 appendix B") {
  const auto names = test::list_shared(MOX_SHARED_VECTORS, "tlsrpt", "8460.json");
  if (names.empty()) return;
  const auto report = read("tlsrpt/" + names.front());
  REQUIRE(report.has_value());
  CHECK(report->organization == "Company-X");
  CHECK(report->begin == 1'459'468'800);
  CHECK(report->end == 1'459'555'199);
  CHECK(report->contact == "sts-reporting@company-x.example");
  CHECK(report->id == "5065427c-23d3-47ca-b6e0-946ea0e8c4be");
  REQUIRE(report->policies.size() == 1);
  const auto& policy = report->policies[0];
  CHECK(policy.type == tlsrpt::PolicyType::sts);
  CHECK(policy.text.size() == 4);
  CHECK(policy.domain == "company-y.example");
  CHECK(policy.mx == std::vector<std::string>{"*.mail.company-y.example"});
  CHECK(policy.successful_sessions == 5326);
  CHECK(policy.failed_sessions == 303);
  REQUIRE(policy.failures.size() == 3);
  CHECK(policy.failures[0].type == tlsrpt::ResultType::certificate_expired);
  CHECK(policy.failures[0].failed_sessions == 100);
  CHECK(policy.failures[1].type == tlsrpt::ResultType::starttls_not_supported);
  CHECK(policy.failures[1].receiving_ip == "203.0.113.56");
  CHECK(policy.failures[2].reason_code == "X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED");
}

TEST_CASE("tlsrpt report: the message of a vector holds what its parsed form says") {
  const auto message = read("tlsrpt/rpt01.eml");
  const auto form = read("tlsrpt/rpt01.json");
  if (!message || !form) return;
  const auto& ours = *message;
  const auto& theirs = *form;
  CHECK(ours.policies.size() == theirs.policies.size());
  REQUIRE(!ours.policies.empty());
  REQUIRE(ours.policies[0].failures.size() == theirs.policies[0].failures.size());
  CHECK(ours == theirs);
}
