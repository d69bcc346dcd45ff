#include "dmarc/report_reader.h"
#include "dmarc/report_writer.h"
#include "support/catch.h"

#include <chrono>
#include <string>
#include <string_view>

using namespace mox;
using namespace mox::dmarc;

namespace {

Report parsed(std::string xml, const ReportLimits& limits = {}) {
  auto report = parse_report(std::move(xml), limits);
  if (!report) FAIL(report.error().text);
  return *std::move(report);
}

Report sample() {
  Report report;
  report.version = "1.0";
  report.metadata = {"mail.example",
                     "postmaster@mail.example",
                     "https://mail.example/",
                     "20261130.1",
                     1'764'460'800,
                     1'764'547'199,
                     {"an error"},
                     "mox"};
  report.policy = {"example.org", "r", "s", "quarantine", "none", "reject", 50, "1:d", "n", "psl"};
  ReportRow row;
  row.source_ip = "2001:db8::1";
  row.count = 3;
  row.disposition = "none";
  row.dkim = "pass";
  row.spf = "fail";
  row.reasons = {{"mailing_list", "a <list> & more"}};
  row.envelope_to = "mail.example";
  row.envelope_from = "";
  row.header_from = "example.org";
  row.dkim_results = {{"example.org", "sel", "pass", ""},
                      {"list.example", "", "fail", "body \"hash\""}};
  row.spf_results = {{"list.example", "mfrom", "pass", ""}};
  report.rows = {row,
                 ReportRow{.source_ip = "192.0.2.1", .count = 1, .header_from = "example.org"}};
  return report;
}

} // namespace

TEST_CASE("dmarc report: written and read again") {
  const auto report = sample();
  const auto xml = write_report(report);
  CHECK(xml.starts_with(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feedback>\n\t<version>1.0</version>\n"
      "\t<report_metadata>\n\t\t<org_name>mail.example</org_name>\n"));
  CHECK(xml.find("a &lt;list&gt; &amp; more") != std::string::npos);
  CHECK(parsed(xml) == report);
  CHECK(report.message_count() == 4);
}

TEST_CASE("dmarc report: text that XML cannot have is repaired") {
  auto report = sample();
  report.metadata.organization = std::string("a\0b\x01\xff]]>\xef\xbf\xbe", 11);
  const auto xml = write_report(report);
  CHECK(xml.find("<org_name>a\xef\xbf\xbd"
                 "b\xef\xbf\xbd\xef\xbf\xbd]]&gt;\xef\xbf\xbd</org_name>") != std::string::npos);
  CHECK(parsed(xml).rows == report.rows);
}

TEST_CASE("dmarc report: namespaces, any order, any case, white space, CDATA, comments") {
  const auto report = parsed(R"(
    <!-- first -->
    <?xml-stylesheet href="x"?>
    <ns:Feedback xmlns:ns="urn:ietf:params:xml:ns:dmarc-2.0">
      <ns:record><ns:identifiers><ns:header_from> Example.org </ns:header_from></ns:identifiers>
        <ns:row><ns:count> 12.0 </ns:count><ns:source_ip><![CDATA[192.0.2.1]]></ns:source_ip>
          <ns:policy_evaluated><ns:disposition>NONE</ns:disposition></ns:policy_evaluated></ns:row></ns:record>
      <ns:policy_published><ns:DOMAIN>Example.ORG</ns:DOMAIN><ns:p>REJECT</ns:p></ns:policy_published>
      <ns:report_metadata><ns:org_name>A<!-- x -->B<![CDATA[<C>]]></ns:org_name></ns:report_metadata>
    </ns:Feedback>)");
  CHECK(report.policy.domain == "example.org");
  CHECK(report.policy.policy == "reject");
  CHECK(report.metadata.organization == "AB<C>");
  REQUIRE(report.rows.size() == 1);
  CHECK(report.rows[0].count == 12);
  CHECK(report.rows[0].source_ip == "192.0.2.1");
  CHECK(report.rows[0].disposition == "none");
  CHECK(report.rows[0].header_from == "Example.org");
  CHECK_FALSE(report.rows[0].envelope_from.has_value());
}

