// The change log: what readers of it can count on, and how long it reaches back.
#include "store_fixture.h"

#include <fmt/format.h>

#include <map>
#include <random>
#include <set>

using namespace mox;
using namespace mox::store;
using namespace mox::store::test;

TEST_CASE("log: a row for each kind of change, one modseq for each closure") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  CHECK(world.changes() == "1 created 1");

  struct Step {
    const char* name;
    std::function<Result<>(Txn&)> run;
    const char* rows; // "@" stands for the closure's modseq
  };

  const auto account = world.account;
  const auto inbox = world.inbox;
  const auto one = world.message(mail("1", "s"));
  const auto drop = [](auto&& result) -> Result<> {
    if (!result) return std::unexpected(result.error());
    return ok();
  };
  const Step steps[] = {
      {"five deliveries",
       [&](Txn& t) -> Result<> {
         for (int i = 0; i < 5; ++i) MOX_TRY(t.add_message(account, inbox, one));
         return ok();
       },
       "@ added 1:1-5"},
      {"create", [&](Txn& t) { return drop(t.create_mailbox(account, "a/b", 8)); },
       "@ created 2, @ created 3"},
      {"take the use away", [&](Txn& t) { return drop(t.create_mailbox(account, "c", 8)); },
       "@ created 4, @ changed 3"},
      {"flags with a new keyword",
       [&](Txn& t) {
         return drop(t.change_flags(account, inbox, range(2, 4), FlagsChange::add, {0, {"k"}}));
       },
       "@ flags 1:2-4, @ changed 1"},
      {"flags of two runs",
       [&](Txn& t) {
         return drop(t.change_flags(account, inbox, range(1, 5), FlagsChange::set, {0, {"k"}}));
       },
       "@ flags 1:1-1, @ flags 1:5-5"},
      {"move", [&](Txn& t) { return drop(t.move(account, inbox, MailboxId{3}, range(2, 3))); },
       "@ added 3:1-2, @ expunged 1:2-3, @ changed 3"},
      {"expunge across the hole",
       [&](Txn& t) { return drop(t.expunge(account, inbox, range(1, 4), false)); },
       "@ expunged 1:1-4"},
      {"copy", [&](Txn& t) { return drop(t.copy(account, inbox, MailboxId{4}, range(1, 9))); },
       "@ added 4:1-1, @ changed 4"},
      {"rename", [&](Txn& t) { return drop(t.rename_mailbox(account, "a", "z")); },
       "@ renamed 2 a, @ renamed 3 a/b"},
      {"delete", [&](Txn& t) { return t.delete_mailbox(account, "c"); }, "@ deleted 4 c"},
      {"subscribe", [&](Txn& t) { return t.subscribe(account, "x"); }, "@ subscribed x"},
      {"unsubscribe", [&](Txn& t) { return t.unsubscribe(account, "x"); }, "@ unsubscribed x"},
      {"nothing", [&](Txn& t) { return drop(t.expunge(account, inbox, range(1, 4), false)); }, ""},
      {"flags twice, from the same UID",
       [&](Txn& t) -> Result<> {
         MOX_TRY(t.change_flags(account, MailboxId{3}, range(1, 2), FlagsChange::add, {1, {}}));
         MOX_TRY(t.change_flags(account, MailboxId{3}, range(1, 1), FlagsChange::add, {2, {}}));
         return ok();
       },
       "@ flags 3:1-2"},
      {"renamed twice",
       [&](Txn& t) -> Result<> {
         MOX_TRY(t.rename_mailbox(account, "z/b", "q"));
         MOX_TRY(t.rename_mailbox(account, "q", "r"));
         return ok();
       },
       "@ renamed 3 z/b"},
      {"several things",
       [&](Txn& t) -> Result<> {
         MOX_TRY(t.add_message(account, inbox, one));
         MOX_TRY(t.subscribe(account, "y"));
         MOX_TRY(t.expunge(account, inbox, range(5, 5), false));
         return ok();
       },
       "@ added 1:6-6, @ expunged 1:5-5, @ subscribed y"},
  };
  for (const auto& step : steps) {
    CAPTURE(step.name);
    const auto before = world.modseq();
    world.change([&](Txn& transaction) { return step.run(transaction); });
    std::string rows = step.rows;
    for (auto at = rows.find('@'); at != std::string::npos; at = rows.find('@')) {
      rows.replace(at, 1, fmt::format("{}", before + 1));
    }
    CHECK(world.changes(before) == rows);
    CHECK(world.modseq() == before + (rows.empty() ? 0 : 1));
  }
  int visited = 0;
  world->read().changes(account, 0, [&](const ChangeRow&) { return ++visited < 3; });
  CHECK(visited == 3);
  CHECK(world.changes(world.modseq()).empty());
  world.check_clean();
}

