#include "store_fixture.h"

#include <fmt/format.h>

using namespace mox;
using namespace mox::store;
using namespace mox::store::test;

namespace {

// The inbox of another account.
struct Other {
  AccountId account{};
  MailboxId inbox{};
};

Other make_other(World& world, std::string_view name) {
  return world.change([&](Txn& transaction) -> Result<Other> {
    MOX_TRY_ASSIGN(account, transaction.create_account(name));
    MOX_TRY_ASSIGN(made, transaction.create_mailbox(account, "Inbox", 0));
    return Other{account, made.back().id};
  });
}

} // namespace

TEST_CASE("deliver: one body for several accounts is one blob, with a prefix for each") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  const auto other = make_other(world, "other");
  const auto text = mail("1", "to both");
  const auto first = world.message(text, "Delivered-To: mjl\r\n");
  auto second = first;
  second.prefix = "Delivered-To: somebody.else\r\n";
  const auto [mine, theirs] =
      world.change([&](Txn& transaction) -> Result<std::pair<Placement, Placement>> {
        MOX_TRY_ASSIGN(one, transaction.add_message(world.account, world.inbox, first));
        MOX_TRY_ASSIGN(two, transaction.add_message(other.account, other.inbox, second));
        return std::pair{one, two};
      });
  // Once more in a later change: the body is still known.
  const auto third = world.change(
      [&](Txn& transaction) { return transaction.add_message(world.account, world.inbox, first); });

  const auto snapshot = world->read();
  const auto my_content = *snapshot.messages(world.account).content(mine.message);
  const auto their_content = *snapshot.messages(other.account).content(theirs.message);
  const auto third_content = *snapshot.messages(world.account).content(third.message);
  CHECK(my_content.blob == their_content.blob);
  CHECK(my_content.blob == third_content.blob);
  CHECK(my_content.size == text.size() + 19);
  CHECK(their_content.size == text.size() + 29);
  CHECK(third.message != mine.message);
  CHECK(third_content.thread == my_content.thread);
  CHECK(world.read(mine) == "Delivered-To: mjl\r\n" + text);
  CHECK(world.used() == 2 * (text.size() + 19));
  CHECK(snapshot.account(other.account)->used == text.size() + 29);
  CHECK(world->verify()->blobs == 1);
  world.check_clean();
}

TEST_CASE("deliver: bodies of all sizes come back byte for byte") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  for (const std::size_t size :
       {0UL, 1UL, 31UL, 4096UL, 262'143UL, 262'144UL, 262'145UL, 3'000'000UL}) {
    CAPTURE(size);
    std::string text;
    while (text.size() < size) text += fmt::format("line {}\r\n", text.size());
    text.resize(size);
    const auto placement = world.deliver(world.inbox, text);
    CHECK(world.read(placement) == "Delivered-To: mjl\r\n" + text);

    const auto snapshot = world->read();
    auto reader = snapshot.messages(world.account);
    const auto content = *reader.content(placement.message);
    const auto rendering = *reader.rendering(placement.message);
    // A part of it, across the end of the prefix.
    std::string part(std::min<std::size_t>(size, 100) + 9, '\0');
    CHECK(world->read_message(snapshot, content, rendering, 10, part));
    CHECK(part == ("Delivered-To: mjl\r\n" + text).substr(10, part.size()));
    std::string nothing;
    CHECK(world->read_message(snapshot, content, rendering, content.size, nothing));
    std::string beyond(2, '\0');
    const auto failed = world->read_message(snapshot, content, rendering, content.size - 1, beyond);
    REQUIRE_FALSE(failed);
    CHECK(failed.error().kind == ErrorKind::invalid);

    const auto range = world->blob_file(snapshot, content.blob);
    REQUIRE(range);
    CHECK(range->size == size);
  }
  CHECK(world.state_of(world.inbox).counts.messages == 8);
  world.check_clean();
}

TEST_CASE("deliver: what is stored of a message") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  const auto text =
      mail("1", "Re: hello", "Date: Fri, 21 Nov 1997 09:55:06 -0600\r\n", "the text\r\n");
  const auto placement = world.deliver(world.inbox, text);
  const auto snapshot = world->read();
  auto reader = snapshot.messages(world.account);
  const auto content = *reader.content(placement.message);
  CHECK(content.received == world.clock.now());
  CHECK(content.received_zone == 60);
  CHECK(content.references == 1);
  CHECK(content.message_id_hash == snapshot.hash("1@x.example"));
  CHECK(content.subject_hash == snapshot.hash("hello"));
  CHECK(placement.saved == world.clock.now());
  const auto rendering = *reader.rendering(placement.message);
  CHECK(rendering.prefix == "Delivered-To: mjl\r\n");
  CHECK(rendering.envelope.find("\"Re: hello\"") != std::string_view::npos);
  CHECK(rendering.bodystructure.find("\"TEXT\" \"PLAIN\"") != std::string_view::npos);
  CHECK(rendering.preview == "the text");
  CHECK_FALSE(reader.content(MessageId{99}));
  CHECK_FALSE(reader.rendering(MessageId{99}));
}

