#include "dmarc/record.h"
#include "dmarc/uri.h"
#include "support/catch.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox;
using namespace mox::dmarc;

namespace {

Record parsed(std::string_view text) {
  CAPTURE(text);
  auto record = parse_record(text);
  REQUIRE(record.has_value());
  return *std::move(record);
}

} // namespace

TEST_CASE("dmarc record: all tags") {
  const auto record =
      parsed("v=DMARC1; p=reject; sp=quarantine; np=none; adkim=s; aspf=S; fo=1:d:s; "
             "rf=afrf; ri=3600; pct=50; psd=n; t=y; "
             "rua=mailto:a@example.org!10m , https://example.org/x; "
             "ruf=mailto:b@example.org");
  CHECK(record.policy == Policy::reject);
  CHECK(record.subdomain_policy == Policy::quarantine);
  CHECK(record.nonexistent_policy == Policy::none);
  CHECK(record.dkim_mode == Mode::strict);
  CHECK(record.spf_mode == Mode::strict);
  CHECK(record.failure_options == "1:d:s");
  CHECK(record.report_interval == std::chrono::hours(1));
  CHECK(record.percentage == 50);
  CHECK(record.public_suffix == PublicSuffix::no);
  CHECK(record.testing);
  REQUIRE(record.aggregate_reports.size() == 2);
  CHECK(record.aggregate_reports[0].text == "mailto:a@example.org");
  CHECK(record.aggregate_reports[0].size == 10u << 20);
  CHECK(record.aggregate_reports[1].text == "https://example.org/x");
  CHECK(record.failure_reports.size() == 1);
  CHECK(record.problems.empty());
}

TEST_CASE("dmarc record: defaults, and examples of RFC 7489 appendix B.2") {
  CHECK(parsed("v=DMARC1;p=none") == Record());
  CHECK(
      parsed("v=DMARC1; p=none; rua=mailto:dmarc-feedback@example.com").aggregate_reports.size() ==
      1);
  const auto third = parsed("v=DMARC1; p=quarantine; rua=mailto:dmarc-feedback@example.com,"
                            "mailto:tld-test@thirdparty.example.net!10m; pct=25");
  CHECK(third.policy == Policy::quarantine);
  CHECK(third.percentage == 25);
  CHECK(third.aggregate_reports.size() == 2);
}

TEST_CASE("dmarc record: white space and case as the grammar has them") {
  CHECK(parsed("V = DMARC1 ; P = Reject ;; ").policy == Policy::reject);
  CHECK(parsed("v=DMARC1;\tp=none;").problems.empty());
  CHECK(parsed("v=DMARC1;p=none;unknown=x;y=").problems.size() == 2);
}

TEST_CASE("dmarc record: what is passed over for the default") {
  const auto record = parsed("v=DMARC1; p=none; adkim=x; pct=101; ri=-1; fo=2; rf=x; t=maybe; "
                             "psd=z; rua=nonsense,mailto:a@example.org; ruf=mailto:a b; word");
  CHECK(record.dkim_mode == Mode::relaxed);
  CHECK(record.percentage == 100);
  CHECK(record.failure_options == "0");
  CHECK(record.aggregate_reports.size() == 1);
  CHECK(record.failure_reports.empty());
  CHECK(record.problems.size() == 10);
}

TEST_CASE("dmarc record: without a usable policy it is one with p=none if it wants reports") {
  for (const std::string_view text :
       {"v=DMARC1; rua=mailto:a@example.org", "v=DMARC1; p=rejct; rua=mailto:a@example.org",
        "v=DMARC1; p=reject; sp=foo; rua=mailto:a@example.org",
        "v=DMARC1; p=reject; np=; rua=mailto:a@example.org"}) {
    const auto record = parsed(text);
    CHECK(record.policy == Policy::none);
    CHECK_FALSE(record.subdomain_policy.has_value());
    CHECK_FALSE(record.problems.empty());
  }
  for (const std::string_view text :
       {"v=DMARC1", "v=DMARC1;p=x", "v=DMARC1; p=reject; sp=foo", "v=DMARC1; rua=nonsense"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_record(text).has_value());
  }
}

