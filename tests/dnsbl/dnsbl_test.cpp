#include "dnsbl/dnsbl.h"
#include "dnsbl/health_cache.h"
#include "resolver/zone_resolver.h"
#include "support/catch.h"
#include "support/fake_clock.h"
#include "support/run_task.h"

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

using namespace mox;
using namespace mox::test;
using dnsbl::Family;
using dnsbl::Status;

namespace {

resolver::ZoneResolver answers(std::string_view text) {
  auto zone = dns::parse_zone(text);
  if (!zone) FAIL(zone.error().text);
  return resolver::ZoneResolver(*std::move(zone));
}

SteadyTime soon() {
  return std::chrono::steady_clock::now() + std::chrono::seconds(5);
}

dns::Name list() {
  return dns::parse_name("bl.example").value();
}

dnsbl::Outcome check(std::string_view text, std::string_view ip) {
  auto resolver = answers(text);
  Loop loop;
  return loop.run(dnsbl::check(resolver, list(), net::Address::parse(ip).value(), soon()));
}

dnsbl::Health health(std::string_view text, Family family = Family::ipv4) {
  auto resolver = answers(text);
  Loop loop;
  return loop.run(dnsbl::check_health(resolver, list(), family, soon()));
}

constexpr std::string_view healthy = "2.0.0.127.bl.example. A 127.0.0.2\n";

// Counts what it is asked.
class Counting final : public resolver::Resolver {
public:
  explicit Counting(std::string_view text) : inner_(answers(text)) {}

  async::Task<Result<resolver::Answer, resolver::Failure>> query(dns::Name name, dns::Type type,
                                                                 SteadyTime deadline) override {
    ++count;
    co_return co_await inner_.query(std::move(name), type, deadline);
  }

  int count = 0;

private:
  resolver::ZoneResolver inner_;
};

} // namespace

TEST_CASE("listed, not listed, and not to be found out") {
  auto outcome = check("", "192.0.2.1");
  CHECK(outcome.status == Status::pass);
  CHECK(outcome.codes.empty());
  outcome = check("1.2.0.192.bl.example. A 127.0.0.2\n1.2.0.192.bl.example. A 127.0.0.4\n"
                  "1.2.0.192.bl.example. TXT \"sends junk\"\n1.2.0.192.bl.example. TXT \"see \" "
                  "\"https://bl.example/\"\n",
                  "192.0.2.1");
  CHECK(outcome.status == Status::fail);
  CHECK(outcome.codes.size() == 2);
  CHECK((outcome.explanation == "sends junk; see https://bl.example/" ||
         outcome.explanation == "see https://bl.example/; sends junk"));
  outcome = check("1.2.0.192.bl.example. A 127.0.0.2\n;!timeout 1.2.0.192.bl.example. TXT\n",
                  "192.0.2.1");
  CHECK(outcome.status == Status::fail);
  CHECK(outcome.explanation.empty());
  outcome = check(";!servfail 1.2.0.192.bl.example.\n", "192.0.2.1");
  CHECK(outcome.status == Status::temperror);
  CHECK(!outcome.problem.empty());
}

TEST_CASE("addresses of both families (RFC 5782 sections 2.1 and 2.4)") {
  CHECK(check("1.2.0.192.bl.example. A 127.0.0.2\n", "::ffff:192.0.2.1").status == Status::fail);
  CHECK(check("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.bl.example. A "
              "127.0.0.2\n",
              "2001:db8::1")
            .status == Status::fail);
  CHECK(check("*.8.b.d.0.1.0.0.2.bl.example. A 127.0.0.2\n", "2001:db8::2").status == Status::fail);
}

TEST_CASE("what is no answer of a blocklist does not make an address listed") {
  // A domain that was given up, and answers everything with the address of a parking page.
  auto outcome = check("*.bl.example. A 198.51.100.7\n", "192.0.2.1");
  CHECK(outcome.status == Status::temperror);
  CHECK(outcome.problem ==
        "bl.example answers 198.51.100.7, which is not in 127.0.0.0/8: it is no blocklist");
  // A list that does not serve this resolver.
  outcome = check("*.bl.example. A 127.255.255.254\n", "192.0.2.1");
  CHECK(outcome.status == Status::temperror);
  CHECK(outcome.problem.starts_with("bl.example does not answer our queries (127.255.255.254)"));
}

TEST_CASE("an explanation is printable and bounded") {
  std::string text = "1.2.0.192.bl.example. A 127.0.0.2\n"
                     "1.2.0.192.bl.example. TXT \"a\\013\\010b\\255\"\n";
  CHECK(check(text, "192.0.2.1").explanation == "a??b?");
  for (int i = 0; i < 100; ++i) text += fmt::format("1.2.0.192.bl.example. TXT \"{:0>200}\"\n", i);
  CHECK(check(text, "192.0.2.1").explanation.size() == dnsbl::explanation_limit);
}

TEST_CASE("a list that can be believed (RFC 5782 section 5)") {
  CHECK(health(healthy).status == Status::pass);
  auto found = health("");
  CHECK(found.status == Status::fail);
  CHECK(found.problem == "bl.example does not list 127.0.0.2, so it lists nothing");
  found = health("*.bl.example. A 127.0.0.2\n");
  CHECK(found.status == Status::fail);
  CHECK(found.problem == "bl.example lists 127.0.0.1, so it lists everything");
  CHECK(health(";!timeout 1.0.0.127.bl.example.\n").status == Status::temperror);
  CHECK(health(";!servfail 2.0.0.127.bl.example.\n").status == Status::temperror);
  CHECK(health("*.bl.example. A 198.51.100.7\n").status == Status::temperror);
  CHECK(health(healthy, Family::ipv6).status == Status::fail);
  CHECK(health("2.0.0.0.0.0.f.7.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.bl.example. A "
               "127.0.0.2\n",
               Family::ipv6)
            .status == Status::pass);
}

TEST_CASE("health is remembered for four hours, but not that it could not be found out") {
  FakeClock clock;
  dnsbl::HealthCache cache(clock);
  Loop loop;
  const auto usable = [&](resolver::Resolver& resolver, Family family = Family::ipv4) {
    return loop.run(cache.usable(resolver, list(), family, soon()));
  };
  Counting failing(";!timeout 1.0.0.127.bl.example.\n");
  CHECK(usable(failing));
  CHECK(usable(failing));
  CHECK(failing.count == 2);

  Counting bad("");
  CHECK(!usable(bad));
  Counting good(healthy);
  CHECK(!usable(good)); // as remembered
  CHECK(good.count == 0);
  clock.advance(dnsbl::health_lifetime - std::chrono::seconds(1));
  CHECK(!usable(good));
  clock.advance(std::chrono::seconds(1));
  CHECK(usable(good));
  const auto asked = good.count;
  CHECK(usable(bad));
  CHECK(good.count == asked);
  CHECK(!usable(bad, Family::ipv6)); // its own entry
}
