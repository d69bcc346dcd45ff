#include "store_fixture.h"

#include <fmt/format.h>

using namespace mox;
using namespace mox::store;
using namespace mox::store::test;

namespace {

std::string text(const std::vector<UidRange>& ranges) {
  std::string all;
  for (const auto& one : ranges) all += fmt::format("{}-{} ", one.first, one.last);
  return all;
}

Moved copy(World& world, MailboxId from, MailboxId to, std::vector<UidRange> uids) {
  return world.change(
      [&](Txn& transaction) { return transaction.copy(world.account, from, to, uids); });
}

Moved move(World& world, MailboxId from, MailboxId to, std::vector<UidRange> uids) {
  return world.change(
      [&](Txn& transaction) { return transaction.move(world.account, from, to, uids); });
}

Changed expunge(World& world, MailboxId mailbox, std::vector<UidRange> uids, bool only_deleted) {
  return world.change([&](Txn& transaction) {
    return transaction.expunge(world.account, mailbox, uids, only_deleted);
  });
}

std::uint32_t references(const World& world, MessageId message) {
  return world->read().messages(world.account).content(message)->references;
}

} // namespace

TEST_CASE("copy: flags, keywords and references") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  const auto to = world.make("to");
  const auto first = world.deliver(world.inbox, mail("1", "s"), {flag_seen, {"k"}});
  world.deliver(world.inbox, mail("2", "s"), {flag_deleted, {}});
  world.deliver(world.inbox, mail("3", "s"));
  expunge(world, world.inbox, range(2, 2), false);
  world.clock.advance(std::chrono::seconds(100));
  const auto moved = copy(world, world.inbox, to, range(1, ~Uid{0}));
  CHECK(moved.uidvalidity == world.state_of(to).uidvalidity);
  CHECK(text(moved.from) == "1-1 3-3 ");
  CHECK(text(moved.to) == "1-2 ");
  CHECK(moved.modseq == world.modseq());
  CHECK(world.listing(to) == "1:seen,k 2");
  CHECK(world.listing(world.inbox) == "1:seen,k 3");
  const auto copied = *world->read().placement(world.account, to, 1);
  CHECK(copied.message == first.message);
  CHECK(copied.saved == world.clock.now());
  CHECK(copied.modseq == moved.modseq);
  CHECK(references(world, first.message) == 2);
  CHECK(world.read(copied) == world.read(first));
  // Into its own mailbox, and of nothing.
  CHECK(text(copy(world, to, to, range(1, 2)).to) == "3-4 ");
  CHECK(references(world, first.message) == 3);
  const auto before = world.modseq();
  const auto none = copy(world, world.inbox, to, range(2, 2));
  CHECK(none.from.empty());
  CHECK(none.modseq == 0);
  CHECK(none.uidvalidity == world.state_of(to).uidvalidity);
  CHECK(world.modseq() == before);
  world.check_clean();
}

TEST_CASE("move: the message keeps its id, its place is new") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  const auto to = world.make("to");
  const auto first = world.deliver(world.inbox, mail("1", "s"), {flag_seen, {"k"}});
  for (int i = 2; i <= 5; ++i) world.deliver(world.inbox, mail(fmt::format("{}", i), "s"));
  world.deliver(to, mail("there", "s"));
  const auto used = world.used();
  const auto moved = move(world, world.inbox, to, {{4, 5}, {1, 2}});
  CHECK(text(moved.from) == "1-2 4-5 ");
  CHECK(text(moved.to) == "2-5 ");
  CHECK(world.listing(world.inbox) == "3");
  CHECK(world.listing(to) == "1 2:seen,k 3 4 5");
  CHECK(world->read().placement(world.account, to, 2)->message == first.message);
  CHECK(references(world, first.message) == 1);
  CHECK(world.used() == used);
  CHECK_FALSE(world->read().expunged(world.account, world.inbox, 1));
  CHECK(world.state_of(world.inbox).modseq == moved.modseq);
  CHECK(world.state_of(to).modseq == moved.modseq);
  // Within one mailbox: a new UID.
  const auto same = move(world, to, to, range(2, 2));
  CHECK(text(same.to) == "6-6 ");
  CHECK(world.listing(to) == "1 3 4 5 6:seen,k");
  CHECK(text(move(world, to, to, range(1, ~Uid{0})).to) == "7-11 ");
  world.check_clean();
}

TEST_CASE("copy and move: refusals change nothing") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  world.fill(world.inbox, 2);
  const auto before = world.modseq();
  const MailboxId none{99};
  const auto kind = [&](auto run) { return world.failing(run).kind; };
  CHECK(kind([&](Txn& transaction) {
          return transaction.copy(world.account, world.inbox, none, range(1, 2));
        }) == ErrorKind::not_found);
  CHECK(kind([&](Txn& transaction) {
          return transaction.copy(world.account, none, world.inbox, range(1, 2));
        }) == ErrorKind::not_found);
  CHECK(kind([&](Txn& transaction) {
          return transaction.move(world.account, world.inbox, none, range(1, 2));
        }) == ErrorKind::not_found);
  CHECK(kind([&](Txn& transaction) {
          return transaction.expunge(world.account, none, range(1, 2), false);
        }) == ErrorKind::not_found);
  CHECK(world.modseq() == before);
  CHECK(world.listing(world.inbox) == "1 2");
}

