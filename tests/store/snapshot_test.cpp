// Readers see one moment, whatever writers do meanwhile.
#include "store_fixture.h"

#include <fmt/format.h>

#include <thread>

using namespace mox;
using namespace mox::store;
using namespace mox::store::test;

namespace {

// Counts of the mailbox as its record has them against its placements, all from `snapshot`.
bool consistent(const Snapshot& snapshot, AccountId account, const Mailbox& mailbox) {
  Counts counts;
  Uid last = 0;
  auto cursor = snapshot.placements(account, mailbox.id);
  for (auto one = cursor.seek(1); one; one = cursor.next()) {
    if (one->uid <= last || one->uid >= mailbox.uidnext || one->modseq > mailbox.modseq)
      return false;
    last = one->uid;
    const bool seen = (one->flags.system & flag_seen) != 0;
    const bool deleted = (one->flags.system & flag_deleted) != 0;
    ++counts.messages;
    counts.unseen += seen ? 0U : 1U;
    counts.deleted += deleted ? 1U : 0U;
    counts.unread += seen || deleted ? 0U : 1U;
    counts.size += cursor.message_size();
  }
  return counts == mailbox.counts && snapshot.uids(account, mailbox.id).size() == counts.messages;
}

} // namespace

TEST_CASE("snapshot: stands still until it is renewed") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  world.fill(world.inbox, 3);
  auto snapshot = world->read();
  world.fill(world.inbox, 2);
  world.change([&](Txn& transaction) {
    return transaction.expunge(world.account, world.inbox, range(1, 1), false);
  });
  world.make("later");
  CHECK(snapshot.uids(world.account, world.inbox).runs() == range(1, 3));
  CHECK(snapshot.mailboxes(world.account).size() == 1);
  CHECK(snapshot.mailbox(world.account, world.inbox)->uidnext == 4);
  snapshot.renew();
  CHECK(snapshot.uids(world.account, world.inbox).runs() == range(2, 5));
  CHECK(snapshot.mailboxes(world.account).size() == 2);
}

TEST_CASE("snapshot: a cursor forward, backward, across holes and past the end") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  const auto next_mailbox = world.make("next");
  world.fill(world.inbox, 500);
  world.fill(next_mailbox, 1);
  world.change([&](Txn& transaction) {
    return transaction.expunge(world.account, world.inbox, range(100, 199), false);
  });
  const auto snapshot = world->read();
  auto cursor = snapshot.placements(world.account, world.inbox);

  struct Row {
    Uid seek;
    Uid found; // 0: none
  };

  for (const auto& row : {Row{0, 1}, Row{1, 1}, Row{1, 1}, Row{2, 2}, Row{50, 50}, Row{150, 200},
                          Row{200, 200}, Row{99, 99}, Row{100, 200}, Row{500, 500}, Row{501, 0},
                          Row{3, 3}, Row{~Uid{0}, 0}, Row{499, 499}}) {
    CAPTURE(row.seek);
    const auto one = cursor.seek(row.seek);
    CHECK((one ? one->uid : 0) == row.found);
  }
  CHECK(cursor.next()->uid == 500);
  CHECK_FALSE(cursor.next());
  CHECK_FALSE(cursor.next());
  CHECK_FALSE(snapshot.placements(world.account, MailboxId{77}).seek(1));
  CHECK_FALSE(snapshot.placement(world.account, world.inbox, 100));
  CHECK(snapshot.placement(world.account, world.inbox, 99)->uid == 99);
  // Contents in any order.
  auto reader = snapshot.messages(world.account);
  for (const std::uint64_t id : {1U, 2U, 400U, 3U, 501U, 500U, 1U}) {
    CAPTURE(id);
    CHECK(reader.content(MessageId{id}).has_value());
    CHECK(reader.rendering(MessageId{id}).has_value());
  }
  CHECK_FALSE(reader.content(MessageId{502}));
  CHECK_FALSE(reader.content(MessageId{0}));
}

TEST_CASE("snapshot: consistent while writers write") {
  World world(GENERATE(Engine::lmdb, Engine::memory), {.keep_expunged = std::chrono::seconds(0)});
  const auto other = world.make("other");
  world.fill(world.inbox, 50);
  std::atomic<bool> stop = false;
  std::atomic<int> wrong = 0;
  std::atomic<int> looked = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      auto snapshot = world->read();
      while (!stop) {
        snapshot.renew();
        std::uint64_t used = 0;
        for (const auto& mailbox : snapshot.mailboxes(world.account)) {
          used += mailbox.counts.size;
          if (!consistent(snapshot, world.account, mailbox)) ++wrong;
        }
        if (snapshot.account(world.account)->used != used) ++wrong;
        ++looked;
      }
    });
  }
  std::vector<std::thread> writers;
  std::atomic<int> failed = 0;
  for (int i = 0; i < 3; ++i) {
    writers.emplace_back([&, i] {
      const auto one = world.message(mail("1", "s"));
      for (int round = 0; round < 40; ++round) {
        const auto done = world->write_blocking<void>([&](Txn& transaction) -> Result<> {
          MOX_TRY(transaction.add_message(world.account, world.inbox, one));
          const auto next = transaction.snapshot().mailbox(world.account, world.inbox)->uidnext;
          const UidRange uids{next / 2, next / 2 + 3};
          switch ((round + i) % 4) {
          case 0: MOX_TRY(transaction.copy(world.account, world.inbox, other, {&uids, 1})); break;
          case 1: MOX_TRY(transaction.move(world.account, world.inbox, other, {&uids, 1})); break;
          case 2: MOX_TRY(transaction.expunge(world.account, other, {&uids, 1}, false)); break;
          default:
            MOX_TRY(transaction.change_flags(world.account, world.inbox, {&uids, 1},
                                             FlagsChange::add, {flag_seen, {}}));
          }
          return ok();
        });
        if (!done) ++failed;
        if (round % 20 == 19 && !world->maintain()) ++failed;
      }
    });
  }
  for (auto& writer : writers) writer.join();
  stop = true;
  for (auto& reader : readers) reader.join();
  CHECK(failed == 0);
  CHECK(wrong == 0);
  CHECK(looked > 0);
  CHECK(world.state_of(world.inbox).uidnext == 50 + 120 + 1);
  world.check_clean();
}

TEST_CASE("snapshot: a message is found once, in whatever state its merge is") {
  World world;
  constexpr std::size_t count = 1200; // more than two slices
  for (std::size_t i = 0; i < count; ++i) {
    world.deliver(world.inbox, mail(fmt::format("{}", i), i % 100 == 0 ? "rare" : "common"));
  }
  const auto rare = world->read().with_subject(world.account, world->read().hash("rare"), count);
  REQUIRE(rare.size() == count / 100);
  std::atomic<bool> stop = false;
  std::atomic<int> wrong = 0;
  std::thread reader([&] {
    while (!stop) {
      const auto snapshot = world->read();
      const auto subject = snapshot.hash("rare");
      if (snapshot.with_subject(world.account, subject, count) != rare) ++wrong;
      if (snapshot.with_subject(world.account, subject, 3) !=
          std::vector(rare.begin(), rare.begin() + 3)) {
        ++wrong;
      }
    }
  });
  const auto merged = world->maintain();
  stop = true;
  reader.join();
  CHECK(merged);
  CHECK(wrong == 0);
  CHECK(world->read().with_subject(world.account, world->read().hash("rare"), count) == rare);
  world.check_clean();
}
