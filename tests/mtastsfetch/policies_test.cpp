#include "dns/zone.h"
#include "mtastsfetch/policies.h"
#include "resolver/zone_resolver.h"
#include "support/catch.h"
#include "support/fake_clock.h"
#include "support/fake_web.h"
#include "support/run_task.h"

#include <memory>
#include <string>

using namespace mox;
using namespace mox::mtastsfetch;
using namespace std::chrono_literals;

namespace {

const std::string url = "https://mta-sts.d.example/.well-known/mta-sts.txt";

std::string policy(const std::string& mode, int max_age = 86400) {
  return "version: STSv1\nmode: " + mode +
         "\nmx: mx.d.example\nmax_age: " + std::to_string(max_age) + "\n";
}

struct World {
  test::Loop loop;
  test::FakeWeb web;
  test::FakeClock clock;
  MemoryCache cache;
  std::unique_ptr<resolver::ZoneResolver> resolver;
  const dns::Name domain = dns::parse_name("d.example").value();

  World() { record("1"); }

  void zone(const std::string& text) {
    resolver = std::make_unique<resolver::ZoneResolver>(
        dns::parse_zone("mta-sts.d.example. 300 IN A 127.0.0.9\n" + text).value());
  }

  void record(const std::string& id) {
    zone("_mta-sts.d.example. 300 IN TXT \"v=STSv1; id=" + id + "\"\n");
  }

  // "enforce", "no policy" or "temporary"; then what is reported.
  std::string get() {
    Policies policies(*resolver, web, cache, clock);
    const auto found = loop.run(policies.get(domain));
    if (!found) {
      CHECK(found.error().kind == ErrorKind::temporary);
      return "temporary";
    }
    std::string text =
        found->policy ? std::string(mtasts::to_string(found->policy->mode)) : "no policy";
    if (found->fetched) text += ", fetched";
    if (!found->result_type.empty()) text += ", " + found->result_type;
    if (!found->reason.empty()) text += ", " + found->reason;
    return text;
  }

  void refresh() {
    Policies policies(*resolver, web, cache, clock);
    loop.run(policies.refresh(domain));
  }

  std::optional<Entry> entry() { return loop.run(cache.find(domain)); }

  std::size_t fetches() const { return web.requests.size(); }
};

} // namespace

TEST_CASE("a policy is fetched once, as long as its id stays") {
  World world;
  world.web.page(url, policy("enforce"));
  CHECK(world.get() == "enforce, fetched");
  CHECK(world.get() == "enforce");
  CHECK(world.fetches() == 1);
  world.web.page(url, policy("testing"));
  world.record("2");
  CHECK(world.get() == "testing, fetched");
  CHECK(world.get() == "testing");
  CHECK(world.fetches() == 2);
}

TEST_CASE("a policy ends") {
  World world;
  world.web.page(url, policy("enforce", 100));
  CHECK(world.get() == "enforce, fetched");
  world.clock.advance(99s);
  CHECK(world.get() == "enforce");
  world.clock.advance(1s);
  CHECK(world.get() == "enforce, fetched");
  world.zone("");
  world.clock.advance(100s);
  CHECK(world.get() == "no policy, no-record");
}

TEST_CASE("domains that do not do MTA-STS") {
  World world;
  world.zone("");
  CHECK(world.get() == "no policy, no-record");
  world.record("?");
  CHECK(world.get() == "no policy, sts-policy-invalid, record-syntax");
  CHECK(world.fetches() == 0);
  CHECK_FALSE(world.entry());
  world.zone(";!servfail _mta-sts.d.example.\n");
  CHECK(world.get() == "temporary");
}

TEST_CASE("a policy that cannot be had is not asked for with every message") {
  World world;
  CHECK(world.get() == "no policy, sts-policy-fetch-error, no-policy");
  CHECK(world.get() == "no policy, sts-policy-fetch-error, back-off-after-recent-fetch-error");
  CHECK(world.fetches() == 1);
  world.web.page(url, policy("enforce"));
  world.clock.advance(5min - 1s);
  CHECK(world.get().ends_with("back-off-after-recent-fetch-error"));
  world.clock.advance(1s);
  CHECK(world.get() == "enforce, fetched");
  for (const auto why : {httpclient::Problem::timeout, httpclient::Problem::certificate_name}) {
    World other;
    other.web.fail(url, why);
    CHECK(other.get().starts_with("no policy, sts-"));
    CHECK(other.get().ends_with("back-off-after-recent-fetch-error"));
  }
}

