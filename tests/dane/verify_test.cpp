#include "dane/make_record.h"
#include "dane/verify.h"
#include "support/catch.h"
#include "support/issued.h"
#include "tls/client_context.h"

#include <chrono>
#include <string>
#include <vector>

using namespace mox;
using namespace mox::dane;
using test::issue;
using test::Issued;
using test::self_signed;

namespace {

using Chain = std::vector<std::string>;
using Records = std::vector<dns::Tlsa>;

dns::Name name(std::string_view text) {
  return dns::parse_name(text).value();
}

std::chrono::sys_seconds now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

struct World {
  Issued root = self_signed({.name = "root", .authority = true});
  Issued middle = issue(root, {.name = "middle", .authority = true});
  Issued leaf = issue(middle, {.name = "mx", .dns_names = {"mx.example", "*.wild.example"}});
  Issued other = self_signed({.name = "other", .authority = true});
  Issued expired = issue(middle, {.name = "mx",
                                  .dns_names = {"mx.example"},
                                  .from = std::chrono::days(-9),
                                  .until = std::chrono::days(-2)});
  tls::ClientContext authorities = tls::ClientContext::authorities(root.pem()).value();
  Chain chain{leaf.der(), middle.der(), root.der()};

  // "fits", or the problem.
  std::string check(const Chain& sent, const Records& records, std::string_view host = "mx.example",
                    unsigned usages = all_usages) {
    const Expectation expectation{.names = {name(host)},
                                  .now = now(),
                                  .usages = usages,
                                  .authorities = authorities.authorities_store()};
    const auto verified = verify(sent, records, expectation);
    if (verified) return "fits";
    CHECK(!verified.error().text.empty());
    switch (verified.error().problem) {
    case Problem::no_records: return "no records";
    case Problem::no_match: return "no match";
    case Problem::expired: return "expired";
    case Problem::wrong_name: return "wrong name";
    case Problem::untrusted: return "untrusted";
    case Problem::malformed: return "malformed";
    }
    return "";
  }
};

dns::Tlsa record(int usage, int selector, int matching, const Issued& of) {
  return make_record(static_cast<std::uint8_t>(usage), static_cast<std::uint8_t>(selector),
                     static_cast<std::uint8_t>(matching), of.pem())
      .value();
}

} // namespace

TEST_CASE("every usage, selector and matching type") {
  World world;
  for (const int selector : {0, 1})
    for (const int matching : {0, 1, 2}) {
      CAPTURE(selector, matching);
      const auto with = [&](int usage, const Issued& of) {
        return Records{record(usage, selector, matching, of)};
      };
      for (const int usage : {1, 3}) {
        CAPTURE(usage);
        CHECK(world.check(world.chain, with(usage, world.leaf)) == "fits");
        CHECK(world.check(world.chain, with(usage, world.middle)) == "no match");
        CHECK(world.check(world.chain, with(usage, world.other)) == "no match");
      }
      for (const int usage : {0, 2}) {
        CAPTURE(usage);
        CHECK(world.check(world.chain, with(usage, world.middle)) == "fits");
        CHECK(world.check(world.chain, with(usage, world.root)) == "fits");
        CHECK(world.check(world.chain, with(usage, world.leaf)) == "no match");
      }
      CHECK(world.check(world.chain, with(0, world.other)) == "no match");
    }
}

TEST_CASE("DANE-EE needs neither a name nor a date nor an authority") {
  World world;
  const auto strange = self_signed({.name = "someone", .dns_names = {"someone.example"}});
  CHECK(world.check({strange.der()}, {record(3, 1, 1, strange)}) == "fits");
  CHECK(world.check({world.expired.der()}, {record(3, 0, 1, world.expired)}) == "fits");
  // An unrelated chain behind it is nobody's business.
  CHECK(world.check({strange.der(), world.other.der()}, {record(3, 1, 2, strange)}) == "fits");
  CHECK(world.check({world.leaf.der()}, {record(3, 1, 1, world.leaf)}, "other.example") == "fits");
}

TEST_CASE("PKIX-EE needs all that authorities want") {
  World world;
  CHECK(world.check(world.chain, {record(1, 1, 1, world.leaf)}, "mx.other.example") ==
        "wrong name");
  CHECK(world.check({world.expired.der(), world.middle.der()}, {record(1, 1, 1, world.expired)}) ==
        "expired");
  const auto strange = self_signed({.name = "s", .dns_names = {"mx.example"}});
  CHECK(world.check({strange.der()}, {record(1, 1, 1, strange)}) == "untrusted");
  // The root is ours already, the rest must come.
  CHECK(world.check({world.leaf.der(), world.middle.der()}, {record(1, 1, 1, world.leaf)}) ==
        "fits");
  CHECK(world.check({world.leaf.der()}, {record(1, 1, 1, world.leaf)}) == "untrusted");
}