TEST_CASE("log: a closure that fails leaves no row and no modseq") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  const auto before = world.changes();
  world.failing([&](Txn& transaction) -> Result<> {
    MOX_TRY(transaction.add_message(world.account, world.inbox, world.message("x")));
    MOX_TRY(transaction.create_mailbox(world.account, "a", 0));
    return failure(ErrorKind::refused, "no");
  });
  CHECK(world.changes() == before);
  CHECK(world.names() == "Inbox");
  CHECK(world.uids(world.inbox).empty());
  const auto modseq = world.change(
      [&](Txn& transaction) -> Result<Modseq> { return transaction.modseq(world.account); });
  CHECK(modseq == 2);
  CHECK(world.modseq() == 2);
  world.check_clean();
}

TEST_CASE("log: trimmed by age, and what is below the floor is known to be unknown") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  const auto other = world.make("other");
  world.fill(world.inbox, 10);
  const auto expunge = [&](Uid uid) {
    return world
        .change([&](Txn& transaction) {
          return transaction.expunge(world.account, world.inbox, range(uid, uid), false);
        })
        .modseq;
  };
  const auto first = expunge(2);
  world.change([&](Txn& transaction) {
    return transaction.change_flags(world.account, world.inbox, range(3, 3), FlagsChange::add,
                                    {flag_seen, {}});
  });
  const auto last_old = world.modseq();
  world.clock.advance(std::chrono::days(4));
  const auto second = expunge(4);
  CHECK(world->read().log_floor(world.account) == 0);
  CHECK(world.state_of(world.inbox).floor == 0);

  world.clock.advance(std::chrono::days(4));
  REQUIRE(world->maintain());
  CHECK(world->read().log_floor(world.account) == last_old);
  CHECK(world.state_of(world.inbox).floor == first);
  CHECK(world.state_of(other).floor == 0);
  CHECK(world.changes() == fmt::format("{} expunged 1:4-4", second));
  world.check_clean();
  // The present state is not touched.
  CHECK(world.uids(world.inbox) == std::vector<Uid>{1, 3, 5, 6, 7, 8, 9, 10});
  world.clock.advance(std::chrono::days(4));
  REQUIRE(world->maintain());
  CHECK(world.changes().empty());
  CHECK(world.state_of(world.inbox).floor == second);
  CHECK(world->read().log_floor(world.account) == second);
  world.check_clean();
}

