#include "dns/anchor.h"
#include "support/catch.h"

#include <string>

using namespace mox;

namespace {

// Both keys of the root as IANA publishes them.
const std::string root_keys =
    ". IN DNSKEY 257 3 8 "
    "AwEAAaz/tAm8yTn4Mfeh5eyI96WSVexTBAvkMgJzkKTOiW1vkIbzxeF3+/4RgWOq7HrxRixHlFlExOLAJr5emLvN7SWX"
    "gnLh4+B5xQlNVz8Og8kvArMtNROxVQuCaSnIDdD5LKyWbRd2n9WGe2R8PzgCmr3EgVLrjyBxWezF0jLHwVN8efS3rCj/"
    "EWgvIWgb9tarpVUDK/b58Da+sqqls3eNbuv7pr+eoZG+SrDK6nWeL3c6H5Apxz7LjVc1uTIdsIXxuOLYA4/ilBmSVIzu"
    "DWfdRUfhHdY6+cn8HFRm+2hM8AnXGXws9555KrUB5qihylGa8subX2Nn6UwNR1AkUTV74bU= ; keytag 20326\n"
    ". IN DNSKEY 257 3 8 "
    "AwEAAa96jeuknZlaeSrvyAJj6ZHv28hhOKkx3rLGXVaC6rXTsDc449/cidltpkyGwCJNnOAlFNKF2jBosZBU5eeHspaQ"
    "WOmOElZsjICMQMC3aeHbGiShvZsx4wMYSjH8e7Vrhbu6irwCzVBApESjbUdpWWmEnhathWu1jo+siFUiRAAxm9qyJNg/"
    "wOZqqzL/dL/q8PkcRU5oUKEpUge71M3ej2/7CPqpdVwuMoTvoB+ZOT4YeGyxMvHmbrxlFzGOHOijtzN+u1TQNatX2XBu"
    "zZNQ1K+s2CXkPIZo7s6JgZyvaBevYtxPvYLw4z9mR7K2vaF18UYH9Z9GNUUeayffKC73PYc= ; keytag 38696\n";

} // namespace

TEST_CASE("the anchors that are built in are the digests of the root's keys") {
  const auto parsed = dns::parse_anchors(root_keys);
  REQUIRE(parsed);
  CHECK(*parsed == dns::root_anchors());
  REQUIRE(parsed->size() == 2);
  CHECK(parsed->at(0).key_tag == 20326);
  CHECK(parsed->at(1).key_tag == 38696);
  CHECK(parsed->at(0).zone.empty());
}

TEST_CASE("anchors of files") {
  const std::string ds = "example.org. 3600 IN DS 7 8 2 "
                         "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n";
  const auto parsed = dns::parse_anchors("; a comment\n" + ds + "example.org. A 192.0.2.1\n");
  REQUIRE(parsed);
  REQUIRE(parsed->size() == 1);
  CHECK(parsed->at(0).zone.ascii() == "example.org");
  CHECK(parsed->at(0).key_tag == 7);

  CHECK_FALSE(dns::parse_anchors(""));
  CHECK(dns::parse_anchors("\n. DS x\n").error().text.starts_with("line 2: "));
  CHECK_FALSE(dns::parse_anchors(std::string(dns::anchor_text_limit + 1, '\n')));
  // A key that signs records only, and one that was revoked.
  CHECK_FALSE(dns::parse_anchors(". DNSKEY 256 3 8 AwEAAaz/tAm8\n"));
  CHECK_FALSE(dns::parse_anchors(". DNSKEY 385 3 8 AwEAAaz/tAm8\n"));
}
