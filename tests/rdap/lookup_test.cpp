#include "rdap/lookup.h"
#include "support/catch.h"
#include "support/fake_web.h"
#include "support/run_task.h"
#include "support/sockets.h"

#include <chrono>
#include <string>

using namespace mox;
using namespace mox::rdap;

namespace {

const std::string list = "https://iana.example/dns.json";
const std::string one = "https://one.example/domain/d.example";
const std::string two = "https://two.example/domain/d.example";
const std::string day_two =
    R"({"objectClassName": "domain",
        "events": [{"eventAction": "registration", "eventDate": "1970-01-02T00:00:00Z"}]})";

struct World {
  test::Loop loop;
  test::FakeWeb web;

  World() {
    web.page(list,
             R"({"services": [[["example"], ["https://one.example/", "https://two.example/"]]]})");
  }

  std::string ask(const std::string& domain = "d.example") {
    const auto found =
        loop.run(lookup_registration(web, list, dns::parse_name(domain).value(), test::soon()));
    if (found) return found->server + " " + std::to_string(found->when.time_since_epoch().count());
    CHECK(!found.error().text.empty());
    switch (found.error().problem) {
    case Problem::no_registry: return "no registry";
    case Problem::no_domain: return "no domain";
    case Problem::no_date: return "no date";
    case Problem::syntax: return "syntax";
    case Problem::temporary: return "temporary";
    }
    return "";
  }
};

} // namespace

TEST_CASE("asking a registry") {
  World world;
  world.web.page(one, day_two);
  CHECK(world.ask() == "https://one.example/ 86400");
  CHECK(world.ask("d.test") == "no registry");
  CHECK(world.ask("other.example") == "no domain");
  world.web.page(one, R"({"objectClassName": "domain"})");
  CHECK(world.ask() == "no date");
  world.web.page(one, "nonsense");
  CHECK(world.ask() == "syntax");
  world.web.page(list, "nonsense");
  CHECK(world.ask() == "syntax");
  world.web.status(list, 404);
  CHECK(world.ask() == "temporary");
}

TEST_CASE("one server stands in for another") {
  World world;
  world.web.fail(one, httpclient::Problem::timeout);
  world.web.page(two, day_two);
  CHECK(world.ask() == "https://two.example/ 86400");
  world.web.status(one, 429);
  CHECK(world.ask() == "https://two.example/ 86400");
  world.web.status(two, 500);
  CHECK(world.ask() == "temporary");
  for (const auto& request : world.web.requests) CHECK(request.redirects > 0);
}

TEST_CASE("ages") {
  using namespace std::chrono;
  const sys_seconds now = sys_days(year(2026) / 1 / 1);
  CHECK(age_text(now, now) == "0 days");
  CHECK(age_text(now - hours(24), now) == "1 day");
  CHECK(age_text(now - hours(24 * 364), now) == "364 days");
  CHECK(age_text(now - hours(24 * 365), now) == "1 year, 0 days");
  CHECK(age_text(now - hours(24 * (730 + 20)), now) == "2 years, 20 days");
  CHECK(age_text(now + hours(24), now) == "0 days");
}
