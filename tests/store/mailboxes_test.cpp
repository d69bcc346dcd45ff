#include "store_fixture.h"

#include <fmt/format.h>

#include <set>

using namespace mox;
using namespace mox::store;
using namespace mox::store::test;

namespace {

std::string names_of(const std::vector<Mailbox>& list) {
  std::string text;
  for (const auto& one : list) text += (text.empty() ? "" : " ") + one.name;
  return text;
}

// With \Archive and the like in words.
std::string uses(const World& world) {
  std::string text;
  for (const auto& one : world->read().mailboxes(world.account)) {
    if (one.special_use != 0) text += fmt::format("{}={} ", one.name, one.special_use);
  }
  return text;
}

std::vector<Mailbox> create(World& world, std::string_view name, std::uint8_t use = 0) {
  return world.change(
      [&](Txn& transaction) { return transaction.create_mailbox(world.account, name, use); });
}

Txn::Renamed rename(World& world, std::string_view from, std::string_view to) {
  return world.change(
      [&](Txn& transaction) { return transaction.rename_mailbox(world.account, from, to); });
}

void remove(World& world, std::string_view name) {
  world.change([&](Txn& transaction) { return transaction.delete_mailbox(world.account, name); });
}

} // namespace

TEST_CASE("mailboxes: create makes missing parents") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  CHECK(names_of(create(world, "a/b/c")) == "a a/b a/b/c");
  CHECK(names_of(create(world, "a/b/d")) == "a/b/d");
  CHECK(names_of(create(world, "a b")) == "a b");
  CHECK(names_of(create(world, "Inbox/sub")) == "Inbox/sub");
  CHECK(names_of(create(world, "\xc3\xa4")) == "\xc3\xa4");
  CHECK(world.names() == "Inbox Inbox/sub a a b a/b a/b/c a/b/d \xc3\xa4");
  std::set<std::uint32_t> validities;
  for (const auto& one : world->read().mailboxes(world.account)) {
    CHECK(one.uidnext == 1);
    CHECK(one.uidvalidity > 0);
    CHECK(one.owner == world.account);
    CHECK(validities.insert(one.uidvalidity).second);
  }
  world.check_clean();
}

TEST_CASE("mailboxes: names that are refused") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  create(world, "there/below");

  struct Row {
    std::string name;
    ErrorKind kind;
  };

  const Row rows[] = {{"", ErrorKind::invalid},     {"/", ErrorKind::invalid},
                      {"/a", ErrorKind::invalid},   {"a/", ErrorKind::invalid},
                      {"a//b", ErrorKind::invalid}, {std::string(481, 'n'), ErrorKind::invalid},
                      {"there", ErrorKind::exists}, {"Inbox", ErrorKind::exists}};
  const auto before = world.modseq();
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(world
              .failing([&](Txn& transaction) {
                return transaction.create_mailbox(world.account, row.name, 0);
              })
              .kind == row.kind);
    CHECK(world
              .failing([&](Txn& transaction) {
                return transaction.rename_mailbox(world.account, "there", row.name);
              })
              .kind == row.kind);
    if (row.kind == ErrorKind::exists) continue;
    CHECK_FALSE(world->read().find_mailbox(world.account, row.name));
    CHECK(world
              .failing([&](Txn& transaction) {
                return transaction.delete_mailbox(world.account, row.name);
              })
              .kind == ErrorKind::invalid);
    CHECK(world
              .failing(
                  [&](Txn& transaction) { return transaction.subscribe(world.account, row.name); })
              .kind == ErrorKind::invalid);
  }
  CHECK(world.modseq() == before);
  CHECK(world.names() == "Inbox there there/below");
  // The longest name, also as a row of the log.
  const std::string longest(480, 'n');
  create(world, longest);
  world.change([&](Txn& transaction) { return transaction.subscribe(world.account, longest); });
  rename(world, longest, std::string(480, 'm'));
  CHECK(world->read().subscribed(world.account, longest));
  world.check_clean();
}

