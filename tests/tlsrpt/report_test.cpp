#include "support/catch.h"
#include "tlsrpt/report_reader.h"
#include "tlsrpt/report_writer.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox;
using namespace mox::tlsrpt;

namespace {

Report parsed(std::string_view json, const ReportLimits& limits = {}) {
  auto report = parse_report(json, limits);
  if (!report) FAIL(report.error().text);
  return *std::move(report);
}

Report sample() {
  Report report;
  report.organization = "mail.example";
  report.begin = 1'459'468'800;
  report.end = 1'459'555'199;
  report.contact = "postmaster@mail.example";
  report.id = "20160401.example.org@mail.example";
  Policy policy;
  policy.type = PolicyType::sts;
  policy.text = {"version: STSv1", "mode: enforce", "mx: *.example.org", "max_age: 86400"};
  policy.domain = "example.org";
  policy.mx = {"*.example.org"};
  policy.successful_sessions = 10;
  policy.failed_sessions = 3;
  FailureDetails details;
  details.type = ResultType::certificate_expired;
  details.sending_mta_ip = "2001:db8::1";
  details.receiving_mx_hostname = "mx.example.org";
  details.receiving_mx_helo = "mx";
  details.receiving_ip = "192.0.2.1";
  details.failed_sessions = 2;
  details.additional_information = "https://mail.example/";
  details.reason_code = "tls-remote-alert-42-bad-certificate";
  FailureDetails unknown;
  unknown.type_word = "moon-phase";
  unknown.failed_sessions = 1;
  policy.failures = {details, unknown};
  Policy none;
  none.type = PolicyType::no_policy_found;
  none.domain = "mx.example.org";
  report.policies = {policy, none};
  return report;
}

} // namespace

TEST_CASE("tlsrpt report: written and read again") {
  for (const std::size_t indent : {0UZ, 2UZ}) {
    const auto json = write_report(sample(), indent);
    CHECK(parsed(json) == sample());
  }
  CHECK(write_report(sample()).starts_with(
      R"({"organization-name":"mail.example","date-range":{"start-datetime":"2016-04-01T00:00:00Z",)"
      R"("end-datetime":"2016-04-01T23:59:59Z"},"contact-info":"postmaster@mail.example",)"
      R"("report-id":"20160401.example.org@mail.example","policies":[{"policy":{"policy-type":"sts",)"
      R"("policy-string":["version: STSv1",)"));
}

TEST_CASE("tlsrpt report: words of results and policies") {
  CHECK(parse_result_type("starttls-not-supported") == ResultType::starttls_not_supported);
  CHECK(parse_result_type(" STS_WebPKI_Invalid ") == ResultType::sts_webpki_invalid);
  CHECK(parse_result_type("x") == ResultType::other);
  for (int i = 0; i < static_cast<int>(ResultType::other); ++i)
    CHECK(parse_result_type(to_string(static_cast<ResultType>(i))) == static_cast<ResultType>(i));
  CHECK(to_string(ResultType::other).empty());
  CHECK(parse_policy_type("No-Policy-Found") == PolicyType::no_policy_found);
  CHECK(sample().policies[0].failures[1].word() == "moon-phase");
  CHECK(sample().policies[0].failures[0].word() == "certificate-expired");
}

