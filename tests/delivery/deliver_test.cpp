// One message into the mailboxes of its recipients: all of them or none.
#include "bloblog/faults.h"
#include "delivery/busy_writer.h"
#include "delivery/deliver.h"
#include "file/file.h"
#include "message/parser.h"
#include "smtpserver/full_disk.h"
#include "store/body.h"
#include "store/txn.h"
#include "support/catch.h"
#include "support/fake_clock.h"
#include "support/fake_random.h"
#include "support/run_task.h"
#include "support/temporary_folder.h"

#include <cerrno>
#include <chrono>
#include <thread>
#include <vector>

using namespace mox;
using delivery::Recipient;

namespace {

const std::string text = "From: a@example.org\r\nSubject: s\r\n\r\nhello\r\n";
constexpr std::int64_t received = 1'700'000'000;

// A store with the accounts mjl and other, each with an Inbox, and a way to look into it.
class World {
public:
  explicit World(store::Options options = {}) {
    options.folder = folder / "store";
    store = store::Store::open(options, clock, random, {}).value();
    mjl = make_account("mjl");
    other = make_account("other");
  }

  explicit World(store::Engine engine) : World(store::Options{.engine = engine}) {}

  store::AccountId make_account(const char* name) {
    auto make = [name](store::Txn& txn) -> Result<store::AccountId> {
      MOX_TRY_ASSIGN(made, txn.create_account(name));
      MOX_TRY(txn.create_mailbox(made, "Inbox", 0));
      return made;
    };
    return store->write_blocking<store::AccountId>(std::move(make)).value();
  }

  Recipient to(store::AccountId account, std::string mailbox = "Inbox",
               std::string prefix = {}) const {
    return {.destination = {.account = account, .mailbox = std::move(mailbox)},
            .prefix = std::move(prefix)};
  }

  async::Task<Result<>> delivery_of(std::vector<Recipient> recipients,
                                    const std::string& of) const {
    auto body = store->prepare_blocking(of).value();
    const auto bytes = body->memory();
    auto summary = std::make_shared<const message::Summary>(message::summarize(message::parse(of)));
    return delivery::deliver(*store, std::move(recipients), std::move(body), std::move(summary),
                             bytes, received);
  }

  Result<> deliver(std::vector<Recipient> recipients, const std::string& of = text) {
    return loop.run(delivery_of(std::move(recipients), of));
  }

  struct Stored {
    std::string bytes; // prefix and body
    store::Placement placement;
    store::Content content;
  };

  // Of a mailbox that may not exist.
  std::vector<Stored> messages(store::AccountId account, std::string_view name = "Inbox") const {
    std::vector<Stored> all;
    const auto snapshot = store->read();
    const auto mailbox = snapshot.find_mailbox(account, name);
    if (!mailbox) return all;
    auto placements = snapshot.placements(account, mailbox->id);
    auto reader = snapshot.messages(account);
    for (auto placement = placements.seek(1); placement; placement = placements.next()) {
      const auto content = reader.content(placement->message).value();
      std::string bytes(content.size, '\0');
      REQUIRE(
          store->read_message(snapshot, content, *reader.rendering(placement->message), 0, bytes));
      all.push_back({std::move(bytes), *placement, content});
    }
    return all;
  }

  std::vector<std::string> mailboxes(store::AccountId account) const {
    std::vector<std::string> names;
    for (const auto& mailbox : store->read().mailboxes(account)) names.push_back(mailbox.name);
    return names;
  }

  std::vector<std::string> subscriptions(store::AccountId account) const {
    return store->read().subscriptions(account);
  }

  void set_quota(store::AccountId account, std::uint64_t bytes) const {
    REQUIRE(store->write_blocking<void>(
        [&](store::Txn& txn) { return txn.set_quota(account, bytes); }));
  }

  std::size_t large_files() const {
    return file::list(folder / "store" / "blobs" / "large").value().size();
  }

