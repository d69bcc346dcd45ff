// The writer thread: groups, failures in them, limits.
#include "async/pool.h"
#include "store/store_state.h"
#include "store_fixture.h"
#include "support/run_task.h"

#include <fmt/format.h>

#include <condition_variable>
#include <functional>
#include <latch>
#include <map>
#include <mutex>
#include <set>
#include <thread>

using namespace mox;
using namespace mox::store;
using namespace mox::store::test;

namespace {

// Holds the writer in a closure, so that others gather behind it.
class Plug {
public:
  explicit Plug(World& world) {
    world->state().writer->submit({.run =
                                       [this](Txn&) {
                                         entered_.count_down();
                                         gone_.wait();
                                         return ok();
                                       },
                                   .done = [this](const Outcome&) { left_.count_down(); },
                                   .bytes = 0},
                                  true);
    entered_.wait();
  }

  // The others run from now on.
  void pull() {
    gone_.count_down();
    left_.wait();
  }

private:
  std::latch entered_{1};
  std::latch gone_{1};
  std::latch left_{1};
};

// Changes that were submitted and how they ended.
class Submitted {
public:
  explicit Submitted(World& world) : world_(world) {}

  void add(std::move_only_function<Result<>(Txn&)> run, std::size_t bytes = 0) {
    ++open_;
    world_->state().writer->submit({.run = std::move(run),
                                    .done =
                                        [this](Outcome outcome) {
                                          const std::scoped_lock lock(mutex_);
                                          outcomes_.push_back(std::move(outcome));
                                          --open_;
                                          ended_.notify_all();
                                        },
                                    .bytes = bytes},
                                   true);
  }

  // All of them, in the order in which they ended.
  const std::vector<Outcome>& wait() {
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [&] { return open_ == 0; });
    return outcomes_;
  }

private:
  World& world_;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::atomic<int> open_ = 0;
  std::vector<Outcome> outcomes_;
};

} // namespace

TEST_CASE("writer: many deliveries at once share commits") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  const auto before = world.commits.load();
  constexpr int clients = 16;
  constexpr int each = 20;
  std::mutex mutex;
  std::set<Uid> uids;
  int failed = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < clients; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < each; ++j) {
        const auto one = world.message(mail("1", "s"));
        const auto placement = world->write_blocking<Placement>([&](Txn& transaction) {
          return transaction.add_message(world.account, world.inbox, one);
        });
        const std::scoped_lock lock(mutex);
        if (!placement || !uids.insert(placement->uid).second) ++failed;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(failed == 0);
  CHECK(uids.size() == clients * each);
  CHECK(*uids.rbegin() == clients * each);
  CHECK(world.changes_committed > clients * each);
  if (world.options.engine == Engine::lmdb) {
    // With one commit for each there would be 320.
    CHECK(world.commits - before < clients * each / 2);
  }
  world.check_clean();
}

TEST_CASE("writer: slices of long work let those who wait pass in between") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  auto& writer = *world->state().writer;
  std::map<std::string, int> commits; // how many were before it, noted on the writer thread
  std::latch ended(6);
  const auto change = [&](std::string name, bool slice) {
    return Change{.run = [&, name](Txn& transaction) -> Result<> {
                    commits[name] = world.commits.load();
                    MOX_TRY(transaction.create_mailbox(world.account, name, 0));
                    return ok();
                  },
                  .done = [&](const Outcome&) { ended.count_down(); },
                  .slice = slice};
  };
  Plug plug(world);
  auto first = change("slice1", true);
  first.run = [&, run = std::move(first.run)](Txn& transaction) mutable {
    writer.submit(change("late", false), true);
    return run(transaction);
  };
  writer.submit(change("one", false), true);
  writer.submit(std::move(first), true);
  writer.submit(change("slice2", true), true);
  writer.submit(change("slice3", true), true);
  writer.submit(change("two", false), true);
  plug.pull();
  ended.wait();
  // Those that waited are with the first slice, or before it when one of the store's own came
  // first.
  CHECK(commits["one"] <= commits["slice1"]);
  CHECK(commits["two"] == commits["one"]);
  CHECK(commits["slice1"] < commits["late"]);
  CHECK(commits["late"] < commits["slice2"]);
  CHECK(commits["slice2"] < commits["slice3"]);
  world.check_clean();
}

