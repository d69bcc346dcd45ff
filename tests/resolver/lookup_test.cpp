#include "metrics/metrics.h"
#include "resolver/measured_resolver.h"
#include "resolver/validating_resolver.h"
#include "resolver/zone_resolver.h"
#include "support/catch.h"
#include "support/fake_clock.h"
#include "support/run_task.h"

#include <chrono>
#include <string>
#include <vector>

using namespace mox;
using namespace std::chrono_literals;
using dns::Type;
using resolver::Problem;
using resolver::ZoneResolver;

namespace {

dns::Name name(std::string_view text) {
  return *dns::parse_name(text, {.any_printable = true});
}

struct World {
  explicit World(std::string_view text) : resolver(*dns::parse_zone(text)) {}

  SteadyTime deadline(std::chrono::milliseconds time = 10s) {
    return std::chrono::steady_clock::now() + time;
  }

  Result<resolver::Answer, resolver::Failure> ask(std::string_view asked, Type type,
                                                  std::chrono::milliseconds time = 10s) {
    return loop.run(resolver.query(name(asked), type, deadline(time)));
  }

  Result<resolver::Values<net::Address>, resolver::Failure> addresses(std::string_view asked) {
    return loop.run(resolver::lookup_addresses(resolver, name(asked), deadline()));
  }

  test::Loop loop;
  ZoneResolver resolver;
};

Problem problem(const auto& outcome) {
  REQUIRE_FALSE(outcome);
  return outcome.error().problem;
}

} // namespace

TEST_CASE("answers of a zone file") {
  World world(";!secure example\n"
              "host.example. 100 A 192.0.2.1\n"
              "alias.example. 50 CNAME other.test.\n"
              "other.test. 70 CNAME host.example.\n"
              "direct.example. CNAME host.example.\n"
              "loop.example. CNAME loop2.example.\n"
              "loop2.example. CNAME loop.example.\n"
              "dangling.example. 30 CNAME none.example.\n"
              ";!slow 20 slow.example\n"
              "slow.example. A 192.0.2.9\n"
              ";!bogus bogus.example\n"
              ";!servfail servfail.example\n"
              ";!refused refused.example\n"
              ";!timeout timeout.example\n");
  const auto host = world.ask("HOST.example", Type::a);
  REQUIRE(host);
  CHECK(host->authentic);
  CHECK(host->ttl == 100s);
  CHECK(host->aliases.empty());
  const auto alias = world.ask("alias.example", Type::a);
  REQUIRE(alias);
  CHECK_FALSE(alias->authentic); // other.test is not
  CHECK(alias->ttl == 50s);
  CHECK(alias->name == name("host.example"));
  CHECK(alias->aliases == std::vector{name("alias.example"), name("other.test")});
  CHECK(alias->records.at(0).owner == name("host.example"));
  CHECK(world.ask("direct.example", Type::a)->authentic);
  CHECK(dns::to_string(world.ask("alias.example", Type::cname)->records.at(0).data) ==
        "other.test.");
  CHECK(problem(world.ask("loop.example", Type::a)) == Problem::malformed);
  const auto absent = world.ask("none.example", Type::a);
  CHECK(problem(absent) == Problem::nxdomain);
  CHECK(absent.error().authentic);
  CHECK(absent.error().absent());
  const auto dangling = world.ask("dangling.example", Type::a);
  CHECK(problem(dangling) == Problem::nxdomain);
  CHECK(dangling.error().ttl == 30s);
  CHECK(problem(world.ask("host.example", Type::mx)) == Problem::no_data);
  CHECK_FALSE(world.ask("none.test", Type::a).error().authentic);
  CHECK(world.ask("slow.example", Type::a));
  CHECK(problem(world.ask("slow.example", Type::a, 5ms)) == Problem::timeout);
  CHECK(problem(world.ask("host.example", Type::a, 0ms)) == Problem::timeout);
  CHECK(problem(world.ask("bogus.example", Type::a)) == Problem::bogus);
  CHECK(problem(world.ask("servfail.example", Type::a)) == Problem::servfail);
  CHECK(problem(world.ask("refused.example", Type::a)) == Problem::refused);
  const auto timeout = world.ask("timeout.example", Type::a);
  CHECK(problem(timeout) == Problem::timeout);
  CHECK_FALSE(timeout.error().absent());
  CHECK(timeout.error().text == "timeout.example A: no answer in time");
}

TEST_CASE("chains of aliases have a limit") {
  std::string text;
  for (int i = 0; i < 20; ++i)
    text += "x" + std::to_string(i) + " CNAME x" + std::to_string(i + 1) + "\n";
  World world(text + "x20 A 192.0.2.1\n");
  CHECK(world.ask("x4", Type::a));
  CHECK(problem(world.ask("x3", Type::a)) == Problem::malformed);
}

