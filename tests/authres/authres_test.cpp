#include "authres/authres.h"
#include "support/catch.h"

#include <string>
#include <string_view>

using namespace mox;
using namespace mox::authres;

namespace {

std::string body_of(const std::string& field) {
  return field.substr(field.find(':') + 1);
}

Results parsed(std::string_view body) {
  auto results = parse(body);
  if (!results) FAIL(results.error().text);
  return *std::move(results);
}

Results example() {
  return {.server = "mx.example.net",
          .version = 1,
          .comment = {},
          .methods = {
              {.name = "iprev",
               .result = "pass",
               .comment = "without dnssec",
               .reason = {},
               .properties = {{"policy", "iprev", "2001:db8::1", ""}}},
              {.name = "dkim",
               .result = "pass",
               .comment = "2048 bit rsa, with dnssec",
               .reason = {},
               .properties = {{"header", "d", "example.org", ""},
                              {"header", "s", "s1", ""},
                              {"header", "a", "rsa-sha256", ""},
                              {"header", "b", "AbC/D+eFgHiJ", ""},
                              {"header", "i", "@example.org", ""}}},
              {.name = "spf",
               .result = "softfail",
               .comment = {},
               .reason = "a \"reason\"",
               .properties = {{"smtp", "mailfrom", "a.b@example.org", "as (said)"}}},
              {.name = "dkim-adsp",
               .version = 2,
               .result = "none",
               .comment = {},
               .reason = {},
               .properties = {}},
          }};
}

} // namespace

TEST_CASE("Authentication-Results, a line for each method (RFC 8601 section 2.2)") {
  CHECK(format(example()) ==
        "Authentication-Results: mx.example.net;\r\n"
        "\tiprev=pass (without dnssec) policy.iprev=\"2001:db8::1\";\r\n"
        "\tdkim=pass (2048 bit rsa, with dnssec) header.d=example.org header.s=s1\r\n"
        "\theader.a=rsa-sha256 header.b=\"AbC/D+eFgHiJ\" header.i=@example.org;\r\n"
        "\tspf=softfail reason=\"a \\\"reason\\\"\" smtp.mailfrom=a.b@example.org (as\r\n"
        "\t\\(said\\));\r\n"
        "\tdkim-adsp/2=none\r\n");
  CHECK(format({.server = "mx.example.net"}) ==
        "Authentication-Results: mx.example.net;\r\n\tnone\r\n");
  CHECK(format({.server = "mx.example.net", .version = 2, .comment = "test"}) ==
        "Authentication-Results: mx.example.net 2 (test);\r\n\tnone\r\n");
}

TEST_CASE("what was written reads the same") {
  CHECK(parsed(body_of(format(example()))) == example());
  Results odd{.server = "a server", .comment = "c", .methods = {{.name = "x", .result = "y"}}};
  odd.methods[0].properties = {{"smtp", "mailfrom", "\"a b\"@example.org", ""},
                               {"smtp", "mailfrom", "", ""},
                               {"header", "Message-ID", "<a@b>", ""},
                               {"policy", "x", "back\\slash \"quote\"", "c"}};
  CHECK(parsed(body_of(format(odd))) == odd);
  Results utf8{.server = "m\xc3\xbcller.example"};
  CHECK(parsed(body_of(format(utf8, true))) == utf8);
  CHECK(format(utf8) == "Authentication-Results: \"m??ller.example\";\r\n\tnone\r\n");
}

