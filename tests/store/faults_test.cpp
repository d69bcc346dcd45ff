// A disk that is full, or that fails.
#include "bloblog/faults.h"
#include "store/operations.h"
#include "store/store_state.h"
#include "store_fixture.h"
#include "support/run_task.h"

#include <fmt/format.h>

#include <cerrno>
#include <thread>

using namespace mox;
using namespace mox::store;
using namespace mox::store::test;
using mox::test::Call;
using mox::test::Failing;

TEST_CASE("faults: after a failed write or sync of the log nothing is acknowledged any more") {
  struct Row {
    const char* name;
    Call call;
    int error;
    ErrorKind kind;
    const char* found; // when it is opened again: what was written whole may be there
  };

  for (const auto& row : {Row{"sync", Call::fdatasync, EIO, ErrorKind::io, "1 2"},
                          Row{"write", Call::pwrite, EIO, ErrorKind::io, "1"},
                          Row{"no room", Call::pwrite, ENOSPC, ErrorKind::full, "1"}}) {
    CAPTURE(row.name);
    World world;
    const auto kept = world.deliver(world.inbox, mail("1", "s"));
    const auto one = world.message(mail("2", "s"));
    const auto add = [&](Txn& transaction) {
      return transaction.add_message(world.account, world.inbox, one);
    };
    {
      const Failing failing(row.call, row.error);
      CHECK(world.failing(add).kind == row.kind);
    }
    // The watcher hears of it just after the callers.
    while (world.failures == 0) std::this_thread::yield();
    CHECK(world.failing(add).kind == row.kind);
    CHECK(world.failing([&](Txn& transaction) { return transaction.subscribe(world.account, "x"); })
              .kind == row.kind);
    CHECK(world.failures == 1);
    // Readers go on.
    CHECK(world.listing(world.inbox) == "1");
    CHECK_FALSE(world->maintain().has_value());
    world.reopen();
    CHECK(world.listing(world.inbox) == row.found);
    CHECK(world.read(kept).ends_with(mail("1", "s")));
    world.check_clean();
    const Uid next = std::string_view(row.found) == "1" ? 2 : 3;
    CHECK(world.deliver(world.inbox, mail("3", "s")).uid == next);
    world.check_clean();
  }
}

TEST_CASE("faults: a large body that cannot be written concerns nobody else") {
  World world;
  for (const auto call : {Call::pwrite, Call::fsync}) {
    const Failing failing(call, ENOSPC);
    const auto body = world->prepare_blocking(std::string(400'000, 'x'));
    REQUIRE_FALSE(body);
    CHECK(body.error().kind == ErrorKind::full);
  }
  CHECK(std::filesystem::is_empty(world.options.folder / "blobs" / "large"));
  CHECK(world.failures == 0);
  world.deliver(world.inbox, std::string(400'000, 'x'));
  world.check_clean();
}

TEST_CASE("faults: a database without room refuses changes and keeps what it has") {
  World world(Engine::lmdb, {.keep_expunged = std::chrono::seconds(0), .map_size = 1U << 20U});
  Uid delivered = 0;
  std::optional<Error> full;
  for (int i = 0; i < 5000 && !full; ++i) {
    const auto one = world.message(mail(fmt::format("{}", i), "s"));
    const auto done = world->write_blocking<Placement>(
        [&](Txn& transaction) { return transaction.add_message(world.account, world.inbox, one); });
    if (done) {
      delivered = done->uid;
    } else {
      full = done.error();
    }
  }
  REQUIRE(full);
  CHECK(full->kind == ErrorKind::full);
  CHECK(delivered > 20);
  CHECK(world.failures == 0);
  CHECK(world.state_of(world.inbox).uidnext == delivered + 1);
  CHECK(world.state_of(world.inbox).counts.messages == delivered);
  world.check_clean();
  world.options.map_size = 0;
  world.reopen();
  CHECK(world.deliver(world.inbox, mail("after", "s")).uid == delivered + 1);
  world.check_clean();
}

TEST_CASE("faults: on a disk that is nearly full, mail is refused and the rest goes on") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  const auto to = world.make("to");
  world.fill(world.inbox, 2000);
  std::atomic<bool> low = true;
  world->state().workshop->low_space = [&] { return low.load(); };
  const auto one = world.message(mail("1", "s"));
  const auto refused = world.failing(
      [&](Txn& transaction) { return transaction.add_message(world.account, world.inbox, one); });
  CHECK(refused.kind == ErrorKind::full);
  CHECK(refused.text == "the disk is nearly full");
  CHECK(world
            .failing([&](Txn& transaction) {
              return transaction.copy(world.account, world.inbox, to, range(1, 1));
            })
            .kind == ErrorKind::full);
  mox::test::Loop loop;
  const auto copied = loop.run(copy(*world, world.account, world.inbox, to, range(1, 2000)));
  REQUIRE_FALSE(copied);
  CHECK(copied.error().kind == ErrorKind::full);
  world.change([&](Txn& transaction) {
    return transaction.change_flags(world.account, world.inbox, range(1, 9), FlagsChange::add,
                                    {flag_seen, {}});
  });
  world.change([&](Txn& transaction) {
    return transaction.move(world.account, world.inbox, to, range(1, 2));
  });
  world.change([&](Txn& transaction) {
    return transaction.expunge(world.account, world.inbox, range(3, 3), false);
  });
  low = false;
  world.change(
      [&](Txn& transaction) { return transaction.add_message(world.account, world.inbox, one); });
  REQUIRE(world->maintain());
  world.check_clean();
}