  // No message anywhere, and the mailboxes as they were made.
  void check_untouched() const {
    // The writer lets go of a change when it takes the next one.
    REQUIRE(store->write_blocking<void>([](store::Txn&) { return ok(); }));
    for (const auto account : {mjl, other}) {
      CHECK(messages(account).empty());
      CHECK(mailboxes(account) == std::vector<std::string>{"Inbox"});
      CHECK(store->read().account(account)->used == 0);
    }
    CHECK(large_files() == 0);
    const auto proof = store->verify();
    REQUIRE(proof);
    CHECK(proof->errors.empty());
  }

  test::TemporaryFolder folder;
  test::FakeClock clock;
  test::FakeRandom random;
  test::Loop loop;
  std::unique_ptr<store::Store> store;
  store::AccountId mjl{};
  store::AccountId other{};
};

} // namespace

TEST_CASE("delivery: each recipient's own fields stand before the one body") {
  World world(GENERATE(store::Engine::memory, store::Engine::lmdb));
  const auto of = GENERATE(as<std::string>{}, text, text + std::string(400'000, 'x'));
  REQUIRE(world.deliver({world.to(world.mjl, "Inbox", "Delivered-To: mjl\r\n"),
                         world.to(world.other, "Inbox", "Delivered-To: other\r\nX: y\r\n")},
                        of));
  const auto first = world.messages(world.mjl);
  const auto second = world.messages(world.other);
  REQUIRE(first.size() == 1);
  REQUIRE(second.size() == 1);
  CHECK(first[0].bytes == "Delivered-To: mjl\r\n" + of);
  CHECK(second[0].bytes == "Delivered-To: other\r\nX: y\r\n" + of);
  CHECK(first[0].content.blob == second[0].content.blob);
  for (const auto& stored : {first[0], second[0]}) {
    CHECK(stored.content.received == received);
    CHECK(stored.content.received_zone == 0);
    CHECK(stored.placement.flags == store::Flags{});
  }
}

TEST_CASE("delivery: a mailbox that is not there is made and subscribed, with those above it") {
  World world;
  REQUIRE(world.deliver({world.to(world.mjl, "Lists/mox/dev")}));
  const std::vector<std::string> made = {"Lists", "Lists/mox", "Lists/mox/dev"};
  CHECK(world.subscriptions(world.mjl) == made);
  CHECK(world.messages(world.mjl, "Lists/mox/dev").size() == 1);
  CHECK(world.messages(world.mjl, "Lists").empty());
  // Those that are there stay as their owner wants them.
  REQUIRE(world.store->write_blocking<void>(
      [&](store::Txn& txn) { return txn.unsubscribe(world.mjl, "Lists/mox/dev"); }));
  REQUIRE(world.deliver({world.to(world.mjl, "Lists/mox/dev"), world.to(world.mjl)}));
  CHECK(world.subscriptions(world.mjl) == std::vector<std::string>{"Lists", "Lists/mox"});
  CHECK(world.messages(world.mjl, "Lists/mox/dev").size() == 2);
  CHECK(world.mailboxes(world.mjl).size() == 4);
}

TEST_CASE("delivery: several recipients may have one account") {
  World world;
  REQUIRE(world.deliver(
      {world.to(world.mjl, "Inbox", "To: 1\r\n"), world.to(world.mjl, "New", "To: 2\r\n"),
       world.to(world.mjl, "Inbox", "To: 3\r\n"), world.to(world.mjl, "New", "To: 4\r\n")}));
  const auto inbox = world.messages(world.mjl);
  REQUIRE(inbox.size() == 2);
  CHECK(inbox[0].bytes == "To: 1\r\n" + text);
  CHECK(inbox[1].bytes == "To: 3\r\n" + text);
  CHECK(world.messages(world.mjl, "New").size() == 2);
  CHECK(world.store->read().account(world.mjl)->used == 4 * (text.size() + 7));
}

TEST_CASE("delivery: nobody gets what one cannot get") {
  struct Row {
    const char* name;
    Recipient failing;
    ErrorKind want;
  };

  World world;
  constexpr auto nobody = store::AccountId{4711};
  const auto row = GENERATE_REF(values<Row>({
      {"an account that is gone", world.to(nobody), ErrorKind::not_found},
      {"a new mailbox of an account that is gone", world.to(nobody, "New"), ErrorKind::not_found},
      {"a mailbox without a name", world.to(world.other, ""), ErrorKind::invalid},
      {"a level without a name", world.to(world.other, "a//b"), ErrorKind::invalid},
  }));
  CAPTURE(row.name);
  // Large, so that it would leave a file.
  const auto delivered = world.deliver(
      {world.to(world.mjl), world.to(world.mjl, "New"), row.failing, world.to(world.other)},
      text + std::string(400'000, 'x'));
  REQUIRE_FALSE(delivered);
  CHECK(delivered.error().kind == row.want);
  world.check_untouched();
  CHECK(world.deliver({world.to(world.mjl), world.to(world.other)}));
}

TEST_CASE("delivery: a quota counts each copy with its fields, to the byte") {
  World world;
  const std::string prefix = "Delivered-To: mjl\r\n";
  const auto one = prefix.size() + text.size();
  const std::vector<Recipient> twice = {world.to(world.other), world.to(world.mjl, "Inbox", prefix),
                                        world.to(world.mjl, "New", prefix)};
  world.set_quota(world.mjl, 2 * one - 1);
  const auto refused = world.deliver(twice);
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == Error{ErrorKind::full, "the account is over its quota"});
  world.check_untouched();
  world.set_quota(world.mjl, 2 * one);
  REQUIRE(world.deliver(twice));
  CHECK(world.messages(world.mjl, "New").size() == 1);
  CHECK_FALSE(world.deliver({world.to(world.mjl)}));
}

TEST_CASE("delivery: a disk without room refuses") {
  World world;
  smtpserver::test::let_disk_be_full(true);
  // The store looks once a second.
  while (!world.store->low_space()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const auto refused = world.deliver({world.to(world.mjl)}, text + std::string(400'000, 'x'));
  smtpserver::test::let_disk_be_full(false);
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == Error{ErrorKind::full, "the disk is nearly full"});
  world.check_untouched();
}

TEST_CASE("delivery: when too many changes wait it may work later") {
  World world(store::Options{.engine = store::Engine::memory, .max_waiting_changes = 1});
  {
    const test::BusyWriter busy(*world.store);
    const auto refused = world.deliver({world.to(world.mjl)});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::temporary);
  }
  world.check_untouched();
  CHECK(world.deliver({world.to(world.mjl)}));
}

TEST_CASE("delivery: when too much memory waits it may work later") {
  World world(
      store::Options{.engine = store::Engine::memory, .max_waiting_bytes = 2 * text.size() - 1});
  test::BusyWriter busy(*world.store);
  Result<> first = failure(ErrorKind::io, "not done");
  Result<> second = first;
  const auto keep = [](async::Task<Result<>> task, Result<>& into) -> async::Task<> {
    into = co_await std::move(task);
  };
  async::Gate gate(world.loop.executor(), {});
  gate.spawn(keep(world.delivery_of({world.to(world.mjl)}, text), first));
  const auto then = [&]() -> async::Task<> {
    return keep(world.delivery_of({world.to(world.other)}, text), second);
  };
  world.loop.run(then());
  busy.let_go();
  world.loop.run(gate.close());
  CHECK(first);
  REQUIRE_FALSE(second);
  CHECK(second.error().kind == ErrorKind::temporary);
  CHECK(world.messages(world.mjl).size() == 1);
  CHECK(world.messages(world.other).empty());
}

TEST_CASE("delivery: a store that failed stores nothing more") {
  World world;
  {
    const test::Failing failing(test::Call::fdatasync, EIO);
    const auto failed = world.deliver({world.to(world.mjl)});
    REQUIRE_FALSE(failed);
    CHECK(failed.error().kind == ErrorKind::io);
  }
  const auto later = world.deliver({world.to(world.mjl)});
  REQUIRE_FALSE(later);
  CHECK(later.error().kind == ErrorKind::io);
}

TEST_CASE("delivery: without recipients nothing is kept") {
  World world;
  CHECK(world.deliver({}, text + std::string(400'000, 'x')));
  world.check_untouched();
}
