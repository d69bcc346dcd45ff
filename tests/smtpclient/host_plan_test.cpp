// What is asked, and what follows from it; tests/daneverify/delivery_test.py has the whole table
// with real servers.
#include "dns/zone.h"
#include "resolver/zone_resolver.h"
#include "smtpclient/host_plan.h"
#include "support/catch.h"
#include "support/run_task.h"
#include "support/sockets.h"

#include <optional>
#include <string>
#include <vector>

using namespace mox;
using namespace mox::smtpclient;
using mxpolicy::Action;
using mxpolicy::Dane;

namespace {

const std::string zone = R"(
;!secure
plain.example. 60 IN A 127.0.0.1
dane.example. 60 IN A 127.0.0.1
_2525._tcp.dane.example. 60 IN TLSA 3 1 1 )" +
                         std::string(64, 'a') + R"(
broken.example. 60 IN A 127.0.0.1
;!servfail _2525._tcp.broken.example.
;!timeout slow.example.
)";

// Remembers what was asked.
class Listening final : public resolver::Resolver {
public:
  async::Task<Result<resolver::Answer, resolver::Failure>> query(dns::Name name, dns::Type type,
                                                                 SteadyTime deadline) override {
    asked.push_back(name.ascii() + " " + std::string(dns::to_string(type)));
    co_return co_await zone_.query(std::move(name), type, deadline);
  }

  std::vector<std::string> asked;

private:
  resolver::ZoneResolver zone_{dns::parse_zone(zone).value()};
};

struct World {
  mox::test::Loop loop;
  SystemClock clock;
  Listening resolver;
  tls::ClientContext authorities = tls::ClientContext::system_authorities().value();
  tls::ClientContext observing = tls::ClientContext::unverified().value();

  HostPlan plan(std::string_view host, std::optional<bool> require_tls = {},
                const std::string& policy = "", bool authentic = true) {
    resolver.asked.clear();
    const auto name = dns::parse_name(host).value();
    const mxlookup::Hosts hosts{.domain = name, .expanded = name, .authentic = authentic};
    DeliveryWish wish{.sts = {}, .require_tls = require_tls, .port = 2525};
    if (!policy.empty()) wish.sts = mtasts::parse_policy(policy).value();
    const mxlookup::Host one{name, 10};
    const DeliveryContexts contexts{authorities, observing, clock};
    return loop.run(plan_host(resolver, hosts, one, wish, contexts, mox::test::soon()));
  }
};

std::string enforce(const std::string& host) {
  return "version: STSv1\nmode: enforce\nmax_age: 60\nmx: " + host + "\n";
}

using Asked = std::vector<std::string>;

} // namespace

TEST_CASE("plans for hosts") {
  World world;
  const auto plain = world.plan("plain.example");
  CHECK(plain.decision.action == Action::deliver);
  CHECK(plain.tls.demand() == TlsPolicy::Demand::when_offered);
  CHECK(plain.decision.may_retry_plaintext);
  CHECK(plain.server.addresses.size() == 1);
  const auto dane = world.plan("dane.example");
  CHECK(dane.records.state == Dane::usable);
  CHECK(dane.tls.demand() == TlsPolicy::Demand::required);
  CHECK(dane.tls.verifies());
  CHECK(dane.tls.name() == "dane.example");
  CHECK(world.plan("broken.example").decision.action == Action::postpone);
  CHECK(world.plan("plain.example", true).decision.action == Action::refuse);
  CHECK(world.plan("dane.example", true).decision.say_require_tls);
  CHECK(world.plan("slow.example").problem->problem == resolver::Problem::timeout);
  CHECK(world.plan("missing.example").problem->absent());
}

TEST_CASE("a policy of MTA-STS in plans") {
  World world;
  const auto enforced = world.plan("plain.example", {}, enforce("plain.example"));
  CHECK(enforced.decision.verify_authorities);
  CHECK(&enforced.tls.context() == &world.authorities);
  const auto both = world.plan("dane.example", {}, enforce("dane.example"));
  CHECK(both.decision.verify_authorities);
  CHECK(both.decision.verify_dane);
  CHECK(both.tls.context().compares_names());
  CHECK(&both.tls.context() != &world.authorities);
  const auto none = world.plan("plain.example", {}, "version: STSv1\nmode: none\nmax_age: 60\n");
  CHECK_FALSE(none.decision.tls_required);
  CHECK(world.plan("plain.example", false, enforce("x.example")).decision.action ==
        Action::deliver);
}

TEST_CASE("nothing is asked that does not matter") {
  World world;
  CHECK(world.plan("plain.example", {}, enforce("x.example")).decision.action == Action::skip);
  CHECK(world.resolver.asked.empty());
  world.plan("dane.example", false);
  CHECK(world.resolver.asked == Asked{"dane.example A", "dane.example AAAA"});
  world.plan("dane.example", {}, "", false);
  CHECK(world.resolver.asked.size() == 2);
  world.plan("dane.example");
  CHECK(world.resolver.asked.back() == "_2525._tcp.dane.example TLSA");
}