TEST_CASE("writer: an error in one member does not hurt the others") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  world.change([&](Txn& transaction) { return transaction.set_quota(world.account, 1'000'000); });
  constexpr int members = 24;
  Submitted all(world);
  Plug plug(world);
  for (int i = 0; i < members; ++i) {
    const auto one = world.message(mail(fmt::format("{}", i), "s", "", std::string(1000, 'b')));
    all.add([&world, one, i](Txn& transaction) -> Result<> {
      MOX_TRY(transaction.add_message(world.account, world.inbox, one));
      MOX_TRY(transaction.create_mailbox(world.account, fmt::format("m{}", i), 0));
      if (i % 4 == 1) return failure(ErrorKind::refused, "no");
      if (i % 4 == 2) throw std::runtime_error("bug");
      if (i % 4 == 3) MOX_TRY(transaction.create_mailbox(world.account, "Inbox", 0));
      return ok();
    });
  }
  const auto commits = world.commits.load();
  plug.pull();
  const auto& outcomes = all.wait();
  REQUIRE(outcomes.size() == members);
  for (int i = 0; i < members; ++i) {
    CAPTURE(i);
    const auto& outcome = outcomes[static_cast<std::size_t>(i)];
    CHECK(outcome.result.has_value() == (i % 4 == 0));
    CHECK((outcome.bug != nullptr) == (i % 4 == 2));
    if (i % 4 == 1) CHECK(outcome.result.error().kind == ErrorKind::refused);
    if (i % 4 == 3) CHECK(outcome.result.error().kind == ErrorKind::exists);
  }
  CHECK(world.commits - commits <= members);
  CHECK(world.uids(world.inbox) == std::vector<Uid>{1, 2, 3, 4, 5, 6});
  CHECK(world->read().mailboxes(world.account).size() == 1 + members / 4);
  CHECK(world->verify()->blobs == members / 4);
  world.check_clean();
}

TEST_CASE("writer: what waits is bounded by number and by bytes, and refused before it is queued") {
  World world(Engine::memory, {.max_waiting_changes = 4, .max_waiting_bytes = 1000});
  const auto nothing = [](Txn&) { return ok(); };
  {
    Submitted taken(world);
    Submitted refused(world);
    std::latch done(2);
    const auto add_own = [&] {
      world->state().writer->submit(
          {.run = nothing, .done = [&](const Outcome&) { done.count_down(); }, .bytes = 0}, false);
    };
    Plug plug(world); // one of the four
    add_own();        // none of them
    for (int i = 0; i < 3; ++i) taken.add(nothing);
    for (int i = 0; i < 2; ++i)
      refused.add([](Txn&) -> Result<> { throw std::logic_error("ran"); });
    // At once, with the writer still held.
    for (const auto& outcome : refused.wait()) {
      REQUIRE_FALSE(outcome.result);
      CHECK(outcome.result.error().kind == ErrorKind::temporary);
      CHECK(outcome.bug == nullptr);
    }
    // The store's own work is never refused.
    add_own();
    plug.pull();
    done.wait();
    for (const auto& outcome : taken.wait()) CHECK(outcome.result.has_value());
  }
  Submitted taken(world);
  Submitted refused(world);
  Plug plug(world);
  // A change that is too large alone is taken when no other bytes wait.
  taken.add(nothing, 5000);
  refused.add(nothing, 1);
  taken.add(nothing, 0);
  CHECK_FALSE(refused.wait().front().result.has_value());
  plug.pull();
  for (const auto& outcome : taken.wait()) CHECK(outcome.result.has_value());
  taken.add(nothing, 1000);
  CHECK(taken.wait().back().result.has_value());
}

