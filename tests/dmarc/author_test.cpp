#include "dmarc/author.h"
#include "support/catch.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox;

namespace {

using Kind = dmarc::AuthorProblem::Kind;

Result<dns::Name, dmarc::AuthorProblem> author(std::string_view header) {
  return dmarc::author_domain(message::Fields(header));
}

} // namespace

TEST_CASE("author domain: one From field with addresses of one domain") {
  CHECK(author("From: a@example.org\r\n\r\n")->ascii() == "example.org");
  CHECK(author("from: \"A\" <a@EXAMPLE.org>,\r\n b@example.org\r\n")->ascii() == "example.org");
  CHECK(author("From: =?utf-8?q?a=40evil.example?= <a@example.org>\r\n")->ascii() == "example.org");
  CHECK(author("From: a@straße.example\r\n")->ascii() == "xn--strae-oqa.example");
  CHECK(author("From: A: a@example.org, b@example.org;\r\n")->ascii() == "example.org");
}

TEST_CASE("author domain: messages without one pass for nobody") {
  struct Row {
    std::string_view header;
    Kind want;
  };

  const std::vector<Row> rows = {
      {"Subject: x\r\n", Kind::no_field},
      // A false sender that is shown must not hide behind a true one that is checked.
      {"From: a@example.org\r\nFrom: a@evil.example\r\n", Kind::several_fields},
      {"From: a@example.org\r\nX: y\r\nFROM : a@example.org\r\n", Kind::several_fields},
      {"From: a@example.org, b@evil.example\r\n", Kind::several_domains},
      {"From: nobody:;\r\n", Kind::no_address},
      {"From: a@[192.0.2.1]\r\n", Kind::bad_domain},
      {"From: a@-..example\r\n", Kind::malformed},
  };
  for (const auto& row : rows) {
    CAPTURE(row.header);
    const auto result = author(row.header);
    REQUIRE_FALSE(result.has_value());
    CHECK((result.error().kind == row.want ||
           (row.want == Kind::malformed && result.error().kind == Kind::bad_domain)));
    CHECK_FALSE(result.error().text.empty());
  }
  for (const std::string_view header :
       {"From:\r\n", "From: \r\n", "From: a\r\n", "From: a@\r\n",
        "From: <a@example.org> <b@evil.example>\r\n", "From: a@example.org@evil.example\r\n",
        "From: a@example.org b@evil.example\r\n"}) {
    CAPTURE(header);
    CHECK_FALSE(author(header).has_value());
  }
}

TEST_CASE("author domain: all that are named, for a receiver that checks each") {
  const auto domains = [](std::string_view header) {
    std::string text;
    for (const auto& domain : author(header).error().domains) text += domain.ascii() + " ";
    return text;
  };
  CHECK(domains("From: a@example.org, b@evil.example\r\nFrom: c@example.org\r\n") ==
        "example.org evil.example ");
  CHECK(domains("Subject: x\r\n").empty());
  std::string many = "From: a@example.org";
  for (int i = 0; i < 1000; ++i) many += ", a@" + std::to_string(i) + ".example";
  CHECK(author(many + "\r\n").error().domains.size() == dmarc::author_limit);
}
