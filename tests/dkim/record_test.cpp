#include "dkim/key_answer.h"
#include "dkim/record.h"
#include "support/catch.h"
#include "text/base64.h"

using namespace mox;
using namespace mox::dkim;

TEST_CASE("key records") {
  const auto record = parse_record(
      "v=DKIM1; h=sha1 : sha256; k=ed25519; n=a note; s=email:x; t=y : s; g=*; p=YW Jj");
  REQUIRE(record);
  CHECK(record->hashes == std::vector<std::string>{"sha1", "sha256"});
  CHECK(record->key_type == "ed25519");
  CHECK(record->notes == "a note");
  CHECK(record->public_key == "abc");
  CHECK(record->is_for("email"));
  CHECK_FALSE(record->is_for("tlsrpt"));
  CHECK(record->is_test());
  CHECK(record->is_strict());
  CHECK(record->allows(Hash::sha256));

  const auto bare = parse_record("p=YWJj");
  REQUIRE(bare);
  CHECK(bare->key_type == "rsa");
  CHECK(bare->is_for("anything"));
  CHECK_FALSE(bare->is_test());
  CHECK(bare->allows(Hash::sha1));
  CHECK(parse_record("v=DKIM1;p=")->public_key.empty());
  CHECK(parse_record("v=DKIM1;n=;t=;h=;s=;k=;p=YWJj").value() == bare.value());
  CHECK(parse_record("v = DKIM1 ;\tp\t=YWJj;").value() == bare.value());
}

TEST_CASE("key records that are wrong, and whether they mean to be one") {
  struct Row {
    std::string text;
    bool is_dkim;
  };

  const Row rows[] = {
      {"", false},
      {"v=spf1 -all", false},
      {"v=DKIM1", true},
      {"v=DKIM1; k=rsa", true},
      {"v=DKIM1; p=***", true},
      {"v=DKIM1; p=YWJj; p=YWJj", true},
      {"v=DKIM1; t=y:; p=YWJj", true},
      {"v=DKIM2; p=YWJj", false},
      {"v=dkim1; p=YWJj", false},
      {"p=YWJj; v=DKIM1", false},
      {"k=rsa", false},
      {"v=DKIM1; p=" + std::string(20'000, 'A'), true},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text.substr(0, 60));
    const auto record = parse_record(row.text);
    REQUIRE_FALSE(record);
    CHECK(record.error().is_dkim == row.is_dkim);
    CHECK_FALSE(record.error().text.empty());
  }
}

TEST_CASE("a printed record parses to the same") {
  for (const std::string_view text :
       {"v=DKIM1;p=YWJj", "v=DKIM1;h=sha256;p=YWJj",
        "v=DKIM1;h=sha1:sha256;k=ed25519;n=x y;s=email;t=s:y;p=", "v=DKIM1;k=other;p=YWJj"}) {
    CAPTURE(text);
    const auto record = parse_record(text);
    REQUIRE(record);
    CHECK(to_string(*record) == text);
  }
}

TEST_CASE("what TXT records at the name of a key mean") {
  const auto key = make_ed25519_key().value();
  const auto right = "v=DKIM1;k=ed25519;p=" + text::base64_encode(key.public_key().bytes());
  const auto why = [](const KeyAnswer& answer) {
    return std::pair(answer.refusal->status, answer.refusal->fault.why);
  };
  const auto judge = [](std::vector<std::string> texts) { return judge_key_records(texts, true); };
  CHECK(judge({right}).record->key.bits() == 256);
  CHECK(judge({right}).authentic);
  CHECK(judge({"v=spf1 -all", right}).record);
  CHECK(why(judge({"v=spf1 -all"})) == std::pair(Status::temperror, Why::syntax));
  CHECK(why(judge({})) == std::pair(Status::permerror, Why::no_record));
  CHECK(why(judge({right, right})) == std::pair(Status::temperror, Why::multiple_records));
  CHECK(why(judge({right, "v=DKIM1; x"})) == std::pair(Status::permerror, Why::syntax));
  CHECK(judge({"v=DKIM1;k=ed25519;p=YWJj"}).record->fault->why == Why::syntax);
  CHECK(judge({"v=DKIM1;p=YWJj"}).record->fault->why == Why::syntax);
  CHECK(judge({"v=DKIM1;k=new;p=YWJj"}).record);
}