TEST_CASE("look-ups give the values of their type") {
  World world("a. TXT \"one \" two\n"
              "a. TXT three\n"
              "a. MX 20 x\n"
              "a. MX 10 z\n"
              "a. MX 20 b\n"
              "a. MX 10 y\n"
              "_25._tcp.a. TLSA 3 1 1 abcd\n"
              "a. A 192.0.2.1\n"
              "a. AAAA 2001:db8::1\n"
              "1.2.0.192.in-addr.arpa. PTR a\n"
              "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. PTR b\n");
  const auto txt =
      world.loop.run(resolver::lookup_txt(world.resolver, name("a"), world.deadline()));
  REQUIRE(txt);
  CHECK(txt->values == std::vector<std::string>{"one two", "three"});
  const auto mx = world.loop.run(resolver::lookup_mx(world.resolver, name("a"), world.deadline()));
  REQUIRE(mx);
  std::string hosts;
  for (const auto& one : mx->values) hosts += one.host.ascii();
  CHECK(hosts == "zyxb");
  const auto tlsa =
      world.loop.run(resolver::lookup_tlsa(world.resolver, name("_25._tcp.a"), world.deadline()));
  REQUIRE(tlsa);
  CHECK(tlsa->values.at(0).data == "\xab\xcd");
  for (const auto& [text, host] : {std::pair("192.0.2.1", "a"), std::pair("2001:db8::1", "b")}) {
    const auto address = *net::Address::parse(text);
    const auto ptr =
        world.loop.run(resolver::lookup_ptr(world.resolver, address, world.deadline()));
    REQUIRE(ptr);
    CHECK(ptr->values == std::vector{name(host)});
  }
  const auto a = world.loop.run(resolver::lookup_a(world.resolver, name("a"), world.deadline()));
  CHECK(a->values.at(0).to_string() == "192.0.2.1");
  const auto aaaa =
      world.loop.run(resolver::lookup_aaaa(world.resolver, name("a"), world.deadline()));
  CHECK(aaaa->values.at(0).to_string() == "2001:db8::1");
}

TEST_CASE("addresses of both kinds at once") {
  World world(";!secure\n"
              "both. 60 A 192.0.2.1\n"
              "both. 30 AAAA 2001:db8::1\n"
              "four. A 192.0.2.1\n"
              "six. AAAA 2001:db8::1\n"
              "other. TXT x\n"
              ";!timeout half AAAA\n"
              "half. A 192.0.2.1\n"
              ";!bogus worse A\n"
              ";!timeout worse AAAA\n"
              ";!servfail none A\n"
              ";!insecure open\n"
              "open. A 192.0.2.1\n");
  const auto both = world.addresses("both");
  REQUIRE(both);
  CHECK(both->values.size() == 2);
  CHECK(both->ttl == 30s);
  CHECK(both->authentic);
  CHECK(world.addresses("four")->values.size() == 1);
  CHECK(world.addresses("four")->authentic);
  CHECK(world.addresses("six")->values.at(0).to_string() == "2001:db8::1");
  CHECK_FALSE(world.addresses("open")->authentic);
  // Who keeps one answer away does not take the proof of the other away.
  const auto half = world.addresses("half");
  REQUIRE(half);
  CHECK(half->authentic);
  CHECK(problem(world.addresses("other")) == Problem::no_data);
  CHECK(world.addresses("other").error().authentic);
  CHECK(problem(world.addresses("absent")) == Problem::nxdomain);
  CHECK(problem(world.addresses("worse")) == Problem::bogus);
  CHECK(problem(world.addresses("none")) == Problem::servfail);
}

TEST_CASE("names for addresses") {
  const auto reverse = [](std::string_view text) {
    return resolver::reverse_name(*net::Address::parse(text)).ascii();
  };
  CHECK(reverse("192.0.2.1") == "1.2.0.192.in-addr.arpa");
  CHECK(reverse("::ffff:192.0.2.1") == "1.2.0.192.in-addr.arpa");
  CHECK(reverse("2001:db8::567:89ab") ==
        "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
  CHECK(resolver::reversed(*net::Address::parse("198.51.100.7")) == "7.100.51.198");
}

TEST_CASE("look-ups are measured") {
  World world("a. A 192.0.2.1\n;!timeout t\n;!servfail s\n;!bogus b\n");
  metrics::Metrics metrics;
  test::FakeClock clock;
  resolver::MeasuredResolver measured(world.resolver, metrics, clock, "spf");
  for (const auto* asked : {"a", "none", "t", "s", "b"})
    static_cast<void>(world.loop.run(measured.query(name(asked), Type::a, world.deadline())));
  const auto text = metrics.render();
  for (const auto* result : {"ok", "nxdomain", "timeout", "temporary", "error"}) {
    CAPTURE(result);
    const auto series = "mox_dns_lookup_duration_seconds_count{pkg=\"spf\",result=\"" +
                        std::string(result) + "\",type=\"a\"} 1";
    CHECK(text.find(series) != std::string::npos);
  }
}

TEST_CASE("a failure in words") {
  const auto failure = resolver::failed(Problem::bogus, name("a.b"), Type::tlsa, "why");
  CHECK(failure.text == "a.b TLSA: the answer is not genuine, as DNSSEC proves (why)");
  CHECK(resolver::failed(Problem::timeout, {}, Type::ns).text == ". NS: no answer in time");
  for (auto which = 0; which <= static_cast<int>(Problem::unsupported); ++which)
    CHECK(resolver::to_string(static_cast<Problem>(which)) != "?");
}

TEST_CASE("which anchors of the root are the newest") {
  using resolver::newest_root_anchors;
  const auto& built_in = dns::root_anchors();
  CHECK(newest_root_anchors("") == built_in);
  CHECK(newest_root_anchors("nonsense") == built_in);
  CHECK(newest_root_anchors(built_in.at(0).ds + "\n") == built_in); // an old system's file
  const std::string newer = ". DS 11111 8 2 "
                            "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n";
  const auto read = newest_root_anchors(built_in.at(1).ds + "\n" + newer);
  REQUIRE(read.size() == 2);
  CHECK(read.at(1).key_tag == 11111);
  CHECK(newest_root_anchors("x" + newer) == built_in); // of another zone
}
