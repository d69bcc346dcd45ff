#include "mtasts/policy.h"
#include "support/catch.h"

#include <string>
#include <vector>

using namespace mox;
using namespace mox::mtasts;

namespace {

const std::string head = "version: STSv1\nmode: enforce\nmax_age: 604800\n";
const std::string whole = head + "mx: mail.example.com\n";

dns::Name name(std::string_view text) {
  return dns::parse_name(text, {.underscore = true}).value();
}

Policy with_mx(const std::string& lines) {
  return parse_policy(head + lines).value();
}

} // namespace

TEST_CASE("the policy of the RFC") {
  // RFC 8461 section 3.2.
  const auto policy = parse_policy("version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\n"
                                   "mx: *.example.net\r\nmx: backupmx.example.com\r\n"
                                   "max_age: 604800\r\n");
  REQUIRE(policy);
  CHECK(policy->mode == Mode::enforce);
  CHECK(policy->max_age == std::chrono::hours(24 * 7));
  REQUIRE(policy->mx.size() == 3);
  CHECK(policy->mx[1] == MxPattern{true, name("example.net")});
  CHECK(parse_policy(to_string(*policy)) == *policy);
}

TEST_CASE("texts of policies") {
  struct Row {
    const char* name;
    std::string text;
    bool right;
  };

  const std::vector<Row> rows{
      {"LF", whole, true},
      {"no line end at the end", whole.substr(0, whole.size() - 1), true},
      {"LF and CRLF", "version: STSv1\r\nmode: testing\nmax_age: 1\r\nmx: a.example\n", true},
      {"an empty line at the end", whole + "\r\n", true},
      {"an empty line within", head + "\nmx: a.example\n", true},
      {"no blank behind the colon", "version:STSv1\nmode:none\nmax_age:0\n", true},
      {"blanks at the ends of lines", "version: STSv1 \nmode: none\t\nmax_age: 0  \n", true},
      {"none needs no mx", "version: STSv1\nmode: none\nmax_age: 86400\n", true},
      {"testing needs one", "version: STSv1\nmode: testing\nmax_age: 86400\n", false},
      {"enforce needs one", head, false},
      {"lines that are not known", whole + "x.y-z_: some text with ü: and = in it\n", true},
      {"a line without a colon", whole + "hello\n", false},
      {"a line without a name", whole + ": x\n", false},
      {"a line without a value", whole + "x:\n", false},
      {"a line with a control character", whole + "x: a\x01\n", false},
      {"a line that is not UTF-8", whole + "x: \xff\n", false},
      {"a blank before the colon", "version : STSv1\nmode: none\nmax_age: 0\n", false},
      {"no version", "mode: none\nmax_age: 0\n", false},
      {"another version", "version: STSv2\nmode: none\nmax_age: 0\n", false},
      {"no mode", "version: STSv1\nmax_age: 0\nmx: a.example\n", false},
      {"another mode", "version: STSv1\nmode: report\nmax_age: 0\nmx: a.example\n", false},
      {"a mode in capitals", "version: STSv1\nmode: None\nmax_age: 0\n", false},
      {"no max_age", "version: STSv1\nmode: none\n", false},
      {"a negative max_age", "version: STSv1\nmode: none\nmax_age: -1\n", false},
      {"a max_age of words", "version: STSv1\nmode: none\nmax_age: 1 day\n", false},
      {"a max_age of 11 digits", "version: STSv1\nmode: none\nmax_age: 00000000001\n", false},
      {"an mx that is an address", head + "mx: 192.0.2.1\n", false},
      {"a wildcard within", head + "mx: mail.*.example\n", false},
      {"a wildcard alone", head + "mx: *\n", false},
      {"a wildcard without a dot", head + "mx: *example\n", false},
      {"an mx with an underscore", head + "mx: my_host.example\n", true},
      {"an mx that is internationalised", head + "mx: mx.ü.example\n", true},
      {"a page", "<html>\n", false},
      {"nothing", "", false},
      {"a CR alone is no line end", "version: STSv1\rmode: none\rmax_age: 0\r", false},
      {"zeros", std::string(100, '\0'), false},
      {"too large", whole + "x: " + std::string(policy_limit, 'x') + "\n", false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto policy = parse_policy(row.text);
    CHECK(policy.has_value() == row.right);
    if (policy) CHECK(parse_policy(to_string(*policy)) == *policy);
    if (!policy) CHECK(policy.error().text.find_first_of("\r\n") == std::string::npos);
  }
}

TEST_CASE("of lines that stand twice the first counts") {
  const auto policy = parse_policy("version: STSv1\nmode: testing\nmode: enforce\nmax_age: 5\n"
                                   "max_age: 6\nmx: a.example\nmx: b.example\nx: 1\nx: 2\n");
  REQUIRE(policy);
  CHECK(policy->mode == Mode::testing);
  CHECK(policy->max_age == std::chrono::seconds(5));
  CHECK(policy->mx.size() == 2);
  REQUIRE(policy->extensions.size() == 1);
  CHECK(policy->extensions[0].second == "1");
}

TEST_CASE("a year at most") {
  const auto age = [](const std::string& text) {
    return parse_policy("version: STSv1\nmode: none\nmax_age: " + text + "\n")->max_age.count();
  };
  CHECK(age("0") == 0);
  CHECK(age("31557600") == 31557600);
  CHECK(age("31557601") == 31557600);
  CHECK(age("9999999999") == 31557600);
}

TEST_CASE("there may be many lines, but not any number") {
  std::string many = head;
  for (int i = 0; i < 1000; ++i) many += "mx: a.example\n";
  CHECK(parse_policy(many));
  CHECK_FALSE(parse_policy(many + "mx: a.example\n"));
}

TEST_CASE("hosts that a policy has") {
  const auto policy = with_mx("mx: mail.example.com\nmx: *.example.net\nmx: mx.Ü.example\n");
  CHECK(matches(policy, name("mail.example.com")));
  CHECK(matches(policy, name("MAIL.example.com")));
  CHECK_FALSE(matches(policy, name("a.mail.example.com")));
  CHECK_FALSE(matches(policy, name("example.com")));
  CHECK(matches(policy, name("a.example.net")));
  CHECK(matches(policy, name("my_host.example.net")));
  CHECK_FALSE(matches(policy, name("a.b.example.net")));
  CHECK_FALSE(matches(policy, name("example.net")));
  CHECK_FALSE(matches(policy, name("aexample.net")));
  CHECK(matches(policy, name("mx.xn--tda.example")));
  CHECK_FALSE(matches(policy, dns::Name()));
  CHECK_FALSE(matches(Policy{}, name("mail.example.com")));
}

TEST_CASE("types of the resource") {
  CHECK(is_policy_type("text/plain"));
  CHECK(is_policy_type("Text/PLAIN; charset=utf-8"));
  CHECK(is_policy_type("text/plain;charset=us-ascii"));
  CHECK(is_policy_type("text/plain ; x=y"));
  CHECK(is_policy_type(""));
  CHECK_FALSE(is_policy_type("text/html"));
  CHECK_FALSE(is_policy_type("text/plainer"));
  CHECK_FALSE(is_policy_type("; charset=utf-8"));
}
