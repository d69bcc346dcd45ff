#include "dmarc/report_writer.h"

#include "text/utf8.h"

#include <fmt/format.h>

#include <string_view>

namespace mox::dmarc {

namespace {

// XML 1.0 section 2.2: no control characters but three, neither U+FFFE nor U+FFFF.
bool is_allowed(char32_t c) {
  return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c != 0xfffe && c != 0xffff);
}

void append_escaped(std::string& to, std::string_view value) {
  while (!value.empty()) {
    const char32_t c = text::next_utf8(value);
    switch (c) {
    case '&': to += "&amp;"; break;
    case '<': to += "&lt;"; break;
    case '>': to += "&gt;"; break;
    case '\r': to += "&#13;"; break; // a reader makes a line feed of it otherwise
    default: text::append_utf8(to, is_allowed(c) ? c : char32_t{0xfffd});
    }
  }
}

class Writer {
public:
  void open(std::string_view name) {
    indent();
    xml_ += fmt::format("<{}>\n", name);
    ++depth_;
  }

  void close(std::string_view name) {
    --depth_;
    indent();
    xml_ += fmt::format("</{}>\n", name);
  }

  void element(std::string_view name, std::string_view value) {
    indent();
    xml_ += fmt::format("<{}>", name);
    append_escaped(xml_, value);
    xml_ += fmt::format("</{}>\n", name);
  }

  // Left out when it is empty.
  void optional(std::string_view name, std::string_view value) {
    if (!value.empty()) element(name, value);
  }

  std::string xml() && { return std::move(xml_); }

private:
  void indent() { xml_.append(depth_, '\t'); }

  std::string xml_ = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  std::size_t depth_ = 0;
};

void write_metadata(Writer& to, const ReportMetadata& metadata) {
  to.open("report_metadata");
  to.element("org_name", metadata.organization);
  to.element("email", metadata.email);
  to.optional("extra_contact_info", metadata.extra_contact);
  to.element("report_id", metadata.id);
  to.open("date_range");
  to.element("begin", std::to_string(metadata.begin));
  to.element("end", std::to_string(metadata.end));
  to.close("date_range");
  for (const auto& error : metadata.errors) to.element("error", error);
  to.optional("generator", metadata.generator);
  to.close("report_metadata");
}

void write_policy(Writer& to, const PolicyPublished& policy) {
  to.open("policy_published");
  to.element("domain", policy.domain);
  to.optional("adkim", policy.dkim_mode);
  to.optional("aspf", policy.spf_mode);
  to.element("p", policy.policy);
  to.optional("sp", policy.subdomain_policy);
  to.optional("np", policy.nonexistent_policy);
  if (policy.percentage) to.element("pct", std::to_string(*policy.percentage));
  to.optional("fo", policy.failure_options);
  to.optional("testing", policy.testing);
  to.optional("discovery_method", policy.discovery_method);
  to.close("policy_published");
}

void write_evaluated(Writer& to, const ReportRow& row) {
  to.open("policy_evaluated");
  to.element("disposition", row.disposition);
  to.element("dkim", row.dkim);
  to.element("spf", row.spf);
  for (const auto& reason : row.reasons) {
    to.open("reason");
    to.element("type", reason.type);
    to.optional("comment", reason.comment);
    to.close("reason");
  }
  to.close("policy_evaluated");
}

void write_results(Writer& to, const ReportRow& row) {
  to.open("auth_results");
  for (const auto& result : row.dkim_results) {
    to.open("dkim");
    to.element("domain", result.domain);
    to.optional("selector", result.selector);
    to.element("result", result.result);
    to.optional("human_result", result.human_result);
    to.close("dkim");
  }
  for (const auto& result : row.spf_results) {
    to.open("spf");
    to.element("domain", result.domain);
    to.optional("scope", result.scope);
    to.element("result", result.result);
    to.optional("human_result", result.human_result);
    to.close("spf");
  }
  to.close("auth_results");
}

void write_row(Writer& to, const ReportRow& row) {
  to.open("record");
  to.open("row");
  to.element("source_ip", row.source_ip);
  to.element("count", std::to_string(row.count));
  write_evaluated(to, row);
  to.close("row");
  to.open("identifiers");
  to.optional("envelope_to", row.envelope_to);
  if (row.envelope_from) to.element("envelope_from", *row.envelope_from);
  to.element("header_from", row.header_from);
  to.close("identifiers");
  write_results(to, row);
  to.close("record");
}

} // namespace

std::string write_report(const Report& report) {
  Writer to;
  to.open("feedback");
  to.optional("version", report.version);
  write_metadata(to, report.metadata);
  write_policy(to, report.policy);
  for (const auto& row : report.rows) write_row(to, row);
  to.close("feedback");
  return std::move(to).xml();
}

} // namespace mox::dmarc