TEST_CASE("expunge: all, or those with the flag; UIDs are never used again") {
  const auto engine = GENERATE(Engine::lmdb, Engine::memory);
  World world(engine);
  for (int i = 1; i <= 6; ++i) {
    world.deliver(world.inbox, mail(fmt::format("{}", i), "s"),
                  {static_cast<std::uint16_t>(i % 2 == 0 ? flag_deleted : 0), {}});
  }
  const auto one = world.state_of(world.inbox).counts.size / 6;
  auto changed = expunge(world, world.inbox, range(1, 4), true);
  CHECK(text(changed.uids) == "2-2 4-4 ");
  CHECK(changed.modseq == world.modseq());
  CHECK(world.listing(world.inbox) == "1 3 5 6:deleted");
  CHECK(world.used() == 4 * one);
  changed = expunge(world, world.inbox, {{6, 6}, {3, 3}, {2, 2}}, false);
  CHECK(text(changed.uids) == "3-3 6-6 ");
  CHECK(world.listing(world.inbox) == "1 5");
  const auto before = world.modseq();
  CHECK(expunge(world, world.inbox, range(2, 4), false).modseq == 0);
  CHECK(expunge(world, world.inbox, range(1, 9), true).modseq == 0);
  CHECK(world.modseq() == before);
  const auto was = world->read().expunged(world.account, world.inbox, 6);
  REQUIRE(was);
  CHECK(was->flags.system == flag_deleted);
  CHECK(was->modseq == changed.modseq);
  CHECK_FALSE(world->read().expunged(world.account, world.inbox, 5));
  CHECK_FALSE(world->read().placement(world.account, world.inbox, 6));
  expunge(world, world.inbox, range(1, 9), false);
  CHECK(world.state_of(world.inbox).counts == Counts{});
  if (engine == Engine::lmdb) world.reopen();
  CHECK(world.deliver(world.inbox, mail("7", "s")).uid == 7);
  world.check_clean();
}

TEST_CASE("expunge: the message is kept for a week, then gone with its bytes") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  const auto to = world.make("to");
  const auto small = world.deliver(world.inbox, mail("1", "s"));
  const auto large = world.deliver(world.inbox, std::string(400'000, 'x'));
  const auto kept = world.deliver(world.inbox, mail("3", "s"));
  copy(world, world.inbox, to, range(3, 3));
  expunge(world, world.inbox, range(1, 3), false);
  REQUIRE(world->maintain());
  CHECK(world->verify()->blobs == 3);
  CHECK(
      world.read(*world->read().expunged(world.account, world.inbox, 1)).ends_with(mail("1", "s")));
  world.clock.advance(std::chrono::days(7) - std::chrono::seconds(1));
  REQUIRE(world->maintain());
  CHECK(world->verify()->blobs == 3);
  world.check_clean();

  world.clock.advance(std::chrono::seconds(1));
  REQUIRE(world->maintain());
  CHECK(world->verify()->blobs == 1);
  const auto snapshot = world->read();
  CHECK_FALSE(snapshot.messages(world.account).content(small.message));
  CHECK_FALSE(snapshot.messages(world.account).rendering(large.message));
  CHECK(snapshot.messages(world.account).content(kept.message)->references == 1);
  CHECK_FALSE(snapshot.expunged(world.account, world.inbox, 3));
  CHECK(snapshot.with_message_id(world.account, snapshot.hash("1@x.example"), 9).empty());
  REQUIRE(world->maintain()); // files of large bodies
  CHECK(std::filesystem::is_empty(world.options.folder / "blobs" / "large"));
  world.check_clean();
}

TEST_CASE("expunge: a body in a mailbox and in a session's hand is made anew when it is gone") {
  World world(GENERATE(Engine::lmdb, Engine::memory), {.keep_expunged = std::chrono::seconds(0)});
  const auto small = world.message(mail("1", "s"));
  const auto large = world.message(std::string(400'000, 'x'));
  for (const auto* one : {&small, &large}) {
    world.change([&](Txn& transaction) {
      return transaction.add_message(world.account, world.inbox, *one);
    });
  }
  expunge(world, world.inbox, range(1, 2), false);
  world.clock.advance(std::chrono::seconds(1));
  REQUIRE(world->maintain());
  const auto again = world.change(
      [&](Txn& transaction) { return transaction.add_message(world.account, world.inbox, small); });
  CHECK(world.read(again) == mail("1", "s"));
  // Its file cannot come back.
  CHECK(world
            .failing([&](Txn& transaction) {
              return transaction.add_message(world.account, world.inbox, large);
            })
            .kind == ErrorKind::temporary);
  world.check_clean();
}

TEST_CASE("copy, move, expunge: ten thousand with holes") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  const auto to = world.make("to");
  world.fill(world.inbox, 10'000, {flag_seen, {"k"}});
  // Every third goes, in two ways.
  std::vector<UidRange> thirds;
  for (Uid uid = 3; uid <= 10'000; uid += 3) thirds.push_back({uid, uid});
  CHECK(expunge(world, world.inbox, thirds, false).uids.size() == 3333);
  CHECK(world.state_of(world.inbox).counts.messages == 6667);
  const auto copied = copy(world, world.inbox, to, range(1, 10'000));
  CHECK(text(copied.to) == "1-6667 ");
  CHECK(copied.from.size() == 3334);
  const auto moved = move(world, world.inbox, to, range(5001, ~Uid{0}));
  CHECK(moved.to == range(6668, 6667 + 3333));
  CHECK(world.state_of(to).counts.messages == 10'000);
  CHECK(world.state_of(to).counts.unseen == 0);
  const auto uids = world->read().uids(world.account, world.inbox);
  CHECK(uids.size() == 3334);
  CHECK(uids.max() == 5000);
  CHECK(uids.at(3) == 4);
  CHECK(expunge(world, to, range(1, ~Uid{0}), false).uids == range(1, 10'000));
  CHECK(world.state_of(to).counts == Counts{});
  world.check_clean();
  world.clock.advance(std::chrono::days(8));
  REQUIRE(world->maintain());
  CHECK(world->verify()->messages == 3334);
  world.check_clean();
}
