#include "async/loop.h"
#include "clock/clock.h"
#include "commands.h"
#include "dialing.h"
#include "facts.h"
#include "report_files.h"
#include "resolving.h"
#include "tlsrpt/report_reader.h"
#include "tlsrpt/report_writer.h"
#include "tlsrptlookup/lookup.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mox::cmd {

namespace {

using tlsrptlookup::LookupFailure;

constexpr std::chrono::minutes time_limit{1};

std::string_view status_of(LookupFailure::Kind kind) {
  switch (kind) {
  case LookupFailure::Kind::none:
  case LookupFailure::Kind::several: return "none";
  case LookupFailure::Kind::malformed: return "permerror";
  case LookupFailure::Kind::temporary: return "temperror";
  }
  return {};
}

Facts summary(std::string_view name, const tlsrpt::Report& report) {
  Facts facts;
  facts.add("file", name).add("organization", report.organization);
  facts.add("contact", report.contact).add("report-id", report.id);
  facts.add("begin", report_time(report.begin)).add("end", report_time(report.end));
  facts.add("policies", static_cast<std::int64_t>(report.policies.size()));
  return facts;
}

Facts facts_of(const tlsrpt::Policy& policy) {
  Facts facts;
  facts.add("domain", policy.domain).add("policy-type", policy.word());
  for (const auto& mx : policy.mx) facts.add("mx", mx);
  for (const auto& line : policy.text) facts.add("policy", line);
  facts.add("successful-sessions", std::to_string(policy.successful_sessions));
  facts.add("failed-sessions", std::to_string(policy.failed_sessions));
  return facts;
}

Facts facts_of(const tlsrpt::FailureDetails& details) {
  Facts facts;
  facts.add("failure", details.word());
  facts.add("sessions", std::to_string(details.failed_sessions));
  facts.add("sending-ip", details.sending_mta_ip);
  facts.add("receiving-mx", details.receiving_mx_hostname);
  facts.add("receiving-helo", details.receiving_mx_helo);
  facts.add("receiving-ip", details.receiving_ip);
  facts.add("reason", details.reason_code).add("more", details.additional_information);
  return facts;
}

void add(std::vector<Facts>& things, std::string_view name, const tlsrpt::Report& report) {
  things.push_back(summary(name, report));
  for (const auto& policy : report.policies) {
    things.push_back(facts_of(policy));
    for (const auto& details : policy.failures) things.push_back(facts_of(details));
  }
}

} // namespace

Result<int> tlsrpt_lookup(const cli::Invocation& invocation) {
  auto domain = parse_domain(invocation.argument("DOMAIN"));
  if (!domain) return end(invocation, exit_wrong_use, domain.error().text);
  async::Loop loop;
  MOX_TRY_ASSIGN(resolver, make_resolver(invocation, loop.executor()));
  const auto found =
      loop.run(tlsrptlookup::lookup(*resolver, *domain, SystemClock().steady() + time_limit));
  Facts facts;
  facts.add("domain", domain->ascii());
  if (!found) {
    const auto& problem = found.error();
    facts.add("status", status_of(problem.kind)).add("why", problem.text);
    print(invocation, facts.add("dnssec", problem.authentic));
    return problem.kind == LookupFailure::Kind::temporary ? exit_temporary : exit_fails;
  }
  facts.add("status", std::string_view("found"));
  facts.add("reports", fmt::format("{}", fmt::join(found->record.reports, ",")));
  print(invocation, facts.add("dnssec", found->authentic).add("record", found->text));
  return exit_holds;
}

Result<int> tlsrpt_parsereportmsg(const cli::Invocation& invocation) {
  std::vector<Facts> things;
  std::string json;
  const int code = read_reports(invocation, reportmessage::Content::json,
                                [&](std::string_view name, const std::string& bytes) -> Result<> {
                                  MOX_TRY_ASSIGN(report, tlsrpt::parse_report(bytes));
                                  add(things, name, report);
                                  json +=
                                      (json.empty() ? "" : ",\n") + tlsrpt::write_report(report, 2);
                                  return ok();
                                });
  if (invocation.given("--json"))
    fmt::print(invocation.output(), "[{}]\n", json);
  else
    print(invocation, things);
  return code;
}

} // namespace mox::cmd
