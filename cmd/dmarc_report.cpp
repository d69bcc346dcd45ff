#include "commands.h"
#include "dmarc/report_reader.h"
#include "facts.h"
#include "json/writer.h"
#include "report_files.h"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mox::cmd {

namespace {

using dmarc::Report;
using dmarc::ReportRow;

// Tags of the record, as far as the report has them: "p=none sp=none pct=100".
std::string tags(const dmarc::PolicyPublished& policy) {
  std::string text;
  const auto add = [&text](std::string_view name, const std::string& value) {
    if (!value.empty()) text += fmt::format("{}{}={}", text.empty() ? "" : " ", name, value);
  };
  add("p", policy.policy);
  add("sp", policy.subdomain_policy);
  add("np", policy.nonexistent_policy);
  add("adkim", policy.dkim_mode);
  add("aspf", policy.spf_mode);
  if (policy.percentage) add("pct", std::to_string(*policy.percentage));
  add("fo", policy.failure_options);
  add("t", policy.testing);
  return text;
}

Facts summary(std::string_view name, const Report& report) {
  const auto& metadata = report.metadata;
  Facts facts;
  facts.add("file", name).add("organization", metadata.organization);
  facts.add("email", metadata.email).add("contact", metadata.extra_contact);
  facts.add("report-id", metadata.id);
  facts.add("begin", report_time(metadata.begin)).add("end", report_time(metadata.end));
  for (const auto& error : metadata.errors) facts.add("error", error);
  facts.add("domain", report.policy.domain).add("policy", tags(report.policy));
  facts.add("discovery", report.policy.discovery_method);
  facts.add("messages", std::to_string(report.message_count()));
  return facts;
}

std::string with_comment(const std::string& text, const std::string& comment) {
  return comment.empty() ? text : fmt::format("{} ({})", text, comment);
}

Facts facts_of(const ReportRow& row) {
  Facts facts;
  facts.add("source-ip", row.source_ip).add("count", std::to_string(row.count));
  facts.add("disposition", row.disposition);
  facts.add("dkim-aligned", row.dkim).add("spf-aligned", row.spf);
  for (const auto& reason : row.reasons)
    facts.add("reason", with_comment(reason.type, reason.comment));
  facts.add("header-from", row.header_from);
  if (row.envelope_from)
    facts.add("envelope-from", row.envelope_from->empty() ? "<>" : *row.envelope_from);
  facts.add("envelope-to", row.envelope_to);
  for (const auto& dkim : row.dkim_results)
    facts.add("dkim",
              with_comment(fmt::format("{} {}{}{}", dkim.result, dkim.domain,
                                       dkim.selector.empty() ? "" : " selector ", dkim.selector),
                           dkim.human_result));
  for (const auto& spf : row.spf_results)
    facts.add("spf", with_comment(fmt::format("{} {}{}{}", spf.result, spf.domain,
                                              spf.scope.empty() ? "" : " ", spf.scope),
                                  spf.human_result));
  return facts;
}

void write_row(json::Writer& json, const ReportRow& row) {
  json.object();
  json.member("source-ip", row.source_ip).member("count", row.count);
  json.member("disposition", row.disposition);
  json.member("dkim-aligned", row.dkim).member("spf-aligned", row.spf);
  json.key("reasons").array();
  for (const auto& reason : row.reasons)
    json.object().member("type", reason.type).member("comment", reason.comment).end();
  json.end();
  json.member("header-from", row.header_from);
  if (row.envelope_from) json.member("envelope-from", *row.envelope_from);
  if (!row.envelope_to.empty()) json.member("envelope-to", row.envelope_to);
  json.key("dkim").array();
  for (const auto& dkim : row.dkim_results) {
    json.object().member("domain", dkim.domain).member("selector", dkim.selector);
    json.member("result", dkim.result).member("text", dkim.human_result).end();
  }
  json.end();
  json.key("spf").array();
  for (const auto& spf : row.spf_results) {
    json.object().member("domain", spf.domain).member("scope", spf.scope);
    json.member("result", spf.result).member("text", spf.human_result).end();
  }
  json.end().end();
}

void write_report(json::Writer& json, std::string_view name, const Report& report) {
  const auto& metadata = report.metadata;
  json.object();
  json.member("file", name).member("version", report.version);
  json.member("organization", metadata.organization).member("email", metadata.email);
  json.member("contact", metadata.extra_contact).member("report-id", metadata.id);
  json.member("begin", report_time(metadata.begin)).member("end", report_time(metadata.end));
  json.key("errors").array();
  for (const auto& error : metadata.errors) json.value(error);
  json.end();
  const auto& policy = report.policy;
  json.key("policy").object();
  json.member("domain", policy.domain).member("p", policy.policy);
  json.member("sp", policy.subdomain_policy).member("np", policy.nonexistent_policy);
  json.member("adkim", policy.dkim_mode).member("aspf", policy.spf_mode);
  if (policy.percentage) json.member("pct", *policy.percentage);
  json.member("fo", policy.failure_options).member("testing", policy.testing);
  json.member("discovery", policy.discovery_method).end();
  json.member("messages", report.message_count());
  json.key("rows").array();
  for (const auto& row : report.rows) write_row(json, row);
  json.end().end();
}

} // namespace

Result<int> dmarc_parsereportmsg(const cli::Invocation& invocation) {
  const bool as_json = invocation.given("--json");
  json::Writer json(2);
  json.array();
  std::vector<Facts> things;
  const int code = read_reports(invocation, reportmessage::Content::xml,
                                [&](std::string_view name, std::string bytes) -> Result<> {
                                  MOX_TRY_ASSIGN(report, dmarc::parse_report(std::move(bytes)));
                                  if (as_json) {
                                    write_report(json, name, report);
                                    return ok();
                                  }
                                  things.push_back(summary(name, report));
                                  for (const auto& row : report.rows)
                                    things.push_back(facts_of(row));
                                  return ok();
                                });
  json.end();
  if (as_json)
    fmt::print(invocation.output(), "{}\n", std::move(json).text());
  else
    print(invocation, things);
  return code;
}

} // namespace mox::cmd