TEST_CASE("writer: coroutines get values, errors and exceptions") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  mox::test::Loop loop;
  async::Pool pool(1);
  const auto run = [](World& world, async::Pool& pool, int how) -> async::Task<Result<Uid>> {
    auto body = co_await world->prepare(std::string(how == 3 ? 400'000 : 10, 'b'), pool);
    if (!body) co_return std::unexpected(body.error());
    NewMessage message = world.message("x");
    message.body = *body;
    std::move_only_function<Result<Uid>(Txn&)> change = [&world, how,
                                                         message](Txn& transaction) -> Result<Uid> {
      MOX_TRY_ASSIGN(placement, transaction.add_message(world.account, world.inbox, message));
      if (how == 1) return failure(ErrorKind::refused, "no");
      if (how == 2) throw std::runtime_error("bug");
      return placement.uid;
    };
    co_return co_await world->write<Uid>(std::move(change), message.prefix.size());
  };
  CHECK(loop.run(run(world, pool, 0)) == 1);
  const auto refused = loop.run(run(world, pool, 1));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().text == "no");
  CHECK_THROWS_WITH(loop.run(run(world, pool, 2)), "bug");
  CHECK(loop.run(run(world, pool, 3)) == 2);

  const auto piecewise = [](World& world,
                            async::Pool& pool) -> async::Task<Result<std::shared_ptr<Body>>> {
    auto large = world->begin_large();
    if (!large) co_return std::unexpected(large.error());
    for (int i = 0; i < 10; ++i) {
      auto added = large->append(std::string(50'000, static_cast<char>('a' + i)));
      if (!added) co_return std::unexpected(added.error());
    }
    co_return co_await world->prepare(std::move(*large), pool);
  };
  auto body = loop.run(piecewise(world, pool));
  REQUIRE(body);
  NewMessage message = world.message("x");
  message.body = *body;
  const auto placement = world.change([&](Txn& transaction) {
    return transaction.add_message(world.account, world.inbox, message);
  });
  const auto text = world.read(placement);
  CHECK(text.size() == 500'000);
  CHECK(text.ends_with(std::string(50'000, 'j')));
  world.check_clean();
}

TEST_CASE("writer: the watcher hears of the accounts that changed, and of no others") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  std::mutex mutex;
  std::vector<AccountId> heard;
  world->on_change([&](std::span<const AccountId> accounts) {
    const std::scoped_lock lock(mutex);
    heard.insert(heard.end(), accounts.begin(), accounts.end());
  });
  const auto listen = [&] {
    const std::scoped_lock lock(mutex);
    return std::exchange(heard, {});
  };
  world.deliver(world.inbox, mail("1", "s"));
  CHECK(listen() == std::vector{world.account});
  world.change([](Txn&) { return ok(); });
  world.failing([&](Txn& transaction) -> Result<> {
    MOX_TRY(transaction.add_message(world.account, world.inbox, world.message("x")));
    return failure(ErrorKind::refused, "no");
  });
  world.change([&](Txn& transaction) { return transaction.set_quota(world.account, 5); });
  CHECK(listen().empty());
  world->on_change({});
}

TEST_CASE("writer: what was accepted is completed when the store closes") {
  const auto engine = GENERATE(Engine::lmdb, Engine::memory);
  World world(engine, {.keep_expunged = std::chrono::seconds(0)});
  const auto one = world.message(mail("1", "s"));
  Submitted all(world);
  {
    auto plug = std::make_unique<Plug>(world);
    for (int i = 0; i < 8; ++i) {
      // An expunge too, so that the background has something to hear of.
      all.add([&world, one](Txn& transaction) -> Result<> {
        MOX_TRY_ASSIGN(placement, transaction.add_message(world.account, world.inbox, one));
        MOX_TRY(transaction.expunge(world.account, world.inbox, range(placement.uid, placement.uid),
                                    false));
        return ok();
      });
    }
    std::thread closing([&] { world.store.reset(); });
    plug->pull();
    closing.join();
  }
  for (const auto& outcome : all.wait()) CHECK(outcome.result.has_value());
  if (engine == Engine::memory) return;
  world.reopen();
  CHECK(world.state_of(world.inbox).uidnext == 9);
  world.check_clean();
}
