// Large STORE, COPY, MOVE and EXPUNGE, in slices.
#include "store/operations.h"
#include "store/store_state.h"
#include "store_fixture.h"
#include "support/run_task.h"

#include <fmt/format.h>

#include <thread>

using namespace mox;
using namespace mox::store;
using namespace mox::store::test;

namespace {

constexpr std::uint32_t many = 10'000;

std::uint64_t count(const std::vector<UidRange>& ranges) {
  std::uint64_t sum = 0;
  for (const auto& one : ranges) sum += one.last - one.first + 1;
  return sum;
}

// Deliveries from another thread until it is destroyed.
class Deliveries {
public:
  Deliveries(World& world, MailboxId mailbox)
      : thread_([this, &world, mailbox, one = world.message(mail("d", "meanwhile"))] {
          while (!stop_) {
            const auto done = world->write_blocking<Placement>([&](Txn& transaction) {
              return transaction.add_message(world.account, mailbox, one);
            });
            if (done) {
              ++delivered_;
            } else {
              ++failed_;
            }
          }
        }) {}

  ~Deliveries() { stop(); }

  int stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
    CHECK(failed_ == 0);
    return delivered_;
  }

private:
  std::atomic<bool> stop_ = false;
  std::atomic<int> delivered_ = 0;
  std::atomic<int> failed_ = 0;
  std::thread thread_;
};

} // namespace

TEST_CASE("operations: ten thousand messages, with deliveries in between") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  const auto to = world.make("to");
  world.fill(world.inbox, many);
  mox::test::Loop loop;
  const auto flagged = loop.run(change_flags(*world, world.account, world.inbox, range(1, ~Uid{0}),
                                             FlagsChange::add, {flag_flagged, {"k"}}));
  REQUIRE(flagged);
  CHECK(flagged->uids == range(1, many));
  CHECK(flagged->modseq == world.modseq());

  Deliveries deliveries(world, to);
  const auto copied = loop.run(copy(*world, world.account, world.inbox, to, range(1, ~Uid{0})));
  const auto delivered = deliveries.stop();
  REQUIRE(copied);
  CHECK(copied->from == range(1, many));
  CHECK(count(copied->to) == many);
  CHECK(copied->to.size() == 1);
  CHECK(copied->uidvalidity == world.state_of(to).uidvalidity);
  const auto mailbox = world.state_of(to);
  CHECK(mailbox.counts.messages == many + static_cast<unsigned>(delivered));
  CHECK(mailbox.uidnext > copied->to.back().last);
  CHECK(mailbox.modseq >= copied->modseq);
  CHECK(world->read().placement(world.account, to, copied->to.back().first)->modseq ==
        copied->modseq);
  CHECK(world->read().placement(world.account, to, copied->to.back().last)->message ==
        MessageId{many});
  world.check_clean();
  CHECK(world.deliver(to, mail("after", "s")).uid == mailbox.uidnext);

  const auto moved = loop.run(move(*world, world.account, to, world.inbox, copied->to));
  REQUIRE(moved);
  CHECK(count(moved->from) == many);
  CHECK(moved->to == range(many + 1, 2 * many));
  CHECK(world.state_of(to).counts.messages == static_cast<unsigned>(delivered) + 1);
  // Nothing has the flag; then all have.
  CHECK(
      loop.run(expunge(*world, world.account, world.inbox, range(1, ~Uid{0}), true))->uids.empty());
  REQUIRE(loop.run(change_flags(*world, world.account, world.inbox, range(1, many),
                                FlagsChange::set, {flag_deleted, {}})));
  const auto expunged =
      loop.run(expunge(*world, world.account, world.inbox, range(1, ~Uid{0}), true));
  REQUIRE(expunged);
  CHECK(expunged->uids == range(1, many));
  CHECK(world.state_of(world.inbox).counts.messages == many);
  world.check_clean();
}

