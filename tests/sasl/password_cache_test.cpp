// How long right passwords are remembered, and for whom.
#include "sasl/password_cache.h"
#include "support/catch.h"
#include "support/fake_clock.h"
#include "support/fake_random.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

using namespace mox;
using namespace std::chrono_literals;
using sasl::CredentialVersion;
using sasl::PasswordCache;

namespace {

constexpr CredentialVersion mjl{.account = 1, .credential = 2, .version = 3};

struct World {
  test::FakeClock clock;
  test::FakeRandom random;
};

} // namespace

TEST_CASE("only what was right is remembered, for this version of this credential") {
  World world;
  PasswordCache cache(world.clock, world.random);
  CHECK(!cache.has(mjl, "secret"));
  cache.add(mjl, "secret");
  CHECK(cache.has(mjl, "secret"));
  CHECK(cache.has(mjl, "secret"));
  CHECK(!cache.has(mjl, "Secret"));
  CHECK(!cache.has(mjl, ""));
  CHECK(!cache.has(mjl, "secret "));
  CHECK(!cache.has({.account = 9, .credential = 2, .version = 3}, "secret"));
  CHECK(!cache.has({.account = 1, .credential = 9, .version = 3}, "secret"));
  CHECK(!cache.has({.account = 1, .credential = 2, .version = 4}, "secret"));
  // The numbers cannot be mistaken for each other, nor for a part of the password.
  CHECK(!cache.has({.account = 2, .credential = 1, .version = 3}, "secret"));
  const std::string four_bytes{'\0', '\0', '\0', '\3'};
  cache.add({.account = 0, .credential = 1, .version = 2}, four_bytes + "x");
  CHECK(!cache.has(mjl, "x"));
  CHECK(cache.size() == 2);
}

TEST_CASE("entries expire, asked for or not") {
  World world;
  PasswordCache cache(world.clock, world.random);
  cache.add(mjl, "secret");
  world.clock.advance(PasswordCache::lifetime - 1ns);
  CHECK(cache.has(mjl, "secret"));
  world.clock.advance(1ns);
  CHECK(!cache.has(mjl, "secret"));
  // What expired goes when something else comes.
  cache.add(mjl, "other");
  CHECK(cache.size() == 1);
  CHECK(!cache.has(mjl, "secret"));
}

TEST_CASE("being used does not prolong an entry, being checked again does") {
  World world;
  PasswordCache cache(world.clock, world.random);
  cache.add(mjl, "secret");
  world.clock.advance(10min);
  CHECK(cache.has(mjl, "secret"));
  cache.add(mjl, "secret");
  CHECK(cache.size() == 1);
  world.clock.advance(10min);
  // Beyond the first check's lifetime, within the second's.
  CHECK(cache.has(mjl, "secret"));
  cache.add(mjl, "other");
  CHECK(cache.has(mjl, "secret"));
  world.clock.advance(5min);
  CHECK(!cache.has(mjl, "secret"));
  CHECK(cache.has(mjl, "other"));
}

TEST_CASE("the oldest makes room") {
  World world;
  PasswordCache cache(world.clock, world.random, 3);
  const auto add = [&](const char* password) {
    cache.add(mjl, password);
    world.clock.advance(1s);
  };
  add("a");
  add("b");
  add("c");
  CHECK(cache.size() == 3);
  add("d");
  CHECK(cache.size() == 3);
  CHECK(!cache.has(mjl, "a"));
  for (const char* kept : {"b", "c", "d"}) CHECK(cache.has(mjl, kept));
  // One that is added again and again never holds more than its place in the line.
  for (int i = 0; i < 10; ++i) add("d");
  CHECK(cache.has(mjl, "d"));
  CHECK(cache.size() <= 3);
}

TEST_CASE("without room nothing is remembered") {
  World world;
  PasswordCache cache(world.clock, world.random, 0);
  cache.add(mjl, "secret");
  CHECK(!cache.has(mjl, "secret"));
  CHECK(cache.size() == 0);
}

TEST_CASE("many threads, one cache") {
  World world;
  PasswordCache cache(world.clock, world.random, 100);
  std::atomic<int> wrong = 0;
  {
    std::vector<std::jthread> threads;
    for (std::uint32_t account = 1; account <= 4; ++account)
      threads.emplace_back([&, account] {
        for (std::uint32_t i = 0; i < 500; ++i) {
          const CredentialVersion mine{.account = account, .credential = 1, .version = i};
          const auto password = "password " + std::to_string(i);
          cache.add(mine, password);
          if (cache.has(mine, "password")) ++wrong;
          if (cache.has({.account = account + 10, .credential = 1, .version = i}, password))
            ++wrong;
          (void)cache.size();
          world.clock.advance(1s);
        }
      });
  }
  CHECK(wrong == 0);
  CHECK(cache.size() <= 100);
}
