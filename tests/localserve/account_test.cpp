// The one account: made once, and found by every address.
#include "localserve/account.h"
#include "login/secret.h"
#include "sasl/password.h"
#include "store/txn.h"
#include "support/catch.h"
#include "support/fake_clock.h"
#include "support/fake_random.h"
#include "support/temporary_folder.h"

#include <fmt/format.h>

#include <string>
#include <vector>

using namespace mox;
using localserve::open_account;

namespace {

struct World {
  explicit World(store::Options options = {}) {
    options.folder = folder / "store";
    options.engine = store::Engine::memory;
    store = store::Store::open(options, clock, random, {}).value();
  }

  struct Opened {
    std::shared_ptr<const delivery::Directory> directory;
  };

  Result<Opened> open() {
    MOX_TRY_ASSIGN(account, open_account(*store, clock, random));
    return Opened{.directory = localserve::any_address(account)};
  }

  store::AccountId account() const { return store->read().find_account("mox").value(); }

  test::TemporaryFolder folder;
  test::FakeClock clock;
  test::FakeRandom random;
  std::unique_ptr<store::Store> store;
};

} // namespace

TEST_CASE("account: with its mailboxes, its login and its password") {
  World world;
  REQUIRE(world.open());
  const auto snapshot = world.store->read();
  const auto account = world.account();
  CHECK(snapshot.find_login("mox@localhost") == account);
  std::string mailboxes;
  for (const auto& mailbox : snapshot.mailboxes(account)) {
    mailboxes += fmt::format("{}:{} ", mailbox.name, mailbox.special_use);
    CHECK(snapshot.subscribed(account, mailbox.name));
  }
  CHECK(mailboxes == "Archive:1 Drafts:2 Inbox:0 Junk:4 Sent:8 Trash:16 ");
  const auto credentials = snapshot.credentials(account);
  REQUIRE(credentials.size() == 1);
  CHECK(credentials[0].created == unix_seconds(world.clock.wall()));
  const auto verifier = login::password_verifier(credentials[0].secret).value();
  CHECK(sasl::check_password(verifier, "moxmoxmox") == true);
  CHECK(sasl::check_password(verifier, "moxmoxmo") == false);
}

TEST_CASE("account: it is made once, and stays as it is used") {
  World world;
  REQUIRE(world.open());
  const auto account = world.account();
  REQUIRE(world.store->write_blocking<void>([&](store::Txn& txn) -> Result<> {
    MOX_TRY(txn.delete_mailbox(account, "Junk"));
    auto credential = txn.snapshot().credentials(account).front();
    credential.secret = "$changed";
    MOX_TRY(txn.set_credential(account, std::move(credential)));
    return ok();
  }));
  const auto directory = world.open();
  REQUIRE(directory);
  const auto snapshot = world.store->read();
  CHECK(snapshot.accounts().size() == 1);
  CHECK(snapshot.mailboxes(account).size() == 5);
  REQUIRE(snapshot.credentials(account).size() == 1);
  CHECK(snapshot.credentials(account).front().secret == "$changed");
  CHECK(directory->directory->find({"a", "b.example"}).destinations.front().account == account);
}

TEST_CASE("account: a store that takes nothing is an error") {
  World world(store::Options{.max_waiting_changes = 0});
  const auto directory = world.open();
  REQUIRE_FALSE(directory);
  CHECK(directory.error().kind == ErrorKind::temporary);
  CHECK(world.store->read().accounts().empty());
}

TEST_CASE("account: every address leads to its Inbox") {
  World world;
  const auto directory = world.open().value().directory;
  for (const auto& path : std::vector<smtp::Path>{{"mox", "localhost"},
                                                  {"any body", "example.org"},
                                                  {"postmaster", ""},
                                                  {"müller", "[192.0.2.1]"}}) {
    CAPTURE(smtp::to_string(path));
    const auto found = directory->find(path);
    CHECK(found.kind == delivery::Lookup::Kind::found);
    REQUIRE(found.destinations.size() == 1);
    CHECK(found.destinations[0].account == world.account());
    CHECK(found.destinations[0].mailbox == "Inbox");
  }
}

TEST_CASE("account: who may write as whom") {
  World world;
  const auto directory = world.open().value().directory;

  struct Row {
    smtp::Path sender;
    bool may;
  };

  const auto row = GENERATE(values<Row>({
      {{"mox", "localhost"}, true},
      {{"MOX", "LocalHost"}, true},
      {{"mox+lists", "localhost"}, true},
      {{"mox+", "localhost"}, true},
      {{"mox+a+b", "localhost"}, true},
      {{"moxx", "localhost"}, false},
      {{"", "localhost"}, false},
      {{"+mox", "localhost"}, false},
      {{"mox", "localhost.example"}, false},
      {{"mox", ""}, false},
      {{"mox", "[127.0.0.1]"}, false},
      {{"other", "localhost"}, false},
  }));
  CAPTURE(smtp::to_string(row.sender));
  CHECK(directory->may_send_as(world.account(), row.sender) == row.may);
  CHECK_FALSE(directory->may_send_as(store::AccountId{4711}, row.sender));
  CHECK(directory->may_write_as(world.account(), row.sender));
  CHECK_FALSE(directory->may_write_as(store::AccountId{4711}, row.sender));
}
