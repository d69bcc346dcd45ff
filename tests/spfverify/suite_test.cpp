// The test suite of OpenSPF for RFC 7208, every case of it.
#include "resolver/zone_resolver.h"
#include "spfverify/suite.h"
#include "spfverify/verify.h"
#include "support/catch.h"
#include "support/run_task.h"
#include "support/shared_file.h"

#include <algorithm>
#include <chrono>

using namespace mox;
using namespace mox::test;

namespace {

// Of RFC 7208, not of RFC 4408, which stands beside it.
std::optional<std::string> suite_text() {
  for (const auto& name : list_shared(MOX_SHARED_VECTORS, "spf", "7208-tests.yml"))
    return read_shared(MOX_SHARED_VECTORS, "spf/" + name);
  return std::nullopt;
}

spfverify::Outcome check(resolver::Resolver& resolver, const SuiteCase& one) {
  spfverify::Request request{.ip = net::Address::parse(one.host).value(),
                             .sender = spf::sender_of(one.mail_from, one.helo),
                             .domain = {},
                             .helo = one.helo,
                             .receiver = {},
                             .time = {}};
  Loop loop;
  return loop.run(spfverify::verify(resolver, request,
                                    std::chrono::steady_clock::now() + std::chrono::seconds(20)));
}

} // namespace

TEST_CASE("every case of the test suite for RFC 7208") {
  const auto text = suite_text();
  if (!text) return;
  const auto scenarios = read_suite(*text);
  CHECK(scenarios.size() == 16);
  std::size_t count = 0;
  for (const auto& scenario : scenarios) {
    const auto zone_text = zone_text_of(scenario);
    auto zone = dns::parse_zone(zone_text);
    CAPTURE(scenario.description, zone_text);
    if (!zone) FAIL(zone.error().text);
    resolver::ZoneResolver resolver(*std::move(zone));
    for (const auto& one : scenario.cases) {
      const auto outcome = check(resolver, one);
      CAPTURE(one.name, outcome.problem, outcome.mechanism, one.results);
      CHECK(std::ranges::find(one.results, to_string(outcome.verdict)) != one.results.end());
      if (one.explanation)
        CHECK(outcome.explanation == (*one.explanation == "DEFAULT" ? "" : *one.explanation));
      ++count;
    }
  }
  CHECK(count == 203);
}