TEST_CASE("dmarc record: what is none") {
  for (const std::string& text :
       {std::string(), std::string("v=dmarc1;p=none"), std::string("v=DMARC2;p=none"),
        std::string("v=DMARC12;p=none"), std::string("p=none;v=DMARC1"), std::string("v=spf1 -all"),
        std::string("v=DMARC1;p=none;p=reject"),
        std::string("v=DMARC1;p=none;rua=mailto:a@b.example;RUA=mailto:c@d.example"),
        "v=DMARC1;p=none;x=" + std::string(20'000, 'x')}) {
    CAPTURE(text.substr(0, 80));
    CHECK_FALSE(parse_record(text).has_value());
  }
  std::string many = "v=DMARC1;p=none";
  for (int i = 0; i < 200; ++i) many += ";a" + std::to_string(i) + "=1";
  CHECK_FALSE(parse_record(many).has_value());
}

TEST_CASE("dmarc record: a list of URIs has a limit") {
  std::string many = "v=DMARC1;p=none;rua=mailto:a@b.example";
  for (int i = 0; i < 500; ++i) many += ",mailto:a@b.example";
  CHECK(parsed(many).aggregate_reports.size() == uri_limit);
}

TEST_CASE("dmarc record: which TXT records claim to be one") {
  const std::vector<std::string> texts = {"v=DMARC1;p=none", "v=spf1 -all",     "v=DMARC1x",
                                          " v=DMARC1",       "v=DMARC1 ; what", "V=DMARC1"};
  CHECK(claims(texts) == std::vector<std::string_view>{"v=DMARC1;p=none", " v=DMARC1",
                                                       "v=DMARC1 ; what", "V=DMARC1"});
}

TEST_CASE("dmarc record: acceptance of reports about others") {
  CHECK(parse_acceptance("v=DMARC1").has_value());
  CHECK(parse_acceptance("v=DMARC1;").has_value());
  CHECK(parse_acceptance("v=DMARC1; rua=mailto:x@example.net")->aggregate_reports.size() == 1);
  CHECK_FALSE(parse_acceptance("v=DMARC").has_value());
}

TEST_CASE("dmarc record: written and read again") {
  for (const std::string_view text :
       {"v=DMARC1;p=none",
        "v=DMARC1;p=reject;sp=none;np=quarantine;adkim=s;aspf=s;fo=1;ri=60;pct=0",
        "v=DMARC1;p=quarantine;psd=y;t=y;rua=mailto:a@b.example!10m,mailto:c@d.example!1500",
        "v=DMARC1;p=none;rua=mailto:a@b.example!0;ruf=https://x.example/!3g"}) {
    const auto record = parsed(text);
    CHECK(to_string(record) == text);
    CHECK(parsed(to_string(record)) == record);
  }
}

TEST_CASE("dmarc uri: sizes") {
  CHECK(parse_uri("mailto:a@b.example!5")->size == 5);
  CHECK(parse_uri("mailto:a@b.example!5K")->size == 5u << 10);
  CHECK(parse_uri("mailto:a@b.example!1t")->size == std::uint64_t{1} << 40);
  CHECK_FALSE(parse_uri("mailto:a@b.example")->size.has_value());
  for (const std::string_view text :
       {"mailto:a@b.example!", "mailto:a@b.example!x", "mailto:a@b.example!k",
        "mailto:a@b.example!99999999999999999999", "mailto:a@b.example!99999999999999t",
        "mailto:a@b.example!1!2", "mailto:", ":x", "x", "", "1a:b", "mailto:a@b.example\n"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_uri(text).has_value());
  }
}

TEST_CASE("dmarc uri: the address of a mailto") {
  const auto address = [](std::string_view text) {
    const auto result = mailto_address(Uri{std::string(text), {}});
    return result ? address::to_string(*result) : std::string("none");
  };
  CHECK(address("mailto:a@b.example") == "a@b.example");
  CHECK(address("MAILTO:a%2Bx@B.example?subject=hello") == "a+x@b.example");
  CHECK(address("mailto:a%40b@c.example") == "none"); // two at signs
  CHECK(address("mailto:a%4") == "none");
  CHECK(address("mailto:a%zz@b.example") == "none");
  CHECK(address("mailto:a%0d%0a@b.example") == "none");
  CHECK(address("https://b.example/") == "none");
}