TEST_CASE("log: trimmed by number") {
  World world(GENERATE(Engine::lmdb, Engine::memory), {.max_log_rows = 3});
  for (int i = 0; i < 10; ++i) world.deliver(world.inbox, mail(fmt::format("{}", i), "s"));
  REQUIRE(world->maintain());
  CHECK(world.changes() == "9 added 1:8-8, 10 added 1:9-9, 11 added 1:10-10");
  CHECK(world->read().log_floor(world.account) == 8);
  CHECK(world.state_of(world.inbox).floor == 0);
  // More rows than one slice takes, of one closure.
  world.fill(world.inbox, 5000);
  std::vector<UidRange> odd;
  for (Uid uid = 11; uid < 5010; uid += 2) odd.push_back({uid, uid});
  world.change([&](Txn& transaction) -> Result<> {
    for (const auto& one : odd) {
      MOX_TRY(transaction.expunge(world.account, world.inbox, {&one, 1}, false));
    }
    return ok();
  });
  REQUIRE(world->maintain());
  int rows = 0;
  world->read().changes(world.account, 0, [&](const ChangeRow&) { return ++rows != 0; });
  CHECK(rows == 3);
  CHECK(world->read().log_floor(world.account) == world.modseq());
  CHECK(world.state_of(world.inbox).floor == world.modseq());
  world.check_clean();
}

// A session that reads the log step by step must always see what the mailbox holds.
TEST_CASE("log: a reader that follows it has the mailbox as it is") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  const auto other = world.make("other");
  std::mt19937 random(GENERATE(11U, 12U));
  std::map<Uid, std::uint16_t> seen; // UID and flags
  Modseq at = 0;
  const auto follow = [&] {
    const auto snapshot = world->read();
    std::set<Uid> removed;
    std::vector<UidRange> fresh;
    snapshot.changes(world.account, at, [&](const ChangeRow& row) {
      if (row.mailbox != world.inbox) return true;
      if (row.kind == ChangeKind::expunged) {
        for (auto uid = row.uids.first; uid <= row.uids.last; ++uid) removed.insert(uid);
      } else if (row.kind == ChangeKind::added || row.kind == ChangeKind::flags) {
        fresh.push_back(row.uids);
      }
      return true;
    });
    auto cursor = snapshot.placements(world.account, world.inbox);
    for (const auto& run : fresh) {
      for (auto one = cursor.seek(run.first); one && one->uid <= run.last; one = cursor.next()) {
        if (one->modseq > at) seen[one->uid] = one->flags.system;
      }
    }
    for (const auto uid : removed) {
      if (!snapshot.placement(world.account, world.inbox, uid)) seen.erase(uid);
    }
    at = snapshot.account(world.account)->modseq;
  };
  const auto pick = [&](Uid most) { return static_cast<Uid>(random() % (most + 1)); };
  const auto one = world.message(mail("1", "s"));
  for (int round = 0; round < 120; ++round) {
    world.change([&](Txn& transaction) -> Result<> {
      for (int i = 0; i < 3; ++i) {
        const auto next = transaction.snapshot().mailbox(world.account, world.inbox)->uidnext;
        std::vector<UidRange> uids;
        for (int j = 0; j < 4; ++j) uids.push_back({pick(next), pick(next)});
        const UidRange few{pick(next), pick(next)};
        switch (random() % 6) {
        case 0:
        case 1: MOX_TRY(transaction.add_message(world.account, world.inbox, one)); break;
        case 2:
          MOX_TRY(transaction.change_flags(world.account, world.inbox, uids,
                                           static_cast<FlagsChange>(random() % 3),
                                           {static_cast<std::uint16_t>(random() % 16), {}}));
          break;
        case 3:
          MOX_TRY(transaction.expunge(world.account, world.inbox, {&few, 1}, random() % 2 == 0));
          break;
        case 4: MOX_TRY(transaction.move(world.account, world.inbox, other, {&few, 1})); break;
        default: MOX_TRY(transaction.copy(world.account, other, world.inbox, {&few, 1})); break;
        }
      }
      return ok();
    });
    if (random() % 3 == 0) continue;
    follow();
    std::map<Uid, std::uint16_t> now;
    const auto snapshot = world->read();
    auto cursor = snapshot.placements(world.account, world.inbox);
    for (auto placement = cursor.seek(1); placement; placement = cursor.next()) {
      now[placement->uid] = placement->flags.system;
    }
    REQUIRE(seen == now);
  }
  world.check_clean();
}
