#include "store_fixture.h"

#include <fmt/format.h>

using namespace mox;
using namespace mox::store;
using namespace mox::store::test;

namespace {

Changed change_flags(World& world, std::vector<UidRange> uids, FlagsChange how,
                     const NamedFlags& flags, Modseq unchanged_since = ~Modseq{0}) {
  return world.change([&](Txn& transaction) {
    return transaction.change_flags(world.account, world.inbox, uids, how, flags, unchanged_since);
  });
}

std::string text(const std::vector<UidRange>& ranges) {
  std::string all;
  for (const auto& one : ranges) all += fmt::format("{}-{} ", one.first, one.last);
  return all;
}

} // namespace

TEST_CASE("flags: set, add, remove") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  world.fill(world.inbox, 3);

  struct Row {
    const char* name;
    std::vector<UidRange> uids;
    FlagsChange how;
    NamedFlags flags;
    const char* changed;
    const char* listing;
    Counts counts; // without the size
  };

  const Row rows[] = {
      {"add",
       {{1, 2}},
       FlagsChange::add,
       {flag_seen, {}},
       "1-2 ",
       "1:seen 2:seen 3",
       {3, 1, 0, 1, 0}},
      {"add what is there",
       {{2, 3}},
       FlagsChange::add,
       {flag_seen, {}},
       "3-3 ",
       "1:seen 2:seen 3:seen",
       {3, 0, 0, 0, 0}},
      {"add a keyword",
       {{1, 1}, {3, 3}},
       FlagsChange::add,
       {0, {"k", "j"}},
       "1-1 3-3 ",
       "1:seen,k,j 2:seen 3:seen,k,j",
       {3, 0, 0, 0, 0}},
      {"remove both kinds",
       {{1, 9}},
       FlagsChange::remove,
       {flag_seen, {"k", "unheard"}},
       "1-3 ",
       "1:j 2 3:j",
       {3, 3, 0, 3, 0}},
      {"set",
       {{1, 3}},
       FlagsChange::set,
       {flag_deleted, {"j"}},
       "1-3 ",
       "1:deleted,j 2:deleted,j 3:deleted,j",
       {3, 3, 3, 0, 0}},
      {"set the same",
       {{1, 3}},
       FlagsChange::set,
       {flag_deleted, {"j", "j"}},
       "",
       "1:deleted,j 2:deleted,j 3:deleted,j",
       {3, 3, 3, 0, 0}},
      {"seen and deleted",
       {{2, 2}},
       FlagsChange::add,
       {flag_seen, {}},
       "2-2 ",
       "1:deleted,j 2:seen,deleted,j 3:deleted,j",
       {3, 2, 3, 0, 0}},
      {"none", {{1, 3}}, FlagsChange::set, {0, {}}, "1-3 ", "1 2 3", {3, 3, 0, 3, 0}},
      {"UIDs that are not there",
       {{4, ~Uid{0}}, {0, 0}},
       FlagsChange::set,
       {flag_seen, {}},
       "",
       "1 2 3",
       {3, 3, 0, 3, 0}},
      {"ranges the wrong way around and twice",
       {{3, 1}, {2, 2}, {2, 3}},
       FlagsChange::add,
       {flag_flagged, {}},
       "2-3 ",
       "1 2:flagged 3:flagged",
       {3, 3, 0, 3, 0}},
      {"nothing",
       {},
       FlagsChange::add,
       {flag_flagged, {}},
       "",
       "1 2:flagged 3:flagged",
       {3, 3, 0, 3, 0}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto before = world.modseq();
    const auto changed = change_flags(world, row.uids, row.how, row.flags);
    CHECK(text(changed.uids) == row.changed);
    CHECK(changed.failed.empty());
    CHECK(world.listing(world.inbox) == row.listing);
    auto counts = world.state_of(world.inbox).counts;
    counts.size = 0;
    CHECK(counts == row.counts);
    CHECK(changed.modseq == (changed.uids.empty() ? 0 : before + 1));
    CHECK(world.modseq() == (changed.uids.empty() ? before : before + 1));
    for (const auto& run : changed.uids) {
      CHECK(world->read().placement(world.account, world.inbox, run.first)->modseq ==
            changed.modseq);
    }
  }
  // Names once used stay, for FLAGS.
  CHECK(world->read().keywords(world.account) == std::vector<std::string>{"k", "j"});
  CHECK(world.state_of(world.inbox).keywords == std::vector<std::uint16_t>{0, 1});
  world.check_clean();
}

