#include "dane/tlsa.h"
#include "support/catch.h"

#include <string>
#include <vector>

using namespace mox;
using namespace mox::dane;

TEST_CASE("names and numbers of fields") {
  CHECK(parse_usage("dane-ee") == 3);
  CHECK(parse_usage("PKIX-TA") == 0);
  CHECK(parse_usage("2") == 2);
  CHECK(parse_usage("255") == 255);
  CHECK_FALSE(parse_usage("256"));
  CHECK_FALSE(parse_usage("-1"));
  CHECK_FALSE(parse_usage("dane"));
  CHECK_FALSE(parse_usage(""));
  CHECK(parse_selector("spki") == 1);
  CHECK(parse_selector("CERT") == 0);
  CHECK(parse_matching("sha2-256") == 1);
  CHECK(parse_matching("full") == 0);
  CHECK(usage_name(3) == "DANE-EE");
  CHECK(usage_name(7) == "7");
  CHECK(selector_name(1) == "SPKI");
  CHECK(matching_name(2) == "SHA2-512");
  CHECK(to_string(dns::Tlsa{3, 1, 1, "\x01\xab"}) == "3 1 1 01ab");
}

TEST_CASE("records that count") {
  const std::string hash(32, 'h');
  const std::string longer(64, 'h');

  struct Row {
    const char* name;
    dns::Tlsa record;
    bool understood;
    bool smtp;
  };

  const std::vector<Row> rows{
      {"PKIX-TA", {0, 0, 1, hash}, true, false},
      {"PKIX-EE", {1, 1, 1, hash}, true, false},
      {"DANE-TA", {2, 0, 1, hash}, true, true},
      {"DANE-EE", {3, 1, 1, hash}, true, true},
      {"SHA2-512", {3, 1, 2, longer}, true, true},
      {"full", {3, 0, 0, "x"}, true, true},
      {"a usage that is not known", {4, 1, 1, hash}, false, false},
      {"a private usage", {255, 1, 1, hash}, false, false},
      {"a selector that is not known", {3, 2, 1, hash}, false, false},
      {"a matching type that is not known", {3, 1, 3, hash}, false, false},
      {"a hash of another size", {3, 1, 1, longer}, false, false},
      {"a short hash", {3, 1, 2, hash}, false, false},
      {"no data", {3, 1, 0, ""}, false, false},
      {"an empty hash", {3, 1, 1, ""}, false, false},
  };
  std::vector<dns::Tlsa> all;
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(is_understood(row.record) == row.understood);
    CHECK(is_usable_for_smtp(row.record) == row.smtp);
    all.push_back(row.record);
  }
  CHECK(usable_for_smtp(all).size() == 4);
  const std::vector<dns::Tlsa> many(1000, dns::Tlsa{3, 1, 1, hash});
  CHECK(usable_for_smtp(many).size() == record_limit);
}

TEST_CASE("where the records of a server are") {
  const auto host = dns::parse_name("my_mx.example", {.underscore = true}).value();
  CHECK(tlsa_name(host, 25)->ascii() == "_25._tcp.my_mx.example");
}
