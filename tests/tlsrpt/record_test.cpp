#include "support/catch.h"
#include "tlsrpt/record.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox;
using namespace mox::tlsrpt;

TEST_CASE("tlsrpt record: examples of RFC 8460 section 3.1") {
  const auto mail = parse_record("v=TLSRPTv1;rua=mailto:reports@example.com");
  REQUIRE(mail.has_value());
  CHECK(mail->reports == std::vector<std::string>{"mailto:reports@example.com"});
  const auto https = parse_record("v=TLSRPTv1; rua=https://reporting.example.com/v1/tlsrpt");
  CHECK(https->reports == std::vector<std::string>{"https://reporting.example.com/v1/tlsrpt"});
}

TEST_CASE("tlsrpt record: several URIs, extensions, white space") {
  const auto record = parse_record(
      "v=TLSRPTv1 ; ext.x = a:b ; rua = mailto:a@example.com , https://example.com/x ;");
  REQUIRE(record.has_value());
  CHECK(record->reports.size() == 2);
  CHECK(record->extensions == std::vector<Extension>{{"ext.x", "a:b"}});
  CHECK(to_string(*record) ==
        "v=TLSRPTv1; rua=mailto:a@example.com,https://example.com/x; ext.x=a:b");
  CHECK(parse_record(to_string(*record)) == *record);
  // An address with the separator of catch-alls.
  CHECK(parse_record("v=TLSRPTv1;rua=mailto:tls-reports+x@example.com").has_value());
}

TEST_CASE("tlsrpt record: what is none") {
  for (const std::string_view text :
       {"", "v=TLSRPTv1", "v=TLSRPTv1;", "v=tlsrptv1;rua=mailto:a@b.example",
        "v=TLSRPTv2;rua=mailto:a@b.example", "rua=mailto:a@b.example;v=TLSRPTv1",
        "v=TLSRPTv1;rua=", "v=TLSRPTv1;rua=mailto:", "v=TLSRPTv1;rua=ftp://b.example/",
        "v=TLSRPTv1;rua=mailto:a@b.example,", "v=TLSRPTv1;rua=mailto:a@b.example!10m",
        "v=TLSRPTv1;rua=http://b.example/",
        "v=TLSRPTv1;rua=mailto:a@b.example;rua=mailto:c@d.example",
        "v=TLSRPTv1;rua=mailto:a@b.example;x", "v=TLSRPTv1;rua=mailto:a@b.example;-x=1",
        "v=TLSRPTv1;rua=mailto:a@b.example;x=a b", "v=TLSRPTv1;;rua=mailto:a@b.example"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_record(text).has_value());
  }
  CHECK_FALSE(
      parse_record("v=TLSRPTv1;rua=mailto:a@b.example;x=" + std::string(20'000, 'x')).has_value());
  std::string many = "v=TLSRPTv1;rua=mailto:a@b.example";
  for (int i = 0; i < 200; ++i) many += ";x=1";
  CHECK_FALSE(parse_record(many).has_value());
}

TEST_CASE("tlsrpt record: which TXT records claim to be one") {
  const std::vector<std::string> texts = {"v=TLSRPTv1; rua=mailto:a@b.example", "v=TLSRPTv1",
                                          "v=spf1", "v=TLSRPTv1 ;x", "v=TLSRPTv10;"};
  CHECK(claims(texts) == std::vector<std::string_view>{texts[0], texts[3]});
}