TEST_CASE("flags: unchanged-since") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  world.fill(world.inbox, 4);
  const auto before = world.modseq();
  change_flags(world, range(2, 2), FlagsChange::add, {flag_seen, {}});
  const auto changed =
      change_flags(world, range(1, 4), FlagsChange::add, {flag_flagged, {}}, before);
  CHECK(text(changed.uids) == "1-1 3-4 ");
  CHECK(changed.failed == std::vector<Uid>{2});
  CHECK(world.listing(world.inbox) == "1:flagged 2:seen 3:flagged 4:flagged");
  const auto none = change_flags(world, range(1, 4), FlagsChange::set, {0, {}}, before - 1);
  CHECK(none.modseq == 0);
  CHECK(none.failed == std::vector<Uid>{1, 2, 3, 4});
  const auto zero = change_flags(world, range(1, 1), FlagsChange::set, {0, {}}, 0);
  CHECK(zero.failed == std::vector<Uid>{1});
  world.check_clean();
}

TEST_CASE("flags: more keywords than fit into the record") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  const auto archive = world.make("Archive");
  world.fill(world.inbox, 3);
  std::vector<std::string> names;
  for (int i = 0; i < 70; ++i) names.push_back(fmt::format("k{}", i));
  change_flags(world, range(1, 1), FlagsChange::add, {0, names});
  change_flags(world, range(2, 3), FlagsChange::add, {0, {"k69", "k1"}});
  change_flags(world, range(3, 3), FlagsChange::set, {0, {"k68"}});
  const auto has = [&](MailboxId mailbox, Uid uid, std::uint16_t number) {
    return world->read().placement(world.account, mailbox, uid)->flags.keywords.contains(number);
  };
  CHECK(has(world.inbox, 1, 63));
  CHECK(has(world.inbox, 1, 64));
  CHECK(has(world.inbox, 2, 69));
  CHECK_FALSE(has(world.inbox, 2, 68));
  CHECK(has(world.inbox, 3, 68));
  CHECK_FALSE(has(world.inbox, 3, 69));
  CHECK_FALSE(has(world.inbox, 3, 1));
  world.check_clean();

  world.change([&](Txn& transaction) {
    return transaction.copy(world.account, world.inbox, archive, range(1, 2));
  });
  world.change([&](Txn& transaction) {
    return transaction.move(world.account, world.inbox, archive, range(3, 3));
  });
  CHECK(has(archive, 1, 64));
  CHECK(has(archive, 2, 69));
  CHECK(has(archive, 3, 68));
  CHECK(world.state_of(archive).keywords.size() == 70);
  change_flags(world, range(1, 2), FlagsChange::remove, {0, {"k64", "k69"}});
  CHECK_FALSE(has(world.inbox, 1, 64));
  CHECK(has(world.inbox, 1, 65));
  CHECK(has(archive, 1, 64));
  // Kept with what was expunged, then gone with it.
  world.change([&](Txn& transaction) {
    return transaction.expunge(world.account, archive, range(2, 2), false);
  });
  CHECK(world->read().expunged(world.account, archive, 2)->flags.keywords.contains(69));
  world.check_clean();
  world.clock.advance(std::chrono::days(8));
  REQUIRE(world->maintain());
  CHECK_FALSE(world->read().expunged(world.account, archive, 2));
  world.check_clean();
}

TEST_CASE("flags: the number of keywords is bounded") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  world.fill(world.inbox, 1);
  std::vector<std::string> names;
  for (int i = 0; i < 4096; ++i) names.push_back(fmt::format("k{}", i));
  change_flags(world, range(1, 1), FlagsChange::set, {0, names});
  const auto before = world.listing(world.inbox);
  const auto add = [&](std::string name) {
    return [&world, name](Txn& transaction) {
      return transaction.change_flags(world.account, world.inbox, range(1, 1), FlagsChange::add,
                                      {flag_seen, {name}});
    };
  };
  const auto refused = world.failing(add("one-more"));
  CHECK(refused.kind == ErrorKind::full);
  CHECK(refused.text == "the account has 4096 keywords, which is the limit");
  CHECK(world.failing(add("")).kind == ErrorKind::invalid);
  CHECK(world.failing(add(std::string(101, 'k'))).kind == ErrorKind::invalid);
  CHECK(world.listing(world.inbox) == before);
  CHECK(world->read().keywords(world.account) == names);
  world.change(add("k7"));
  // Nothing is numbered for a removal.
  change_flags(world, range(1, 1), FlagsChange::remove, {0, {"one-more"}});
  world.check_clean();
}

TEST_CASE("flags: of a mailbox that is gone") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  CHECK(world
            .failing([&](Txn& transaction) {
              return transaction.change_flags(world.account, MailboxId{9}, range(1, 1),
                                              FlagsChange::add, {flag_seen, {}});
            })
            .kind == ErrorKind::not_found);
}
