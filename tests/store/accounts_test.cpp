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

TEST_CASE("accounts: one that is retired leaves its name to another, and no messages") {
  const auto engine = GENERATE(Engine::lmdb, Engine::memory);
  World world(engine);
  world.deliver(world.inbox, mail("1", "s"));
  world.change([&](Txn& transaction) -> Result<> {
    MOX_TRY(transaction.create_mailbox(world.account, "a/b", 0));
    MOX_TRY(transaction.subscribe(world.account, "gone"));
    MOX_TRY(transaction.add_login(world.account, "mjl@a.example"));
    MOX_TRY(transaction.set_credential(world.account, {.name = "password", .secret = "x"}));
    return ok();
  });
  world.change([&](Txn& transaction) { return transaction.retire_account(world.account); });
  CHECK_FALSE(world->read().find_account("mjl"));
  CHECK_FALSE(world->read().find_login("mjl@a.example"));
  CHECK(world->read().mailboxes(world.account).empty());
  CHECK(world->read().subscriptions(world.account).empty());
  CHECK(world->read().credentials(world.account).empty());
  CHECK(world->read().account(world.account)->used == 0);
  world.check_clean();
  const auto again =
      world.change([](Txn& transaction) { return transaction.create_account("mjl"); });
  CHECK(again != world.account);
  CHECK(world->read().mailboxes(again).empty());
  world.clock.advance(std::chrono::days(8));
  REQUIRE(world->maintain());
  world.check_clean();
  CHECK(world.failing([](Txn& transaction) { return transaction.retire_account(AccountId{9}); })
            .kind == ErrorKind::not_found);
}

TEST_CASE("accounts: public keys are found by their fingerprint") {
  const auto engine = GENERATE(Engine::lmdb, Engine::memory);
  World world(engine);
  const std::string one(32, '\x01');
  const std::string two(32, '\xFF');
  const auto key = [](AccountId account, std::string name, std::string fingerprint) {
    return [=](Txn& transaction) {
      return transaction.set_credential(account, {.kind = CredentialKind::public_key,
                                                  .name = name,
                                                  .secret = fingerprint,
                                                  .login = "mjl@a.example",
                                                  .certificate = "der",
                                                  .no_preauth = true});
    };
  };
  const auto other = world.change([](Txn& transaction) { return transaction.create_account("b"); });
  const auto phone = world.change(key(world.account, "phone", one));
  CHECK(world.failing(key(other, "mine", one)).kind == ErrorKind::exists);
  CHECK(world.failing(key(world.account, "tablet", one)).kind == ErrorKind::exists);
  CHECK(world.failing(key(world.account, "short", "abc")).kind == ErrorKind::invalid);
  if (engine == Engine::lmdb) world.reopen();
  const auto found = world->read().find_public_key(one);
  REQUIRE(found);
  CHECK(found->account == world.account);
  CHECK(found->credential.id == phone);
  CHECK(found->credential.login == "mjl@a.example");
  CHECK(found->credential.certificate == "der");
  CHECK(found->credential.no_preauth);
  CHECK_FALSE(world->read().find_public_key(two));
  CHECK_FALSE(world->read().find_public_key(""));
  // Another key of the same name replaces it.
  CHECK(world.change(key(world.account, "phone", two)) == phone);
  CHECK_FALSE(world->read().find_public_key(one));
  CHECK(world->read().find_public_key(two));
  world.check_clean();
  world.change(
      [&](Txn& transaction) { return transaction.remove_credential(world.account, phone); });
  CHECK_FALSE(world->read().find_public_key(two));
  world.change(key(other, "mine", two));
  world.check_clean();
}

TEST_CASE("accounts: the hour in which a credential was used last") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  const auto id = world.change([&](Txn& transaction) {
    return transaction.set_credential(
        world.account,
        {.kind = CredentialKind::app, .name = "phone", .secret = "x", .expires = 99});
  });
  const auto use = [&] {
    world.change([&](Txn& transaction) { return transaction.credential_used(world.account, id); });
    const auto all = world->read().credentials(world.account);
    REQUIRE(all.size() == 1);
    CHECK(all[0].version == 1);
    CHECK(all[0].expires == 99);
    CHECK(all[0].kind == CredentialKind::app);
    return all[0].last_used;
  };
  CHECK(world->read().credentials(world.account)[0].last_used == 0);
  const auto first = use();
  CHECK(first % 3600 == 0);
  CHECK(unix_seconds(world.clock.wall()) - first < 3600);
  CHECK(use() == first);
  world.clock.advance(std::chrono::hours(1));
  CHECK(use() == first + 3600);
  world.change(
      [&](Txn& transaction) { return transaction.credential_used(world.account, id + 1); });
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