TEST_CASE("PKIX-TA") {
  World world;
  CHECK(world.check(world.chain, {record(0, 1, 1, world.root)}, "mx.other.example") ==
        "wrong name");
  // The root need not be sent.
  CHECK(world.check({world.leaf.der(), world.middle.der()}, {record(0, 0, 1, world.root)}) ==
        "fits");
  // An authority that is sent along, but is none of the chain's.
  CHECK(world.check({world.leaf.der(), world.middle.der(), world.other.der()},
                    {record(0, 0, 1, world.other)}) == "no match");
}

TEST_CASE("DANE-TA") {
  World world;
  const auto middle = record(2, 0, 1, world.middle);
  CHECK(world.check(world.chain, {middle}, "mx.other.example") == "wrong name");
  CHECK(world.check(world.chain, {middle}, "a.wild.example") == "fits");
  CHECK(world.check({world.expired.der(), world.middle.der()}, {middle}) == "expired");
  // What an authority's own dates are does not matter when a record vouches for it.
  const auto old = issue(world.root, {.name = "old",
                                      .authority = true,
                                      .from = std::chrono::days(-9),
                                      .until = std::chrono::days(-2)});
  const auto below = issue(old, {.name = "mx", .dns_names = {"mx.example"}});
  for (const int selector : {0, 1})
    for (const int matching : {0, 1})
      CHECK(world.check({below.der(), old.der(), world.root.der()},
                        {record(2, selector, matching, old)}) == "fits");
  CHECK(world.check({below.der(), old.der(), world.root.der()}, {record(2, 0, 1, world.root)}) ==
        "expired");
  // Deep in the chain, and what is above does not matter.
  CHECK(world.check({world.leaf.der(), world.middle.der()}, {middle}) == "fits");
  CHECK(world.check({world.leaf.der(), world.middle.der(), world.other.der()}, {middle}) == "fits");
  // In another order.
  CHECK(world.check({world.leaf.der(), world.root.der(), world.middle.der()},
                    {record(2, 1, 1, world.root)}) == "fits");
  // An authority that has not issued it.
  CHECK(world.check({world.leaf.der(), world.other.der()}, {record(2, 0, 1, world.other)}) ==
        "untrusted");
  // One that is no authority.
  const auto issued = issue(world.leaf, {.name = "mx", .dns_names = {"mx.example"}});
  CHECK(world.check({issued.der(), world.leaf.der()}, {record(2, 0, 1, world.leaf)}) ==
        "untrusted");
  // A self-signed certificate of a server is not its own authority.
  const auto own = self_signed({.name = "mx", .dns_names = {"mx.example"}, .authority = true});
  for (const int matching : {0, 1})
    CHECK(world.check({own.der()}, {record(2, 0, matching, own)}) == "no match");
}

TEST_CASE("DANE-TA whose authority stands in the record alone") {
  World world;
  const Chain short_chain{world.leaf.der(), world.middle.der()};
  CHECK(world.check(short_chain, {record(2, 0, 0, world.root)}) == "fits");
  CHECK(world.check(short_chain, {record(2, 1, 0, world.root)}) == "fits");
  CHECK(world.check({world.leaf.der()}, {record(2, 0, 0, world.middle)}) == "fits");
  CHECK(world.check({world.leaf.der()}, {record(2, 1, 0, world.middle)}) == "fits");
  CHECK(world.check({world.leaf.der()}, {record(2, 0, 0, world.root)}) == "untrusted");
  CHECK(world.check({world.leaf.der()}, {record(2, 1, 0, world.root)}) == "no match");
  CHECK(world.check(short_chain, {record(2, 0, 0, world.root)}, "mx.other.example") ==
        "wrong name");
  CHECK(world.check(short_chain, {record(2, 1, 0, world.root)}, "mx.other.example") ==
        "wrong name");
  // A hash of it says nothing.
  CHECK(world.check(short_chain, {record(2, 0, 1, world.root)}) == "no match");
  CHECK(world.check(short_chain, {{2, 0, 0, "no certificate"}, {2, 1, 0, "no key"}}) == "no match");
}