TEST_CASE("nothing ends the line or a comment, and no line is too long") {
  Results hostile{.server = "x;\r\nEvil: yes", .comment = std::string(5'000, '(')};
  hostile.methods = {{.name = "a\r\nb", .result = "pass"},
                     {.name = "spf",
                      .result = "pass",
                      .comment = "\r\n.\r\n",
                      .reason = std::string(5'000, '"'),
                      .properties = {{"smtp", "mail from", "x", ""},
                                     {"smtp;", "mailfrom", "x", ""},
                                     {"smtp", "mailfrom", "\r\n" + std::string(5'000, '\\'), ""}}}};
  const auto text = format(hostile);
  CHECK(text.find("\r\nEvil") == std::string::npos);
  for (std::string_view rest = text; !rest.empty();) {
    const auto end = rest.find("\r\n");
    CHECK(end < 998);
    rest.remove_prefix(end + 2);
    CHECK((rest.empty() || rest.front() == '\t'));
  }
  const auto again = parsed(body_of(text));
  REQUIRE(again.methods.size() == 1);
  CHECK(again.methods[0].properties.size() == 1);
}

TEST_CASE("the examples of RFC 8601 appendix B are read") {
  auto results = parsed(" example.org 1; none");
  CHECK(results.server == "example.org");
  CHECK(results.version == 1);
  CHECK(results.methods.empty());

  results = parsed(" example.com; spf=pass smtp.mailfrom=example.net");
  REQUIRE(results.methods.size() == 1);
  CHECK(results.methods[0].name == "spf");
  CHECK(*results.methods[0].find("smtp", "mailfrom") == "example.net");
  CHECK(*results.methods[0].find("SMTP", "MailFrom") == "example.net");
  CHECK(results.methods[0].find("smtp", "helo") == nullptr);

  results = parsed(" example.com;\r\n auth=pass (cram-md5) smtp.auth=sender@example.net;\r\n"
                   " spf=pass smtp.mailfrom=example.net");
  REQUIRE(results.methods.size() == 2);
  CHECK(results.methods[0].comment == "cram-md5");
  CHECK(*results.methods[0].find("smtp", "auth") == "sender@example.net");

  results = parsed(" example.com; dkim=pass reason=\"good signature\"\r\n"
                   "   header.i=@mail-router.example.net;\r\n"
                   " dkim=fail reason=\"bad signature\" header.i=@newyork.example.com");
  REQUIRE(results.methods.size() == 2);
  CHECK(results.methods[1].reason == "bad signature");
  CHECK(*results.methods[1].find("header", "i") == "@newyork.example.com");

  // Comments everywhere.
  results = parsed(" foo.example.net (foobar) 1 (baz);\r\n"
                   " dkim (Because I like it) / 1 (One yay) = (wait for it) fail\r\n"
                   "   policy (A dot can go here) . (like that) expired\r\n"
                   "   (this surprised me) = (as I wasn't expecting it) 1362471462");
  CHECK(results.server == "foo.example.net");
  CHECK(results.version == 1);
  REQUIRE(results.methods.size() == 1);
  CHECK(results.methods[0].name == "dkim");
  CHECK(results.methods[0].version == 1);
  CHECK(results.methods[0].result == "fail");
  CHECK(*results.methods[0].find("policy", "expired") == "1362471462");
}

TEST_CASE("Authentication-Results as others write them") {
  // Without a server, and properties without types.
  auto results = parsed("spf=pass (sender IP is 192.0.2.1)\r\n smtp.mailfrom=example.org; "
                        "dkim=pass (signature was verified)\r\n header.d=example.org;dmarc=pass "
                        "action=none\r\n header.from=example.org;compauth=pass reason=100");
  CHECK(results.server.empty());
  REQUIRE(results.methods.size() == 4);
  CHECK(results.methods[2].name == "dmarc");
  CHECK(*results.methods[2].find("", "action") == "none");
  CHECK(*results.methods[2].find("header", "from") == "example.org");
  CHECK(results.methods[3].reason == "100");

  // Values that should be quoted.
  results = parsed("mx.google.com;\r\n       dkim=pass header.i=@example.org header.s=s1 "
                   "header.b=AbC/D+e=;\r\n       arc=pass (i=1 spf=pass spfdomain=a.example "
                   "dkim=pass);\r\n       spf=pass (google.com: domain of a@example.org designates "
                   "2001:db8::1 as permitted sender) smtp.mailfrom=a@example.org;\r\n       "
                   "dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=example.org");
  REQUIRE(results.methods.size() == 4);
  CHECK(*results.methods[0].find("header", "b") == "AbC/D+e=");
  CHECK(results.methods[1].comment == "i=1 spf=pass spfdomain=a.example dkim=pass");
  CHECK(results.methods[3].comment == "p=REJECT sp=REJECT dis=NONE");

  results = parsed("x.example; iprev=pass policy.iprev=2001:db8::1 (a.example); spf=none "
                   "smtp.mailfrom=<> smtp.helo=[192.0.2.1];");
  REQUIRE(results.methods.size() == 2);
  CHECK(*results.methods[0].find("policy", "iprev") == "2001:db8::1");
  CHECK(results.methods[0].properties[0].comment == "a.example");
  CHECK(*results.methods[1].find("smtp", "mailfrom") == "<>");
  CHECK(*results.methods[1].find("smtp", "helo") == "[192.0.2.1]");

  // Old ones of Yahoo.
  results = parsed("mta1.example.com  from=example.org; domainkeys=neutral (no sig); "
                   "from=example.org; dkim=pass (ok)");
  CHECK(results.server == "mta1.example.com");
  REQUIRE(results.methods.size() == 3);
  CHECK(results.methods[2].name == "dkim");

  results = parsed("a.example; dkim=pass ; ; (nothing) ;spf=\"pass\" x y.z junk .a=b;");
  REQUIRE(results.methods.size() == 2);
  CHECK(results.methods[1].result == "pass");
  results = parsed("a.example");
  CHECK(results.server == "a.example");
}

TEST_CASE("what is no Authentication-Results, and what is too much") {
  CHECK(!parse(""));
  CHECK(!parse(" \r\n (comment)"));
  CHECK(!parse(";;"));
  CHECK(!parse("a; " + std::string(70'000, 'x')));
  std::string many = "a";
  for (int i = 0; i < 101; ++i) many += "; spf=pass";
  CHECK(!parse(many));
  std::string properties = "a; spf=pass";
  for (int i = 0; i < 1'001; ++i) properties += " a.b=c";
  CHECK(!parse(properties));
  CHECK(parse("a; spf=pass " + std::string(50'000, '(')));
  CHECK(parse("a; spf=pass a.b=\"" + std::string(50'000, '\\')));
}