TEST_CASE("what was promised holds, whatever becomes of record and policy") {
  World world;
  world.web.page(url, policy("enforce"));
  CHECK(world.get() == "enforce, fetched");
  world.zone("");
  CHECK(world.get() == "enforce, no-record+fallback-to-cached-policy");
  world.zone(";!servfail _mta-sts.d.example.\n");
  CHECK(world.get() == "enforce, dns+fallback-to-cached-policy");
  world.record("2");
  world.web.fail(url, httpclient::Problem::certificate_expired);
  CHECK(world.get() == "enforce, sts-webpki-invalid, certificate+fallback-to-cached-policy");
  world.web.page(url, "nonsense");
  CHECK(world.get() == "enforce, sts-policy-invalid, policy-syntax+fallback-to-cached-policy");
  world.web.page(url, policy("none"));
  CHECK(world.get() == "none, fetched");
}

TEST_CASE("regular work on what is remembered") {
  const WallTime begin{};
  const Entry entry{.record_id = "1",
                    .policy = {},
                    .text = {},
                    .inserted = begin,
                    .updated = begin,
                    .used = begin,
                    .valid_end = begin + 24h * 365};
  CHECK(upkeep(entry, begin + 11h) == Upkeep::keep);
  CHECK(upkeep(entry, begin + 12h) == Upkeep::refresh);
  CHECK(upkeep(entry, begin + 24h * 180) == Upkeep::remove);
  auto back_off = entry;
  back_off.back_off = true;
  back_off.valid_end = begin + 5min;
  CHECK(upkeep(back_off, begin + 4min) == Upkeep::keep);
  CHECK(upkeep(back_off, begin + 5min) == Upkeep::remove);
}

TEST_CASE("a refresh") {
  World world;
  world.web.page(url, policy("enforce", 86400));
  world.refresh();
  CHECK_FALSE(world.entry());
  CHECK(world.get() == "enforce, fetched");
  const auto before = *world.entry();
  world.clock.advance(12h);
  // The same id makes it valid for longer, and does not count as use.
  world.refresh();
  CHECK(world.entry()->valid_end == before.valid_end + 12h);
  CHECK(world.entry()->used == before.used);
  CHECK(world.fetches() == 1);
  world.record("2");
  world.web.page(url, policy("none", 86400));
  world.refresh();
  CHECK(world.entry()->record_id == "2");
  CHECK(world.entry()->policy.mode == mtasts::Mode::none);
  CHECK(world.entry()->inserted == before.inserted);
  CHECK(world.entry()->used == before.used);
  // The domain is done with MTA-STS.
  world.zone("");
  world.refresh();
  CHECK_FALSE(world.entry());
}

TEST_CASE("a refresh that fails leaves what is there") {
  World world;
  world.web.page(url, policy("enforce", 86400));
  CHECK(world.get() == "enforce, fetched");
  const auto before = *world.entry();
  world.clock.advance(12h);
  world.zone("");
  world.refresh();
  CHECK(world.entry()->valid_end == before.valid_end);
  world.record("2");
  world.web.status(url, 500);
  world.refresh();
  CHECK(world.entry()->record_id == "1");
}

TEST_CASE("the cache in memory does not grow for ever") {
  test::Loop loop;
  MemoryCache cache(3);
  const WallTime begin{};
  for (int i = 0; i < 5; ++i) {
    Entry entry;
    entry.used = begin + std::chrono::seconds(i == 0 ? 100 : i);
    loop.run(cache.put(dns::parse_name("d" + std::to_string(i) + ".example").value(), entry));
  }
  CHECK(cache.size() == 3);
  CHECK(loop.run(cache.find(dns::parse_name("d0.example").value())));
  CHECK_FALSE(loop.run(cache.find(dns::parse_name("d1.example").value())));
  loop.run(cache.remove(dns::parse_name("d0.example").value()));
  CHECK(cache.size() == 2);
}