TEST_CASE("tlsrpt report: times, also as Microsoft sent them, without a zone") {
  const auto begin = [](const std::string& time) {
    return parsed(R"({"policies":[{}],"date-range":{"start-datetime":)" + time + "}}").begin;
  };
  CHECK(begin(R"("2016-04-01T00:00:00Z")") == 1'459'468'800);
  CHECK(begin(R"("2016-04-01T00:00:00")") == 1'459'468'800);
  CHECK(begin(R"("2016-04-01 00:00:00")") == 1'459'468'800);
  CHECK(begin(R"("2016-04-01T02:00:00+02:00")") == 1'459'468'800);
  CHECK(begin(R"("2016-04-01T00:00:00.123Z")") == 1'459'468'800);
  CHECK(begin("1459468800") == 1'459'468'800);
  CHECK(begin(R"("1459468800")") == 1'459'468'800);
  for (const std::string time :
       {"null", "\"\"", "\"soon\"", "{}", "[]", "-1", "1e300", "99999999999999"}) {
    CAPTURE(time);
    CHECK(begin(time) == 0);
  }
}

TEST_CASE("tlsrpt report: wrong types are understood where they can be") {
  const auto report = parsed(R"({
    "Organization-Name": 5, "report-id": null, "contact-info": ["a@example.org"], "date-range": "today",
    "policies": {"policy": {"policy-type": "STS", "policy-string": "one line", "policy-domain": " Example.ORG ",
                            "mx-host": "mx.example.org"},
                 "summary": {"total-successful-session-count": "12", "total-failure-session-count": 3.0},
                 "failure-details": {"result-type": "tlsa-invalid", "failed-session-count": "-3"}}})");
  CHECK(report.organization == "5");
  CHECK(report.id.empty());
  CHECK(report.contact == "a@example.org");
  REQUIRE(report.policies.size() == 1);
  const auto& policy = report.policies[0];
  CHECK(policy.type == PolicyType::sts);
  CHECK(policy.text == std::vector<std::string>{"one line"});
  CHECK(policy.domain == "example.org");
  CHECK(policy.mx == std::vector<std::string>{"mx.example.org"});
  CHECK(policy.successful_sessions == 12);
  CHECK(policy.failed_sessions == 3);
  REQUIRE(policy.failures.size() == 1);
  CHECK(policy.failures[0].type == ResultType::tlsa_invalid);
  CHECK(policy.failures[0].failed_sessions == 0);
  // The members of "policy" beside it, and a draft's name for the reason.
  const auto flat = parsed(R"({"policies":[{"policy-type":"tlsa","policy-domain":"mx.example.org",
      "failure-details":[{"failure-error-code":"x"}, 7, null]}, null, "x"]})");
  REQUIRE(flat.policies.size() == 1);
  CHECK(flat.policies[0].type == PolicyType::tlsa);
  REQUIRE(flat.policies[0].failures.size() == 1);
  CHECK(flat.policies[0].failures[0].reason_code == "x");
}

TEST_CASE("tlsrpt report: what is none") {
  for (const std::string_view json :
       {"", "null", "[]", "{}", "\"x\"", "{\"policies\":[]}", "{\"policies\":3}", "{",
        "{\"policies\":[{}]} x", "<feedback/>"}) {
    CAPTURE(json);
    CHECK_FALSE(parse_report(json).has_value());
  }
}

TEST_CASE("tlsrpt report: limits of size, depth, values, policies, failures and text") {
  CHECK(parse_report(R"({"policies":[{}]})", {.size = 5}).error().kind == ErrorKind::full);
  std::string deep = R"({"policies":)";
  for (int i = 0; i < 100'000; ++i) deep += '[';
  CHECK_FALSE(parse_report(deep).has_value());
  std::string wide = R"({"policies":[)";
  for (int i = 0; i < 1'000'000; ++i) wide += "[],";
  CHECK(parse_report(wide + "0]}").error().kind == ErrorKind::full);
  std::string policies = R"({"policies":[{})";
  for (int i = 0; i < 10; ++i) policies += ",{}";
  CHECK(parse_report(policies + "]}", {.policies = 10}).error().kind == ErrorKind::full);
  CHECK(parse_report(policies + "]}", {.policies = 11}).has_value());
  std::string failures =
      R"({"policies":[{"failure-details":[{},{}]},{"failure-details":[{},{}]}]})";
  CHECK(parse_report(failures, {.failures = 3}).error().kind == ErrorKind::full);
  CHECK(parse_report(failures, {.failures = 4}).has_value());
  const auto text = parsed(R"({"organization-name":")" + std::string(100'000, 'x') + "\"}");
  CHECK(text.organization.size() == 4096);
  std::string strings = R"({"policies":[{"policy":{"policy-string":["")";
  for (int i = 0; i < 500; ++i) strings += ",\"x\"";
  CHECK(parsed(strings + "]}}]}").policies[0].text.size() == 100);
}

TEST_CASE("tlsrpt report: bytes that are no UTF-8 are repaired") {
  const auto report = parsed("{\"organization-name\":\"M\xfcller\"}");
  CHECK(report.organization == "M\xef\xbf\xbdller");
}