TEST_CASE("mailboxes: rename takes the children along") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  const auto id = create(world, "a/b/c")[1].id;
  create(world, "a/bb");
  const auto placement = world.deliver(id, mail("1", "s"));
  const auto before = world.state_of(id);
  const auto renamed = rename(world, "a/b", "x/y/z");
  CHECK(names_of(renamed.created) == "x x/y");
  CHECK(names_of(renamed.renamed) == "x/y/z x/y/z/c");
  CHECK(world.names() == "Inbox a a/bb x x/y x/y/z x/y/z/c");
  const auto after = world.state_of(id);
  CHECK(after.name == "x/y/z");
  CHECK(after.uidvalidity == before.uidvalidity);
  CHECK(after.uidnext == 2);
  CHECK(after.modseq > before.modseq);
  CHECK(world.listing(id) == "1");
  CHECK(world.read(placement).ends_with(mail("1", "s")));
  // Back, and below its own old place.
  rename(world, "x/y/z", "a/b");
  rename(world, "a/bb", "a/b/bb");
  CHECK(world.names() == "Inbox a a/b a/b/bb a/b/c x x/y");

  struct Row {
    const char* from;
    const char* to;
    ErrorKind kind;
  };

  for (const auto& row :
       {Row{"a", "a/b/below", ErrorKind::invalid}, Row{"a", "x", ErrorKind::exists},
        Row{"a", "a", ErrorKind::exists}, Row{"no", "q", ErrorKind::not_found}}) {
    CAPTURE(row.from, row.to);
    CHECK(world
              .failing([&](Txn& transaction) {
                return transaction.rename_mailbox(world.account, row.from, row.to);
              })
              .kind == row.kind);
  }
  // A child's new name would be too long: nothing is renamed.
  CHECK(world
            .failing([&](Txn& transaction) {
              return transaction.rename_mailbox(world.account, "a", std::string(478, 'n'));
            })
            .kind == ErrorKind::invalid);
  CHECK(world.names() == "Inbox a a/b a/b/bb a/b/c x x/y");
  world.check_clean();
}

TEST_CASE("mailboxes: renaming Inbox moves its messages and leaves its children") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  create(world, "Inbox/child");
  world.deliver(world.inbox, mail("1", "s"), {.system = flag_seen, .keywords = {"k"}});
  world.deliver(world.inbox, mail("2", "s"));
  const auto used = world.used();
  const auto renamed = rename(world, "Inbox", "old/2025");
  CHECK(renamed.renamed.empty());
  CHECK(names_of(renamed.created) == "old old/2025");
  const auto& target = renamed.created.back();
  CHECK(target.counts.messages == 2);
  CHECK(world.listing(target.id) == "1:seen,k 2");
  CHECK(world.listing(world.inbox).empty());
  const auto inbox = world.state_of(world.inbox);
  CHECK(inbox.uidnext == 3);
  CHECK(inbox.counts == Counts{});
  CHECK(world.used() == used);
  CHECK(world.names() == "Inbox Inbox/child old old/2025");
  // An empty one too; and to below itself, which other mailboxes cannot.
  CHECK(names_of(rename(world, "Inbox", "Inbox/older").created) == "Inbox/older");
  world.check_clean();
}

TEST_CASE("mailboxes: delete, and a UIDVALIDITY that never comes back") {
  const auto engine = GENERATE(Engine::lmdb, Engine::memory);
  World world(engine);
  const auto made = create(world, "a/b");
  const auto& first = made.back();
  world.deliver(first.id, mail("1", "s"), {.system = 0, .keywords = {"k"}});
  CHECK(
      world
          .failing([&](Txn& transaction) { return transaction.delete_mailbox(world.account, "a"); })
          .kind == ErrorKind::refused);
  CHECK(world
            .failing([&](Txn& transaction) {
              return transaction.delete_mailbox(world.account, "Inbox");
            })
            .kind == ErrorKind::refused);
  CHECK(world
            .failing(
                [&](Txn& transaction) { return transaction.delete_mailbox(world.account, "none"); })
            .kind == ErrorKind::not_found);
  remove(world, "a/b");
  remove(world, "a");
  CHECK(world.names() == "Inbox");
  CHECK(world.used() == 0);
  CHECK_FALSE(world->read().mailbox(world.account, first.id));
  CHECK(world->read().uids(world.account, first.id).empty());
  CHECK_FALSE(world->read().placement(world.account, first.id, 1));
  world.check_clean();

  std::uint32_t highest = first.uidvalidity;
  for (int i = 0; i < 3; ++i) {
    if (i == 1 && engine == Engine::lmdb) world.reopen();
    const auto again = create(world, "a/b");
    CHECK(again.back().uidvalidity > highest);
    CHECK(again.back().id > first.id);
    CHECK(again.back().counts == Counts{});
    CHECK(world.uids(again.back().id).empty());
    highest = again.back().uidvalidity;
    remove(world, "a/b");
    remove(world, "a");
  }
  world.clock.advance(std::chrono::days(8));
  REQUIRE(world->maintain());
  world.check_clean();
  CHECK(world->verify()->blobs == 0);
  CHECK(world->verify()->messages == 0);
}

