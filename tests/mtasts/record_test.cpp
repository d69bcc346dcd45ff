#include "mtasts/record.h"
#include "support/catch.h"

#include <string>
#include <vector>

using namespace mox;
using namespace mox::mtasts;

TEST_CASE("records of MTA-STS") {
  struct Row {
    const char* name;
    std::string text;
    const char* id; // null: not a right record
  };

  const std::vector<Row> rows{
      // RFC 8461 section 3.1.
      {"the example of the RFC", "v=STSv1; id=20160831085700Z;", "20160831085700Z"},
      {"without a semicolon at the end", "v=STSv1; id=1", "1"},
      {"without blanks", "v=STSv1;id=1;", "1"},
      {"blanks and tabs around semicolons", "v=STSv1 \t; \t id=1 ; ", "1"},
      {"fields that are not known", "v=STSv1; a.b-c_d=x; id=1; e=:x", "1"},
      {"of ids the first counts", "v=STSv1; id=1; id=2;", "1"},
      {"an id of 32", "v=STSv1; id=" + std::string(32, 'a'), "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
      {"an id of 33", "v=STSv1; id=" + std::string(33, 'a'), nullptr},
      {"an id with other characters", "v=STSv1; id=2016-08-31", nullptr},
      {"an empty id", "v=STSv1; id=", nullptr},
      {"no id", "v=STSv1;", nullptr},
      {"no fields", "v=STSv1", nullptr},
      {"another version", "v=STSv2; id=1", nullptr},
      {"the version in lower case", "v=stsv1; id=1", nullptr},
      {"the version behind something", "id=1; v=STSv1", nullptr},
      {"the version with more behind it", "v=STSv1x; id=1", nullptr},
      {"a field without a value", "v=STSv1; id=1; x", nullptr},
      {"a name in capitals is another name", "v=STSv1; ID=1", nullptr},
      {"a blank within a field", "v=STSv1; id = 1", nullptr},
      {"nothing between semicolons", "v=STSv1; id=1;;", nullptr},
      {"a value with an equals sign", "v=STSv1; id=1; a=b=c", nullptr},
      {"a long name", "v=STSv1; id=1; " + std::string(33, 'n') + "=x", nullptr},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto record = parse_record(row.text);
    CHECK(record.has_value() == (row.id != nullptr));
    if (!record || row.id == nullptr) continue;
    CHECK(record->id == row.id);
    CHECK(parse_record(to_string(*record)) == *record);
  }
}

TEST_CASE("the record of a domain among its TXT records") {
  using Texts = std::vector<std::string>;
  const std::string good = "v=STSv1; id=1";
  CHECK(choose_record(Texts{"v=spf1 -all", good})->id == "1");
  CHECK(choose_record(Texts{}).error().problem == RecordProblem::none_found);
  CHECK(choose_record(Texts{"hello", "v=STSv11; id=1"}).error().problem ==
        RecordProblem::none_found);
  CHECK(choose_record(Texts{good, "v=STSv1; id=2"}).error().problem == RecordProblem::several);
  // A wrong one is one as well.
  CHECK(choose_record(Texts{good, "v=STSv1"}).error().problem == RecordProblem::several);
  CHECK(choose_record(Texts{"v=STSv1; id=?\n"}).error().problem == RecordProblem::syntax);
  CHECK(choose_record(Texts{"v=STSv1; id=?\n"}).error().text.find('\n') == std::string::npos);
}

TEST_CASE("where record and policy are") {
  const auto domain = dns::parse_name("ü.example").value();
  CHECK(record_name(domain)->ascii() == "_mta-sts.xn--tda.example");
  CHECK(policy_host(domain)->ascii() == "mta-sts.xn--tda.example");
  const auto label = std::string(61, 'a') + ".";
  const auto most = dns::parse_name(label + label + label + std::string(60, 'b')).value();
  CHECK_FALSE(record_name(most));
}
