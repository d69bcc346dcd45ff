#include "resolver/cache.h"
#include "support/catch.h"
#include "support/fake_clock.h"

#include <chrono>
#include <string>

using namespace mox;
using namespace std::chrono_literals;
using dns::Type;
using resolver::Cache;
using resolver::Outcome;
using resolver::Problem;

namespace {

dns::Name name(const std::string& text) {
  return *dns::parse_name(text);
}

Outcome answer(std::chrono::seconds ttl, std::size_t size = 1) {
  return resolver::Answer{.records = {{name("a"), ttl, dns::Txt{std::string(size, 'x')}}},
                          .name = name("a"),
                          .ttl = ttl};
}

Outcome problem(Problem which, std::chrono::seconds ttl = 0s) {
  auto failed = resolver::failed(which, name("a"), Type::txt);
  failed.ttl = ttl;
  return std::unexpected(failed);
}

} // namespace

TEST_CASE("answers are kept for their time") {
  test::FakeClock clock;
  Cache cache(clock);
  CHECK_FALSE(cache.find(name("a"), Type::txt));
  cache.keep(name("a"), Type::txt, answer(10s));
  CHECK_FALSE(cache.find(name("a"), Type::mx));
  CHECK_FALSE(cache.find(name("b"), Type::txt));
  clock.advance(4s);
  const auto found = cache.find(name("a"), Type::txt);
  REQUIRE(found);
  CHECK((*found)->ttl == 6s);
  CHECK((*found)->records.at(0).ttl == 6s);
  clock.advance(6s);
  CHECK_FALSE(cache.find(name("a"), Type::txt));
  CHECK(cache.entries() == 0);
  CHECK(cache.size_bytes() == 0);
}

TEST_CASE("nothing is kept for longer than the limits") {
  test::FakeClock clock;
  Cache cache(clock);
  cache.keep(name("a"), Type::txt, answer(10 * 24h));
  cache.keep(name("b"), Type::txt, problem(Problem::nxdomain, 48h));
  cache.keep(name("c"), Type::txt, problem(Problem::servfail, 48h));
  cache.keep(name("d"), Type::txt, problem(Problem::bogus));
  for (const auto which : {Problem::timeout, Problem::network, Problem::refused, Problem::malformed,
                           Problem::no_anchor, Problem::unsupported})
    cache.keep(name("e"), Type::txt, problem(which, 100s));
  cache.keep(name("f"), Type::txt, answer(0s));
  cache.keep(name("g"), Type::txt, problem(Problem::no_data));
  CHECK(cache.entries() == 4);
  clock.advance(6s);
  CHECK_FALSE(cache.find(name("c"), Type::txt));
  CHECK_FALSE(cache.find(name("d"), Type::txt));
  clock.advance(1h);
  CHECK_FALSE(cache.find(name("b"), Type::txt));
  CHECK(cache.find(name("a"), Type::txt));
  clock.advance(23h);
  CHECK_FALSE(cache.find(name("a"), Type::txt));
}

TEST_CASE("a full cache forgets what was not asked for") {
  test::FakeClock clock;
  Cache cache(clock, {.entries = 3});
  for (const auto* one : {"a", "b", "c"}) cache.keep(name(one), Type::txt, answer(60s));
  CHECK(cache.find(name("a"), Type::txt));
  cache.keep(name("d"), Type::txt, answer(60s));
  CHECK(cache.entries() == 3);
  CHECK_FALSE(cache.find(name("b"), Type::txt));
  CHECK(cache.find(name("a"), Type::txt));
  cache.keep(name("a"), Type::txt, answer(30s)); // in place of the other
  CHECK(cache.entries() == 3);
  CHECK((*cache.find(name("a"), Type::txt))->ttl == 30s);

  Cache small(clock, {.size_bytes = 4000});
  for (int i = 0; i < 20; ++i) {
    small.keep(name("x" + std::to_string(i)), Type::txt, answer(60s, 500));
    CHECK(small.size_bytes() <= 4000);
  }
  CHECK(small.entries() > 1);
  CHECK(small.find(name("x19"), Type::txt));
  small.keep(name("huge"), Type::txt, answer(60s, 5000));
  CHECK_FALSE(small.find(name("huge"), Type::txt));
  CHECK(small.find(name("x19"), Type::txt));
}
