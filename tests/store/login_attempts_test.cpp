// Who tried to log in: what is one row, and how many there may be.
#include "store/format.h"
#include "store_fixture.h"

#include <fmt/format.h>

using namespace mox;
using namespace mox::store;
using namespace mox::store::test;

namespace {

LoginAttempt attempt(std::int64_t time, std::string result = "badpassword") {
  return {.first = time,
          .last = time,
          .login = "mjl@a.example",
          .remote = "192.0.2.1",
          .local = "192.0.2.9",
          .tls = "version=TLSv1.3",
          .client_key = std::string(32, 'k'),
          .protocol = "imap",
          .program = R"(name="x")",
          .mechanism = "plain",
          .result = std::move(result)};
}

void add(World& world, AccountId account, const LoginAttempt& one) {
  world.change([&](Txn& transaction) { return transaction.add_login_attempt(account, one); });
}

// From another address each.
void add_many(World& world, AccountId account, int count, std::int64_t from,
              const std::string& result = "badpassword") {
  for (int i = 0; i < count; ++i) {
    auto one = attempt(from + i, result);
    one.remote = fmt::format("host {}", from + i);
    add(world, account, one);
  }
}

// Kept of an account: those of this result, and when the oldest of them was seen.
struct Kept {
  std::size_t count = 0;
  std::int64_t oldest = 0;
};

Kept kept(const World& world, AccountId account, std::string_view result) {
  Kept found;
  for (const auto& one : world->read().login_attempts(account, 100'000)) {
    if (one.result != result) continue;
    ++found.count;
    found.oldest = one.last; // they come newest first
  }
  return found;
}

} // namespace

TEST_CASE("login attempts: those that are alike are counted in one row") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  add(world, world.account, attempt(100));
  auto more = attempt(90);
  more.last = 300;
  more.count = 5;
  add(world, world.account, more);
  const auto all = world->read().login_attempts(world.account, 10);
  REQUIRE(all.size() == 1);
  CHECK(all[0].first == 90);
  CHECK(all[0].last == 300);
  CHECK(all[0].count == 6);
  CHECK(all[0].login == "mjl@a.example");
  CHECK(all[0].remote == "192.0.2.1");
  CHECK(all[0].local == "192.0.2.9");
  CHECK(all[0].tls == "version=TLSv1.3");
  CHECK(all[0].client_key == std::string(32, 'k'));
  CHECK(all[0].protocol == "imap");
  CHECK(all[0].program == R"(name="x")");
  CHECK(all[0].mechanism == "plain");
  CHECK(all[0].result == "badpassword");
  world.check_clean();
}

TEST_CASE("login attempts: whatever differs makes another row, newest first") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  using Member = std::string LoginAttempt::*;
  std::int64_t time = 1;
  add(world, world.account, attempt(time));
  for (const Member member :
       {&LoginAttempt::login, &LoginAttempt::remote, &LoginAttempt::local, &LoginAttempt::tls,
        &LoginAttempt::client_key, &LoginAttempt::protocol, &LoginAttempt::program,
        &LoginAttempt::mechanism, &LoginAttempt::result}) {
    auto other = attempt(++time);
    other.*member = "other";
    add(world, world.account, other);
  }
  add(world, no_account, attempt(50));
  const auto all = world->read().login_attempts(world.account, 100);
  REQUIRE(all.size() == 10);
  for (std::size_t i = 0; i < all.size(); ++i)
    CHECK(all[i].last == static_cast<std::int64_t>(10 - i));
  CHECK(world->read().login_attempts(world.account, 3).size() == 3);
  CHECK(world->read().login_attempts(no_account, 100).size() == 1);
  world.check_clean();
}

TEST_CASE("login attempts: texts that are too long are refused") {
  World world(Engine::memory);
  auto one = attempt(1);
  one.program = std::string(512, 'p');
  add(world, world.account, one);
  one.program += 'p';
  CHECK(world
            .failing(
                [&](Txn& transaction) { return transaction.add_login_attempt(world.account, one); })
            .kind == ErrorKind::invalid);
}

TEST_CASE("login attempts: a full list lets its oldest go, and those alone that ended alike") {
  World world(GENERATE(Engine::lmdb, Engine::memory), {.max_login_attempts = 80});
  add_many(world, world.account, 10, 1, "ok");
  add_many(world, world.account, 80, 100);
  CHECK(kept(world, world.account, "badpassword").count == 80);
  auto another = attempt(500);
  another.remote = "198.51.100.1";
  add(world, world.account, another);
  // A fortieth has gone, and one has come.
  const auto failed = kept(world, world.account, "badpassword");
  CHECK(failed.count == 79);
  CHECK(failed.oldest == 102);
  CHECK(kept(world, world.account, "ok").count == 10);
  // One that is there already takes nobody's place.
  add(world, world.account, another);
  CHECK(kept(world, world.account, "badpassword").count == 79);
  world.check_clean();
}

TEST_CASE("login attempts: when there are too many in all, each account makes room for its own") {
  World world(GENERATE(Engine::lmdb, Engine::memory), {.max_all_login_attempts = 20});
  add_many(world, world.account, 15, 1);
  add_many(world, no_account, 5, 1);
  add_many(world, no_account, 5, 100);
  CHECK(kept(world, no_account, "badpassword").count == 5);
  CHECK(kept(world, no_account, "badpassword").oldest == 100);
  CHECK(kept(world, world.account, "badpassword").count == 15);
  // The first of a kind always finds room.
  add_many(world, no_account, 3, 200, "ok");
  CHECK(kept(world, no_account, "ok").count == 1);
  CHECK(kept(world, no_account, "ok").oldest == 202);
  world.check_clean();
}

TEST_CASE("login attempts: what was not seen for long is forgotten") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  const auto now = world.clock.now();
  add_many(world, world.account, 600, now - 86'400 * 31);
  add(world, world.account, attempt(now - 86'400 * 29, "ok"));
  add(world, no_account, attempt(now - 86'400 * 31));
  auto seen_again = attempt(now - 86'400 * 40);
  seen_again.last = now;
  add(world, no_account, seen_again);
  REQUIRE(world->maintain());
  CHECK(world->read().login_attempts(world.account, 1000).size() == 1);
  const auto left = world->read().login_attempts(no_account, 1000);
  REQUIRE(left.size() == 1);
  CHECK(left[0].count == 2);
  world.check_clean();
}

TEST_CASE("login attempts: they go with their account, and no more come") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  add_many(world, world.account, 5, 1);
  add(world, no_account, attempt(1));
  world.change([&](Txn& transaction) { return transaction.retire_account(world.account); });
  CHECK(world->read().login_attempts(world.account, 10).empty());
  add(world, world.account, attempt(2));
  add(world, AccountId{77}, attempt(2));
  CHECK(world->read().login_attempts(world.account, 10).empty());
  CHECK(world->read().login_attempts(AccountId{77}, 10).empty());
  CHECK(world->read().login_attempts(no_account, 10).size() == 1);
  world.check_clean();
}

TEST_CASE("login attempts: they are there after a restart") {
  World world;
  add(world, world.account, attempt(7));
  world.reopen();
  const auto all = world->read().login_attempts(world.account, 10);
  REQUIRE(all.size() == 1);
  CHECK(all[0].last == 7);
  add(world, world.account, attempt(8));
  CHECK(world->read().login_attempts(world.account, 10).at(0).count == 2);
  world.check_clean();
}
