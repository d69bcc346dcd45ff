#include "tlsrpt/report_writer.h"

#include "json/writer.h"

#include <fmt/format.h>

#include <chrono>

namespace mox::tlsrpt {

namespace {

// RFC 3339: "2016-04-01T00:00:00Z".
std::string date_time(std::int64_t seconds) {
  using namespace std::chrono;
  const sys_seconds time{std::chrono::seconds(seconds)};
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", int(date.year()),
                     unsigned(date.month()), unsigned(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count());
}

void optional(json::Writer& to, std::string_view name, const std::string& value) {
  if (!value.empty()) to.member(name, value);
}

void list(json::Writer& to, std::string_view name, const std::vector<std::string>& values) {
  if (values.empty()) return;
  to.key(name).array();
  for (const auto& value : values) to.value(value);
  to.end();
}

void write_failure(json::Writer& to, const FailureDetails& details) {
  to.object();
  to.member("result-type", details.word());
  optional(to, "sending-mta-ip", details.sending_mta_ip);
  optional(to, "receiving-mx-hostname", details.receiving_mx_hostname);
  optional(to, "receiving-mx-helo", details.receiving_mx_helo);
  optional(to, "receiving-ip", details.receiving_ip);
  to.member("failed-session-count", details.failed_sessions);
  optional(to, "additional-information", details.additional_information);
  optional(to, "failure-reason-code", details.reason_code);
  to.end();
}

void write_policy(json::Writer& to, const Policy& policy) {
  to.object();
  to.key("policy").object();
  to.member("policy-type", policy.word());
  list(to, "policy-string", policy.text);
  to.member("policy-domain", policy.domain);
  list(to, "mx-host", policy.mx);
  to.end();
  to.key("summary").object();
  to.member("total-successful-session-count", policy.successful_sessions);
  to.member("total-failure-session-count", policy.failed_sessions);
  to.end();
  if (!policy.failures.empty()) {
    to.key("failure-details").array();
    for (const auto& details : policy.failures) write_failure(to, details);
    to.end();
  }
  to.end();
}

} // namespace

std::string write_report(const Report& report, std::size_t indent) {
  json::Writer to(indent);
  to.object();
  to.member("organization-name", report.organization);
  to.key("date-range").object();
  to.member("start-datetime", date_time(report.begin));
  to.member("end-datetime", date_time(report.end));
  to.end();
  to.member("contact-info", report.contact);
  to.member("report-id", report.id);
  to.key("policies").array();
  for (const auto& policy : report.policies) write_policy(to, policy);
  to.end();
  to.end();
  return std::move(to).text();
}

} // namespace mox::tlsrpt