TEST_CASE("dmarc report: dates as seconds or as text") {
  const auto begin = [](std::string text) {
    return parsed("<feedback><report_metadata><date_range><begin>" + text +
                  "</begin></date_range></report_metadata></feedback>")
        .metadata.begin;
  };
  CHECK(begin("1667347200") == 1'667'347'200);
  CHECK(begin(" 1667347200.25\n") == 1'667'347'200);
  CHECK(begin("2022-11-02T00:00:00Z") == 1'667'347'200);
  CHECK(begin("2022-11-02 00:00:00") == 1'667'347'200); // no zone: UTC
  CHECK(begin("") == 0);
  CHECK(begin("yesterday") == 0);
  CHECK(begin("-5") == 0);
  CHECK(begin("99999999999999999999") == 0);
}

TEST_CASE("dmarc report: numbers and words that cannot be meant") {
  const auto report =
      parsed("<feedback><policy_published><pct>500</pct></policy_published><record><row>"
             "<count>-1</count></row></record><record><row><count>99999999999999999999999"
             "</count></row></record><record><row><count>18446744073709551615</count></row>"
             "</record><record><row><count>2</count></row></record></feedback>");
  CHECK_FALSE(report.policy.percentage.has_value());
  CHECK(report.rows[0].count == 0);
  CHECK(report.rows[1].count == 0);
  CHECK(report.message_count() == UINT64_MAX); // no overflow
}

TEST_CASE("dmarc report: what is wrapped around it, cut short, or missing") {
  CHECK(parsed("<envelope><feedback><report_metadata/></feedback></envelope>").rows.empty());
  const auto whole = write_report(sample());
  const auto cut = parsed(whole.substr(0, whole.find("<source_ip>192.0.2.1")));
  CHECK(cut.rows.size() == 2);
  CHECK(cut.rows[0] == sample().rows[0]);
  for (const std::string_view text :
       {"", " ", "not xml", "<", "<html></html>", "<feedback>", "<feedback/>",
        "<feedback><x/></feedback>", "<a><b><feedback><record/></feedback></b></a>", "{}"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_report(std::string(text)).has_value());
  }
}

TEST_CASE("dmarc report: entities do nothing but stand there") {
  const auto file = parsed(R"(<?xml version="1.0"?>
    <!DOCTYPE feedback [<!ENTITY x SYSTEM "file:///etc/passwd"> <!ENTITY y "why">]>
    <feedback><report_metadata><org_name>&x;&y;&amp;&#65;</org_name></report_metadata></feedback>)");
  CHECK(file.metadata.organization == "&x;&y;&A");
  std::string laughs = "<!DOCTYPE lolz [<!ENTITY lol \"lol\">";
  for (int i = 1; i < 10; ++i) {
    laughs += "<!ENTITY lol" + std::to_string(i) + " \"";
    for (int j = 0; j < 10; ++j) laughs += "&lol" + std::to_string(i - 1) + ";";
    laughs += "\">";
  }
  laughs += "]><feedback><report_metadata><org_name>&lol9;</org_name></report_metadata></feedback>";
  CHECK(parsed(laughs).metadata.organization == "&lol9;");
  const auto parameter =
      parse_report("<!DOCTYPE f [<!ENTITY % p SYSTEM \"http://127.0.0.1/\"> %p;]>"
                   "<feedback><record/></feedback>");
  if (parameter) CHECK(parameter->rows.size() == 1);
}

TEST_CASE("dmarc report: CDATA that holds markup stays text") {
  const auto report =
      parsed("<feedback><report_metadata><org_name><![CDATA[</org_name><email>evil@x.example"
             "</email>]]></org_name></report_metadata></feedback>");
  CHECK(report.metadata.organization == "</org_name><email>evil@x.example</email>");
  CHECK(report.metadata.email.empty());
  CHECK(parsed(write_report(report)) == report);
}

TEST_CASE("dmarc report: limits of size, tags, rows, results and text") {
  const std::string row = "<record><row><count>1</count></row></record>";
  std::string rows;
  for (int i = 0; i < 11; ++i) rows += row;
  const auto xml = "<feedback>" + rows + "</feedback>";
  CHECK(parse_report(xml, {.rows = 11}).has_value());
  CHECK(parse_report(xml, {.rows = 10}).error().kind == ErrorKind::full);
  CHECK(parse_report(xml, {.tags = 20}).error().kind == ErrorKind::full);
  CHECK(parse_report(xml, {.size = 20}).error().kind == ErrorKind::full);
  std::string attributes = "<feedback><record ";
  for (int i = 0; i < 100; ++i) attributes += "a=\"\" ";
  attributes += "/></feedback>";
  CHECK(parse_report(attributes, {.tags = 100}).error().kind == ErrorKind::full);
  CHECK(parse_report(attributes, {.tags = 103}).has_value());
  std::string results;
  for (int i = 0; i < 500; ++i) results += "<dkim><domain>a</domain></dkim><spf/>";
  const auto many =
      parsed("<feedback><record><auth_results>" + results + "</auth_results></record></feedback>");
  CHECK(many.rows[0].dkim_results.size() == 100);
  CHECK(many.rows[0].spf_results.size() == 100);
  const auto text = parsed("<feedback><report_metadata><org_name>" + std::string(100'000, 'x') +
                           "</org_name></report_metadata></feedback>");
  CHECK(text.metadata.organization.size() == 4096);
}

TEST_CASE("dmarc report: nesting without end costs no stack") {
  std::string deep = "<feedback><record/>";
  for (int i = 0; i < 1'000'000; ++i) deep += "<a>";
  CHECK(parsed(deep).rows.size() == 1);
  std::string groups = "<!DOCTYPE x ";
  for (int i = 0; i < 1'000'000; ++i) groups += "<!x ";
  (void)parse_report(groups + "<feedback><record/></feedback>");
}

TEST_CASE("dmarc report: the largest that is taken is read in seconds") {
  std::string xml = "<feedback>";
  while (xml.size() < (20u << 20) - 100) {
    xml += "<record><row><source_ip>192.0.2.1</source_ip><count>1</"
           "count><policy_evaluated><disposition>none"
           "</disposition><dkim>fail</dkim><spf>pass</spf></policy_evaluated></"
           "row><identifiers><header_from>"
           "example.com</header_from></identifiers></record>";
    if (xml.size() > (20u << 20) - 500) break;
  }
  xml += "</feedback>";
  const auto start = std::chrono::steady_clock::now();
  const auto report = parse_report(xml);
  REQUIRE(report.has_value());
  CHECK(report->rows.size() > 80'000);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(20)); // with sanitizers
}

TEST_CASE("dmarc report: bytes that are no UTF-8, and UTF-16") {
  const auto broken = parsed("<feedback><report_metadata><org_name>M\xfcller \x1b[31m</org_name>"
                             "</report_metadata></feedback>");
  CHECK(broken.metadata.organization.starts_with("M\xef\xbf\xbdller"));
  std::string wide = "\xff\xfe";
  for (const char c : std::string_view("<feedback><record/></feedback>")) {
    wide += c;
    wide += '\0';
  }
  CHECK(parsed(wide).rows.size() == 1);
}