TEST_CASE("several records") {
  World world;
  const auto next = self_signed({.name = "next"});
  // A key is about to be changed (RFC 7671 section 8.1).
  CHECK(world.check(world.chain, {record(3, 1, 1, next), record(3, 1, 1, world.leaf)}) == "fits");
  CHECK(world.check({next.der()}, {record(3, 1, 1, next), record(3, 1, 1, world.leaf)}) == "fits");
  CHECK(world.check(world.chain, {record(3, 1, 1, next), record(2, 1, 1, world.root)}) == "fits");
  // What is not understood is skipped.
  CHECK(world.check(world.chain, {{9, 1, 1, std::string(32, 'x')}, record(3, 1, 1, world.leaf)}) ==
        "fits");
  CHECK(world.check(world.chain, {{9, 1, 1, std::string(32, 'x')}}) == "no records");
  CHECK(world.check(world.chain, {}) == "no records");
  CHECK(world.check(world.chain, {record(1, 1, 1, world.leaf)}, "mx.example", smtp_usages) ==
        "no records");
  // The one that nearly fits is the one that is spoken of.
  CHECK(world.check(world.chain, {record(3, 1, 1, next), record(2, 1, 1, world.root)},
                    "mx.other.example") == "wrong name");
}

TEST_CASE("a key is the same in a new certificate") {
  World world;
  const auto again =
      test::reissue(world.middle, world.leaf, {.name = "mx", .dns_names = {"mx.example"}});
  const Chain chain{again.der(), world.middle.der()};
  CHECK(world.check(chain, {record(3, 1, 1, world.leaf)}) == "fits");
  CHECK(world.check(chain, {record(3, 0, 1, world.leaf)}) == "no match");
}

TEST_CASE("chains that nobody should send") {
  World world;
  const Records records{record(3, 1, 1, world.leaf)};
  CHECK(world.check({}, records) == "malformed");
  CHECK(world.check({"x"}, records) == "malformed");
  CHECK(world.check({world.leaf.der() + "x"}, records) == "malformed");
  CHECK(world.check({world.leaf.der(), ""}, records) == "malformed");
  CHECK(world.check({std::string(100'000, '0')}, records) == "malformed");
  CHECK(world.check(Chain(chain_limit, world.leaf.der()), records) == "fits");
  CHECK(world.check(Chain(chain_limit + 1, world.leaf.der()), records) == "malformed");
}

TEST_CASE("without authorities, or names") {
  World world;
  const Expectation nobody{.names = {name("mx.example")}, .now = now()};
  CHECK_FALSE(verify(world.chain, Records{record(1, 1, 1, world.leaf)}, nobody));
  CHECK(verify(world.chain, Records{record(2, 1, 1, world.root)}, nobody));
  const Expectation nameless{.names = {}, .now = now()};
  CHECK_FALSE(verify(world.chain, Records{record(2, 1, 1, world.root)}, nameless));
  CHECK(verify(world.chain, Records{record(3, 1, 1, world.leaf)}, nameless));
  const Expectation several{.names = {name("a.example"), name("mx.example")}, .now = now()};
  CHECK(verify(world.chain, Records{record(2, 1, 1, world.root)}, several));
}

TEST_CASE("making records") {
  World world;
  const auto& leaf = world.leaf;
  CHECK(record(3, 0, 0, leaf).data == leaf.der());
  CHECK(record(3, 1, 0, leaf).data == leaf.spki());
  CHECK(record(3, 1, 1, leaf).data.size() == 32);
  CHECK(record(3, 1, 2, leaf).data.size() == 64);
  const auto of_certificate = record(3, 1, 1, leaf);
  CHECK(make_record(3, 1, 1, leaf.key_pem()) == of_certificate);
  CHECK(make_record(3, 1, 1, leaf.public_key_pem()) == of_certificate);
  CHECK(make_record(3, 1, 1, leaf.key_pem() + leaf.pem()) == of_certificate);
  CHECK(make_record(200, 1, 1, leaf.pem())->usage == 200);
  CHECK_FALSE(make_record(3, 0, 1, leaf.key_pem()));
  CHECK_FALSE(make_record(3, 2, 1, leaf.pem()));
  CHECK_FALSE(make_record(3, 1, 3, leaf.pem()));
  CHECK_FALSE(make_record(3, 1, 1, "nothing"));
  CHECK_FALSE(make_record(3, 1, 1, ""));
}
