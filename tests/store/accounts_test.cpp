#include "store_fixture.h"

#include <fmt/format.h>

using namespace mox;
using namespace mox::store;
using namespace mox::store::test;

TEST_CASE("accounts: names and ids") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  const auto second =
      world.change([](Txn& transaction) { return transaction.create_account("b"); });
  CHECK(second != world.account);
  CHECK(world.failing([](Txn& transaction) { return transaction.create_account("b"); }).kind ==
        ErrorKind::exists);
  for (const auto& name : {std::string(), std::string(481, 'n')}) {
    CHECK(world.failing([&](Txn& transaction) { return transaction.create_account(name); }).kind ==
          ErrorKind::invalid);
    CHECK_FALSE(world->read().find_account(name));
    CHECK_FALSE(world->read().find_login(name));
  }
  const auto snapshot = world->read();
  CHECK(snapshot.find_account("b") == second);
  CHECK_FALSE(snapshot.find_account("c"));
  CHECK_FALSE(snapshot.account(AccountId{0}));
  CHECK_FALSE(snapshot.account(AccountId{50}));
  const auto all = snapshot.accounts();
  REQUIRE(all.size() == 2);
  CHECK(all[0].name == "b");
  CHECK(all[1].name == "mjl");
  CHECK(all[0].modseq == 0);
  // A time that lies before the clock's last.
  CHECK(all[0].next_uidvalidity == world.clock.now() / 2);
  CHECK(world.failing([](Txn& transaction) { return transaction.set_quota(AccountId{50}, 1); })
            .kind == ErrorKind::not_found);
  world.check_clean();
}

TEST_CASE("accounts: UIDVALIDITY is never 0, whatever the clock says") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  world.clock.advance(std::chrono::seconds(-world.clock.now()));
  const auto account =
      world.change([](Txn& transaction) { return transaction.create_account("early"); });
  const auto made = world.change(
      [&](Txn& transaction) { return transaction.create_mailbox(account, "Inbox", 0); });
  CHECK(made.back().uidvalidity > 0);
  world.check_clean();
}

TEST_CASE("accounts: logins") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  const auto other = world.change([](Txn& transaction) { return transaction.create_account("b"); });
  const auto add = [](AccountId account, std::string login) {
    return [=](Txn& transaction) { return transaction.add_login(account, login); };
  };
  const auto remove = [](AccountId account, std::string login) {
    return [=](Txn& transaction) { return transaction.remove_login(account, login); };
  };
  world.change(add(world.account, "mjl@a.example"));
  world.change(add(world.account, "mjl@a.example"));
  world.change(add(world.account, "m@a.example"));
  CHECK(world.failing(add(other, "m@a.example")).kind == ErrorKind::exists);
  CHECK(world.failing(add(AccountId{9}, "x@a.example")).kind == ErrorKind::not_found);
  CHECK(world.failing(add(other, "")).kind == ErrorKind::invalid);
  CHECK(world->read().find_login("mjl@a.example") == world.account);
  CHECK_FALSE(world->read().find_login("mjl@a.exampl"));
  CHECK(world.failing(remove(other, "m@a.example")).kind == ErrorKind::not_found);
  world.change(remove(world.account, "m@a.example"));
  CHECK_FALSE(world->read().find_login("m@a.example"));
  CHECK(world.failing(remove(world.account, "m@a.example")).kind == ErrorKind::not_found);
  world.change(add(other, "m@a.example"));
  world.check_clean();
}

TEST_CASE("accounts: credentials are replaced by name, and ids never come back") {
  const auto engine = GENERATE(Engine::lmdb, Engine::memory);
  World world(engine);
  const auto set = [&](std::string name, std::string secret) {
    return world.change([&](Txn& transaction) {
      return transaction.set_credential(
          world.account, {.name = name, .scope = "imap", .secret = secret, .created = 5});
    });
  };
  const auto first = set("main", "one");
  const auto phone = set("phone", "two");
  CHECK(first != phone);
  CHECK(set("main", std::string(5000, 's')) == first);
  if (engine == Engine::lmdb) world.reopen();
  auto all = world->read().credentials(world.account);
  REQUIRE(all.size() == 2);
  CHECK(all[0].id == first);
  CHECK(all[0].version == 2);
  CHECK(all[0].secret == std::string(5000, 's'));
  CHECK(all[0].scope == "imap");
  CHECK(all[0].created == 5);
  CHECK(all[1].name == "phone");
  CHECK(all[1].version == 1);
  const auto remove = [&](std::uint32_t id) {
    return
        [&world, id](Txn& transaction) { return transaction.remove_credential(world.account, id); };
  };
  world.change(remove(phone));
  CHECK(world.failing(remove(phone)).kind == ErrorKind::not_found);
  CHECK(set("phone", "three") > phone);
  CHECK(world.failing([](Txn& transaction) { return transaction.set_credential(AccountId{9}, {}); })
            .kind == ErrorKind::not_found);
  CHECK(world->read().credentials(AccountId{9}).empty());
  world.check_clean();
}