TEST_CASE("mailboxes: deleting a huge one is quick, its messages go later in slices") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  const auto id = world.make("huge");
  world.fill(id, 1500, {.system = flag_flagged, .keywords = {"k"}});
  world.change([&](Txn& transaction) {
    return transaction.copy(world.account, id, world.inbox, range(1, 700));
  });
  world.change([&](Txn& transaction) {
    return transaction.expunge(world.account, id, range(600, 800), false);
  });
  remove(world, "huge");
  CHECK(world.state_of(world.inbox).counts.messages == 700);
  world.check_clean();
  world.clock.advance(std::chrono::days(8));
  REQUIRE(world->maintain());
  world.check_clean();
  CHECK(world->verify()->messages == 700);
  CHECK(world->read().find_mailbox(world.account, "huge") == std::nullopt);
}

TEST_CASE("mailboxes: a special use belongs to one") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  constexpr auto sent = static_cast<std::uint8_t>(SpecialUse::sent);
  constexpr auto trash = static_cast<std::uint8_t>(SpecialUse::trash);
  create(world, "Sent", sent);
  create(world, "Both", sent | trash);
  CHECK(uses(world) == "Both=24 ");
  create(world, "deep/Sent", sent);
  CHECK(uses(world) == "Both=16 deep/Sent=8 ");
  rename(world, "deep/Sent", "Outgoing");
  CHECK(uses(world) == "Both=16 Outgoing=8 ");
  remove(world, "Outgoing");
  CHECK(uses(world) == "Both=16 ");
  world.check_clean();
}

TEST_CASE("mailboxes: subscriptions belong to names") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  const auto subscribe = [&](std::string_view name) {
    world.change([&](Txn& transaction) { return transaction.subscribe(world.account, name); });
  };
  subscribe("Sent");
  subscribe("a/b");
  subscribe("nowhere");
  const auto before = world.modseq();
  subscribe("Sent");
  CHECK(world.modseq() == before);
  CHECK(world->read().subscriptions(world.account) ==
        std::vector<std::string>{"Sent", "a/b", "nowhere"});
  create(world, "Sent");
  rename(world, "Sent", "Gone");
  remove(world, "Gone");
  CHECK(world->read().subscribed(world.account, "Sent"));
  CHECK_FALSE(world->read().subscribed(world.account, "Gone"));
  CHECK_FALSE(world->read().subscribed(world.account, "Sen"));
  CHECK_FALSE(world->read().subscribed(world.account, std::string(2000, 's')));
  world.change([&](Txn& transaction) { return transaction.unsubscribe(world.account, "Sent"); });
  CHECK(
      world
          .failing([&](Txn& transaction) { return transaction.unsubscribe(world.account, "Sent"); })
          .kind == ErrorKind::not_found);
  CHECK(world->read().subscriptions(world.account) == std::vector<std::string>{"a/b", "nowhere"});
  // Several in one change have a row each.
  const auto since = world.modseq();
  world.change([&](Txn& transaction) -> Result<> {
    MOX_TRY(transaction.subscribe(world.account, "x"));
    MOX_TRY(transaction.subscribe(world.account, "y"));
    return ok();
  });
  CHECK(world.changes(since) == fmt::format("{0} subscribed x, {0} subscribed y", since + 1));
  world.check_clean();
}