TEST_CASE("operations: a large COPY is invisible until it is whole") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  const auto to = world.make("to");
  world.fill(world.inbox, 4000);
  std::atomic<bool> stop = false;
  std::atomic<int> partial = 0;
  std::thread reader([&] {
    auto snapshot = world->read();
    while (!stop) {
      snapshot.renew();
      const auto size = snapshot.uids(world.account, to).size();
      const auto mailbox = *snapshot.mailbox(world.account, to);
      if (size != 0 && size != 4000) ++partial;
      if (mailbox.counts.messages != size) ++partial;
      if (size == 0 && snapshot.placements(world.account, to).seek(1)) ++partial;
    }
  });
  mox::test::Loop loop;
  const auto copied = loop.run(copy(*world, world.account, world.inbox, to, range(1, 4000)));
  stop = true;
  reader.join();
  REQUIRE(copied);
  CHECK(partial == 0);
  // Into its own mailbox: not those that it makes itself.
  const auto own = loop.run(copy(*world, world.account, to, to, range(1, ~Uid{0})));
  REQUIRE(own);
  CHECK(count(own->to) == 4000);
  CHECK(world.state_of(to).counts.messages == 8000);
  world.check_clean();
}

TEST_CASE("operations: a large COPY that fails leaves nothing") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  const auto to = world.make("to");
  world.fill(world.inbox, 4000);
  const auto used = world.used();
  const auto changes = world.changes();
  world.change(
      [&](Txn& transaction) { return transaction.set_quota(world.account, used + used / 2); });
  mox::test::Loop loop;
  const auto refused = loop.run(copy(*world, world.account, world.inbox, to, range(1, 4000)));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::full);
  REQUIRE(world->maintain());
  CHECK(world.uids(to).empty());
  CHECK(world.used() == used);
  CHECK(world.changes() == changes);
  world.check_clean();
  // The way is free again.
  world.change([&](Txn& transaction) { return transaction.set_quota(world.account, 0); });
  const auto copied = loop.run(copy(*world, world.account, world.inbox, to, range(1, 4000)));
  REQUIRE(copied);
  CHECK(world.state_of(to).counts.messages == 4000);
  world.check_clean();
}

TEST_CASE("operations: two large COPYs at once, into one mailbox, one after the other") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  const auto to = world.make("to");
  world.fill(world.inbox, 3000);
  mox::test::Loop loop;
  int done = 0;
  const auto copy_all = [](World& of, MailboxId target, int& count) -> async::Task<> {
    auto copied = co_await copy(*of, of.account, of.inbox, target, range(1, 3000));
    if (copied) ++count;
  };
  mox::test::run_both(loop, copy_all(world, to, done), copy_all(world, to, done));
  CHECK(done == 2);
  CHECK(world.state_of(to).counts.messages == 6000);
  world.check_clean();
}

TEST_CASE("operations: errors") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  world.fill(world.inbox, 3);
  mox::test::Loop loop;
  const MailboxId none{77};
  const auto account = world.account;
  const auto inbox = world.inbox;
  CHECK(loop.run(change_flags(*world, account, none, range(1, 3), FlagsChange::add, {1, {}}))
            .error()
            .kind == ErrorKind::not_found);
  CHECK(loop.run(expunge(*world, account, none, range(1, 3), false)).error().kind ==
        ErrorKind::not_found);
  CHECK(loop.run(copy(*world, account, none, inbox, range(1, 3))).error().kind ==
        ErrorKind::not_found);
  CHECK(loop.run(copy(*world, account, inbox, none, range(1, 3))).error().kind ==
        ErrorKind::not_found);
  CHECK(loop.run(move(*world, account, none, inbox, range(1, 3))).error().kind ==
        ErrorKind::not_found);
  CHECK(loop.run(copy(*world, account, inbox, inbox, {}))->to.empty());
  CHECK(loop.run(move(*world, account, inbox, inbox, {}))->to.empty());
  CHECK(loop.run(expunge(*world, account, inbox, {}, false))->uids.empty());
  CHECK(world.listing(inbox) == "1 2 3");
}

TEST_CASE("operations: several messages are appended all or none") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  mox::test::Loop loop;
  std::vector<NewMessage> messages;
  for (int i = 0; i < 5; ++i) messages.push_back(world.message(mail(fmt::format("{}", i), "s")));
  const auto size = messages.front().body->size();
  world.change(
      [&](Txn& transaction) { return transaction.set_quota(world.account, 5 * size - 1); });
  const auto refused = loop.run(append(*world, world.account, world.inbox, messages));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::full);
  CHECK(world.uids(world.inbox).empty());
  CHECK(world->verify()->blobs == 0);
  world.change([&](Txn& transaction) { return transaction.set_quota(world.account, 5 * size); });
  const auto added = loop.run(append(*world, world.account, world.inbox, messages));
  REQUIRE(added);
  CHECK(added->size() == 5);
  CHECK(added->back().uid == 5);
  CHECK(added->front().modseq == added->back().modseq);
  world.check_clean();
}
