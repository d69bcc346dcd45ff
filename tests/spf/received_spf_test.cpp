#include "spf/received_spf.h"
#include "support/catch.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox;
using namespace mox::spf;

namespace {

ReceivedSpf example() {
  return {.verdict = Verdict::pass,
          .comment = "domain example.org",
          .client_ip = "192.0.2.1",
          .envelope_from = "a@example.org",
          .helo = "mx.example.org",
          .problem = {},
          .mechanism = "ip4:192.0.2.0/24",
          .receiver = "mx.example.net",
          .identity = "mailfrom",
          .others = {}};
}

std::string body_of(const std::string& field) {
  return field.substr(field.find(':') + 1);
}

} // namespace

TEST_CASE("Received-SPF, folded, with quotes where they must be (RFC 7208 section 9.1)") {
  CHECK(format_received_spf(example()) ==
        "Received-SPF: pass (domain example.org) client-ip=192.0.2.1;\r\n"
        "\tenvelope-from=\"a@example.org\"; helo=mx.example.org;\r\n"
        "\tmechanism=\"ip4:192.0.2.0/24\"; receiver=mx.example.net; identity=mailfrom\r\n");
  CHECK(format_received_spf({}) == "Received-SPF: none\r\n");
  auto v6 = ReceivedSpf{.verdict = Verdict::permerror, .client_ip = "2001:db8::1"};
  CHECK(format_received_spf(v6) == "Received-SPF: permerror client-ip=\"2001:db8::1\"\r\n");
}

TEST_CASE("a problem is cut, and nothing ends the line or a comment") {
  ReceivedSpf field{.verdict = Verdict::temperror,
                    .comment = "a) b\r\nX: y (",
                    .problem = "\"q\"\r\n" + std::string(100, 'p')};
  const auto text = format_received_spf(field);
  CHECK(text == "Received-SPF: temperror (a\\) b??X: y \\()\r\n\tproblem=\"\\\"q\\\"??" +
                    std::string(problem_limit - 5, 'p') + "\"\r\n");
  field = example();
  field.helo = "m\xc3\xbcller.example";
  CHECK(format_received_spf(field).find("helo=\"m??ller.example\"") == std::string::npos);
  CHECK(format_received_spf(field).find("helo=m??ller.example") != std::string::npos);
  CHECK(format_received_spf(field, true).find("helo=m\xc3\xbcller.example") != std::string::npos);
  field.helo = "a\x80"
               "b";
  CHECK(format_received_spf(field, true)
            .find("helo=a\xef\xbf\xbd"
                  "b") != std::string::npos);
}

TEST_CASE("no line is too long, whatever the values are (RFC 5321 section 4.5.3.1.6)") {
  auto field = example();
  field.mechanism = std::string(10'000, '"');
  field.comment = std::string(10'000, '(');
  field.helo = std::string(10'000, 'h');
  const auto text = format_received_spf(field);
  for (std::string_view rest = text; !rest.empty();) {
    const auto end = rest.find("\r\n");
    CHECK(end < 998);
    rest.remove_prefix(end + 2);
  }
}

TEST_CASE("what was written reads the same") {
  auto field = example();
  CHECK(parse_received_spf(body_of(format_received_spf(field))) == field);
  field.problem = "no \"record\" \\ here";
  field.comment = "odd ( one";
  field.others = {{"x-more", "a b"}};
  CHECK(parse_received_spf(body_of(format_received_spf(field))) == field);
}

TEST_CASE("Received-SPF as others write it") {
  const auto google = parse_received_spf(
      " pass (google.com: domain of a@example.org designates 192.0.2.1 as permitted sender) "
      "client-ip=192.0.2.1;");
  REQUIRE(google);
  CHECK(google->verdict == Verdict::pass);
  CHECK(google->client_ip == "192.0.2.1");
  CHECK(google->comment.starts_with("google.com: domain of"));

  const auto microsoft = parse_received_spf(
      " Fail (protection.outlook.com: domain of example.org does not designate\r\n 2001:db8::1 as "
      "permitted sender)\r\n receiver=protection.outlook.com;\r\n client-ip=2001:db8::1; "
      "helo=mx.example.org;");
  REQUIRE(microsoft);
  CHECK(microsoft->verdict == Verdict::fail);
  CHECK(microsoft->client_ip == "2001:db8::1");
  CHECK(microsoft->helo == "mx.example.org");

  const auto policyd = parse_received_spf(
      "Softfail (mailfrom) identity=mailfrom; client-ip=192.0.2.1; helo=mx.example.org; "
      "envelope-from=a@example.org; receiver=<UNKNOWN> ");
  REQUIRE(policyd);
  CHECK(policyd->verdict == Verdict::softfail);
  CHECK(policyd->envelope_from == "a@example.org");
  CHECK(policyd->receiver == "<UNKNOWN>");

  const auto odd = parse_received_spf(
      "None client-ip = 192.0.2.1 helo=x;; helo=y; X-BestGuess=pass; \"?\" = ;=;a");
  REQUIRE(odd);
  CHECK(odd->client_ip == "192.0.2.1");
  CHECK(odd->helo == "x");
  CHECK(odd->others == std::vector<std::pair<std::string, std::string>>{{"x-bestguess", "pass"}});
  CHECK(parse_received_spf("error")->verdict == Verdict::temperror);
  CHECK(parse_received_spf("unknown (x)")->verdict == Verdict::permerror);
}

TEST_CASE("what is no Received-SPF") {
  CHECK(!parse_received_spf(""));
  CHECK(!parse_received_spf("(pass)"));
  CHECK(!parse_received_spf("passed"));
  CHECK(!parse_received_spf("client-ip=192.0.2.1"));
  CHECK(!parse_received_spf("pass " + std::string(70'000, ' ')));
  std::string many = "pass ";
  for (int i = 0; i < 5'000; ++i) many += "a" + std::to_string(i) + "=b;";
  CHECK(parse_received_spf(many)->others.size() == 50);
}