TEST_CASE("deliver: found by Message-ID, subject and sender, before and after the merge") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  std::vector<MessageId> ids;
  for (int i = 0; i < 5; ++i) {
    ids.push_back(world.deliver(world.inbox, mail(fmt::format("{}", i), "same")).message);
    if (i == 2) REQUIRE(world->maintain());
  }
  const std::vector<MessageId> newest_first(ids.rbegin(), ids.rend());
  for (const bool merged : {false, true}) {
    CAPTURE(merged);
    if (merged) REQUIRE(world->maintain());
    const auto snapshot = world->read();
    const auto account = world.account;
    CHECK(snapshot.with_message_id(account, snapshot.hash("3@x.example"), 9) ==
          std::vector{ids[3]});
    CHECK(snapshot.with_subject(account, snapshot.hash("same"), 9) == newest_first);
    CHECK(snapshot.with_sender(account, snapshot.hash("a@b.example"), 9) == newest_first);
    CHECK(snapshot.with_subject(account, snapshot.hash("same"), 4) ==
          std::vector(newest_first.begin(), newest_first.begin() + 4));
    CHECK(snapshot.with_subject(account, snapshot.hash("other"), 9).empty());
    CHECK(snapshot.with_subject(AccountId{77}, snapshot.hash("same"), 9).empty());
    world.check_clean();
  }
}

TEST_CASE("deliver: quota") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  const auto text = mail("1", "quota");
  const auto size = text.size() + 19;
  const auto archive = world.make("Archive");
  world.change([&](Txn& transaction) { return transaction.set_quota(world.account, 2 * size); });
  world.deliver(world.inbox, text);
  world.deliver(world.inbox, text);
  CHECK(world.used() == 2 * size);
  const auto add = [&](Txn& transaction) {
    return transaction.add_message(world.account, world.inbox, world.message(text));
  };
  CHECK(world.failing(add).kind == ErrorKind::full);
  const auto all = range(1, 2);
  CHECK(world
            .failing([&](Txn& transaction) {
              return transaction.copy(world.account, world.inbox, archive, all);
            })
            .kind == ErrorKind::full);
  // A move needs no room.
  world.change(
      [&](Txn& transaction) { return transaction.move(world.account, world.inbox, archive, all); });
  CHECK(world.used() == 2 * size);
  world.change([&](Txn& transaction) {
    return transaction.expunge(world.account, archive, range(1, 1), false);
  });
  CHECK(world.used() == size);
  world.deliver(world.inbox, text);
  world.change(
      [&](Txn& transaction) { return transaction.delete_mailbox(world.account, "Archive"); });
  CHECK(world.used() == size);
  world.change([&](Txn& transaction) { return transaction.set_quota(world.account, 0); });
  world.fill(world.inbox, 10);
  world.check_clean();
}

TEST_CASE("deliver: refusals") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  const auto one = world.message(mail("1", "s"));

  struct Row {
    const char* name;
    AccountId account;
    MailboxId mailbox;
  };

  for (const auto& row : {Row{"no account", AccountId{9}, world.inbox},
                          Row{"no mailbox", world.account, MailboxId{9}},
                          Row{"the store's own rows", AccountId{0}, MailboxId{0}}}) {
    CAPTURE(row.name);
    CHECK(world
              .failing([&](Txn& transaction) {
                return transaction.add_message(row.account, row.mailbox, one);
              })
              .kind == ErrorKind::not_found);
  }
  auto keyword = one;
  keyword.flags.keywords = {std::string(101, 'k')};
  CHECK(world
            .failing([&](Txn& transaction) {
              return transaction.add_message(world.account, world.inbox, keyword);
            })
            .kind == ErrorKind::invalid);
  const auto before = world.modseq();
  CHECK(world.uids(world.inbox).empty());
  CHECK(world.modseq() == before);
  CHECK(world.state_of(world.inbox).uidnext == 1);
  CHECK_THROWS_AS(world->write_blocking<Placement>([&](Txn& transaction) {
    return transaction.add_message(world.account, world.inbox, NewMessage{});
  }),
                  std::logic_error);
  world.check_clean();
}

TEST_CASE("deliver: a body that no change used leaves nothing behind") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  const auto large_files = [&] {
    const auto folder = world.options.folder / "blobs" / "large";
    return std::distance(std::filesystem::directory_iterator(folder), {});
  };
  const std::string large(400'000, 'x');
  {
    const auto unused = world.message(large);
    CHECK(large_files() == 1);
  }
  CHECK(large_files() == 0);
  {
    const auto one = world.message(large);
    world.failing([&](Txn& transaction) -> Result<> {
      MOX_TRY(transaction.add_message(world.account, world.inbox, one));
      return failure(ErrorKind::refused, "no");
    });
    // The body can be used still.
    world.change(
        [&](Txn& transaction) { return transaction.add_message(world.account, world.inbox, one); });
  }
  CHECK(large_files() == 1);
  CHECK(world.listing(world.inbox) == "1");
  world.check_clean();
}
