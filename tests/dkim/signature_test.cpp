#include "dkim/signature.h"
#include "support/catch.h"

#include <string>

using namespace mox;
using namespace mox::dkim;

namespace {

const std::string hash = "bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

// A right signature, with other tags in place of some of its own or beside them.
std::string with(const std::string& tags) {
  const auto has = [&](std::string_view name) {
    return tags.starts_with(name) || tags.find("; " + std::string(name)) != std::string::npos;
  };
  std::string text = tags;
  for (const std::string& tag :
       {std::string("v=1"), std::string("a=rsa-sha256"), std::string("d=example.org"),
        std::string("s=sel"), std::string("h=From:To"), hash, std::string("b=YWJj")})
    if (!has(tag.substr(0, tag.find('=') + 1))) text += (text.empty() ? "" : "; ") + tag;
  return text;
}

} // namespace

TEST_CASE("a whole signature") {
  const auto [signature, fault] = parse_signature(
      " v=1; a=ed25519-SHA256; c=relaxed;\r\n\td=Example.ORG; s=a_b.sel;\r\n\ti=Joe=20Doe @ "
      "eng.example.org;"
      " q=http:dns/txt; l=12; t=1700000000; x=1700003600; z=From:x|To:y; unknown=1;\r\n"
      "\th=From : To :\r\n\t Subject; " +
      hash + ";\r\n\tb=YW\r\n\t Jj");
  CAPTURE(fault ? to_string(*fault) : "");
  REQUIRE_FALSE(fault);
  CHECK(signature.algorithm == Algorithm{KeyType::ed25519, Hash::sha256});
  CHECK(signature.header == Canonical::relaxed);
  CHECK(signature.body == Canonical::simple);
  CHECK(signature.domain.ascii() == "example.org");
  CHECK(signature.selector.ascii() == "a_b.sel");
  CHECK(signature.key_name.ascii() == "a_b.sel._domainkey.example.org");
  REQUIRE(signature.identity);
  CHECK(to_string(*signature.identity) == "Joe Doe@eng.example.org");
  CHECK(signature.length == 12);
  CHECK(signature.signed_at->time_since_epoch().count() == 1700000000);
  CHECK(signature.expires_at->time_since_epoch().count() == 1700003600);
  CHECK(signature.signed_names == std::vector<std::string>{"From", "To", "Subject"});
  CHECK(signature.signature == "abc");
  CHECK(signature.body_hash.size() == 32);
}

TEST_CASE("names that are not ASCII") {
  const auto [signature, fault] = parse_signature(
      with("d=stra\xc3\x9f"
           "e.example; s=k\xc3\xb6nig; i=j\xc3\xbcrgen@post.xn--strae-oqa.example"));
  CAPTURE(fault ? to_string(*fault) : "");
  REQUIRE_FALSE(fault);
  CHECK(signature.domain.ascii() == "xn--strae-oqa.example");
  CHECK(signature.selector.ascii() == "xn--knig-5qa");
  CHECK(to_string(*signature.identity) == "j\xc3\xbcrgen@post.xn--strae-oqa.example");
}

TEST_CASE("signatures that cannot be right") {
  struct Row {
    std::string tags;
    Why why;
  };

  const Row rows[] = {
      {with(""), Why::none},
      {"", Why::syntax},
      {with("v=2"), Why::syntax},
      {with("v="), Why::syntax},
      {"a=rsa-sha256; d=example.org; s=sel; h=From; " + hash + "; b=YWJj", Why::syntax},
      {"v=1; d=example.org; s=sel; h=From; " + hash + "; b=YWJj", Why::syntax},
      {"v=1; a=rsa-sha256; s=sel; h=From; " + hash + "; b=YWJj", Why::syntax},
      {"v=1; a=rsa-sha256; d=example.org; h=From; " + hash + "; b=YWJj", Why::syntax},
      {"v=1; a=rsa-sha256; d=example.org; s=sel; " + hash + "; b=YWJj", Why::syntax},
      {"v=1; a=rsa-sha256; d=example.org; s=sel; h=From; b=YWJj", Why::syntax},
      {"v=1; a=rsa-sha256; d=example.org; s=sel; h=From; " + hash, Why::syntax},
      {with("v=1; v=1"), Why::syntax},
      {with("a=rsa"), Why::unknown_algorithm},
      {with("a=dsa-sha256"), Why::unknown_algorithm},
      {with("a=ed25519-sha1"), Why::unknown_algorithm},
      {with("a=rsa-md5"), Why::unknown_hash},
      {with("c=nofws"), Why::unknown_canonical},
      {with("c=relaxed/"), Why::unknown_canonical},
      {with("c=relaxed/simple/x"), Why::unknown_canonical},
      {with("c=simple/relaxed"), Why::none},
      {with("q=http"), Why::query_method},
      {with("q="), Why::syntax},
      {with("q=DNS/TXT"), Why::none},
      {with("h=To"), Why::bad_from},
      {with("h="), Why::syntax},
      {with("h=From:"), Why::syntax},
      {with("h=from:from:FROM"), Why::none},
      {with("l="), Why::syntax},
      {with("l=-1"), Why::syntax},
      {with("l=1234567890123456789012345678901234567890"), Why::none},
      {with("t=soon"), Why::syntax},
      {with("t=100; x=100"), Why::syntax},
      {with("t=100; x=99"), Why::syntax},
      {with("t=100; x=101"), Why::none},
      {with("x=999999999999999999999999"), Why::none},
      {with("d="), Why::syntax},
      {with("d=a..b"), Why::syntax},
      {with("d=a b"), Why::syntax},
      {with("s=a@b"), Why::syntax},
      {with("d=" + std::string(60, 'a') + "." + std::string(60, 'b') + "." + std::string(60, 'c') +
            ".org; s=" + std::string(63, 's')),
       Why::syntax},
      {with("i=x"), Why::syntax},
      {with("i=@"), Why::syntax},
      {with("i=x=4@example.org"), Why::syntax},
      {with("i=x=zz@example.org"), Why::syntax},
      {with("i=@example.org"), Why::none},
      {with("i=@a.example.org"), Why::none},
      {with("i=@org"), Why::identity_mismatch},
      {with("i=@aexample.org"), Why::identity_mismatch},
      {with("i=x@example.org@example.com"), Why::identity_mismatch},
      {with("b="), Why::syntax},
      {with("b=Y"), Why::syntax},
      {with("b=****"), Why::syntax},
      {with("b=YW Jj"), Why::none},
      {with("bh="), Why::syntax},
      {with("bh=YWJj"), Why::syntax},
      {with("bh=" + std::string(4000, 'A')), Why::syntax},
      {with("b=" + std::string(40'000, 'A')), Why::none},
  };
  for (const auto& row : rows) {
    CAPTURE(row.tags.substr(0, 200));
    const auto fault = parse_signature(row.tags).fault;
    CAPTURE(fault ? to_string(*fault) : "");
    CHECK((fault ? fault->why : Why::none) == row.why);
  }
}

TEST_CASE("h= has a bound") {
  std::string names = "From";
  for (int i = 0; i < 1000; ++i) names += ":a";
  CHECK(parse_signature(with("h=" + names)).fault->why == Why::syntax);
}

TEST_CASE("what can be read of a wrong signature is there for reports") {
  const auto parsed = parse_signature("v=1; a=none; d=example.org; s=sel; h=From; b=!");
  REQUIRE(parsed.fault);
  CHECK(parsed.fault->why == Why::unknown_algorithm);
  CHECK(parsed.signature.domain.ascii() == "example.org");
  CHECK(parsed.signature.selector.ascii() == "sel");
}
