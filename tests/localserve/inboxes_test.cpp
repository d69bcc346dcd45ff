// Separate inboxes: who gets one, and where mail goes.
#include "async/gate.h"
#include "localserve/account.h"
#include "localserve/inboxes.h"
#include "login/secret.h"
#include "sasl/password.h"
#include "support/catch.h"
#include "support/fake_clock.h"
#include "support/fake_random.h"
#include "support/run_task.h"
#include "support/temporary_folder.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

using namespace mox;
using localserve::Inboxes;

namespace {

struct World {
  explicit World(Inboxes::Unknown unknown = Inboxes::Unknown::made)
      : inboxes(unknown, clock, random) {
    store::Options options;
    options.folder = folder / "store";
    options.engine = store::Engine::memory;
    store = store::Store::open(options, clock, random, {}).value();
    inboxes.open(*store);
    mox = localserve::open_account(*store, clock, random).value();
  }

  Result<store::AccountId> find(std::string user) {
    test::Loop loop;
    return loop.run(inboxes.find(std::move(user)));
  }

  Result<std::string> welcome(std::string_view user, std::optional<std::string_view> password) {
    test::Loop loop;
    return loop.run(inboxes.welcome(user, password));
  }

  std::size_t accounts() const { return store->read().accounts().size(); }

  test::TemporaryFolder folder;
  test::FakeClock clock;
  test::FakeRandom random;
  std::unique_ptr<store::Store> store;
  Inboxes inboxes;
  store::AccountId mox{};
};

} // namespace

TEST_CASE("inboxes: made when first named, with mailboxes and the password") {
  World world;
  CHECK(world.find("mox@localhost") == world.mox);
  CHECK(world.find("mox") == world.mox);
  const auto alice = world.find("alice");
  REQUIRE(alice);
  CHECK(*alice != world.mox);
  CHECK(world.find("Alice@LocalHost") == *alice);
  CHECK(world.find("alice@example.org") != *alice);
  CHECK(world.accounts() == 3);
  const auto snapshot = world.store->read();
  CHECK(snapshot.account(*alice)->name == "alice@localhost");
  CHECK(snapshot.mailboxes(*alice).size() == 6);
  const auto credentials = snapshot.credentials(*alice);
  const auto verifier = login::password_verifier(credentials.front().secret).value();
  CHECK(sasl::check_password(verifier, "moxmoxmox") == true);
}

TEST_CASE("inboxes: who is welcome") {
  struct Row {
    std::string_view user;
    std::optional<std::string_view> password;
    std::optional<std::string> want;
    std::size_t accounts; // afterwards
  };

  const std::vector<Row> rows = {
      {"a", "wrong", std::nullopt, 1},
      {"a", "", std::nullopt, 1},
      {"a", "moxmoxmox", "a@localhost", 2},
      // Whether the password of one who is there is right is for the login to say.
      {"a", "wrong", "a@localhost", 2},
      {"b@Example.org", std::nullopt, "b@example.org", 3},
      {"", "moxmoxmox", std::nullopt, 3},
      {"a b", "moxmoxmox", std::nullopt, 3},
      {"a@b@c", "moxmoxmox", std::nullopt, 3},
      {"\xff", "moxmoxmox", std::nullopt, 3},
  };
  World world;
  for (const auto& row : rows) {
    CAPTURE(row.user);
    const auto login = world.welcome(row.user, row.password);
    CHECK(login.has_value() == row.want.has_value());
    if (login && row.want) CHECK(*login == *row.want);
    CHECK(world.accounts() == row.accounts);
  }
}

TEST_CASE("inboxes: where they are not wanted, only those that are there are found") {
  World world(Inboxes::Unknown::refused);
  CHECK(world.find("mox") == world.mox);
  const auto nobody = world.find("alice");
  REQUIRE_FALSE(nobody);
  CHECK(nobody.error() == Error{ErrorKind::not_found, "nobody is called alice@localhost here"});
  CHECK_FALSE(world.welcome("alice", "moxmoxmox"));
  CHECK(world.accounts() == 1);
  CHECK(world.find("a b").error().kind == ErrorKind::invalid);
}

TEST_CASE("inboxes: two who come at the same time get the same one") {
  World world;
  test::Loop loop;
  std::vector<store::AccountId> found;
  const auto find = [](Inboxes& inboxes, std::vector<store::AccountId>& into) -> async::Task<> {
    const auto account = co_await inboxes.find("twin");
    into.push_back(account.value());
  };
  test::run_both(loop, find(world.inboxes, found), find(world.inboxes, found));
  REQUIRE(found.size() == 2);
  CHECK(found[0] == found[1]);
}

TEST_CASE("inboxes: there is a limit") {
  World world;
  REQUIRE(world.store->write_blocking<void>([](store::Txn& txn) -> Result<> {
    for (std::size_t i = 1; i < Inboxes::most; ++i)
      MOX_TRY(txn.create_account(fmt::format("{}", i)));
    return ok();
  }));
  const auto refused = world.find("one-more");
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == Error{ErrorKind::full, "there may be 1000 inboxes"});
  CHECK(world.find("mox") == world.mox);
}

TEST_CASE("inboxes: what is submitted stays with who submits, all else goes to one") {
  World world;
  const auto alice = world.find("alice").value();
  const auto directory = localserve::own_inboxes(world.mox);
  const smtp::Path anybody{"any", "example.org"};
  CHECK(directory->find(anybody).destinations.front().account == world.mox);
  const auto submitted = directory->find_submitted(alice, anybody);
  CHECK(submitted.kind == delivery::Lookup::Kind::found);
  REQUIRE(submitted.destinations.size() == 1);
  CHECK(submitted.destinations[0].account == alice);
  CHECK(submitted.destinations[0].mailbox == "Inbox");
  CHECK(directory->may_send_as(alice, anybody));
  // Without separate inboxes both lead to the one account.
  const auto one = localserve::any_address(world.mox)->find_submitted(alice, anybody);
  CHECK(one.destinations.front().account == world.mox);
}
