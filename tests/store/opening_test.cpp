// Opening and opening again: lock, format stamp, what a crash may leave.
#include "database/database.h"
#include "store/format.h"
#include "store_fixture.h"

#include <fmt/format.h>

#include <fstream>
#include <sys/wait.h>
#include <unistd.h>

using namespace mox;
using namespace mox::store;
using namespace mox::store::test;

namespace {

Result<std::unique_ptr<Store>> open(const World& world, Engine engine = Engine::lmdb) {
  static SystemRandom random;
  auto options = world.options;
  options.engine = engine;
  return Store::open(options, world.clock, random, {});
}

} // namespace

TEST_CASE("opening: everything comes back") {
  World world;
  const auto archive = world
                           .change([&](Txn& transaction) {
                             return transaction.create_mailbox(world.account, "a/Archive", 1);
                           })
                           .back();
  world.change([&](Txn& transaction) { return transaction.subscribe(world.account, "a"); });
  world.change(
      [&](Txn& transaction) { return transaction.add_login(world.account, "m@a.example"); });
  std::vector<std::pair<Placement, std::string>> all;
  for (const std::size_t size : {10UL, 5000UL, 300'000UL}) {
    const auto text = mail(fmt::format("{}", size), "s", "", std::string(size, 'b'));
    all.emplace_back(world.deliver(world.inbox, text, {flag_seen, {"k"}}), text);
  }
  world.change([&](Txn& transaction) {
    return transaction.copy(world.account, world.inbox, archive.id, range(1, 2));
  });
  world.change([&](Txn& transaction) {
    return transaction.expunge(world.account, archive.id, range(1, 1), false);
  });
  const auto changes = world.changes();
  const auto hash = world->read().hash("x");
  for (int i = 0; i < 3; ++i) {
    world.reopen();
    CHECK(world.changes() == changes);
    CHECK(world->read().hash("x") == hash);
    CHECK(world.listing(world.inbox) == "1:seen,k 2:seen,k 3:seen,k");
    CHECK(world.listing(archive.id) == "2:seen,k");
    CHECK(world.names() == "Inbox a a/Archive");
    CHECK(world->read().find_mailbox(world.account, "a/Archive")->special_use == 1);
    CHECK(world->read().subscriptions(world.account) == std::vector<std::string>{"a"});
    CHECK(world->read().find_login("m@a.example") == world.account);
    for (const auto& [placement, text] : all) {
      CHECK(world.read(placement) == "Delivered-To: mjl\r\n" + text);
    }
    world.check_clean();
  }
  CHECK(world.deliver(world.inbox, mail("4", "s")).uid == 4);
}

TEST_CASE("opening: a second opener is refused, and told who has it") {
  World world;
  const auto second = open(world);
  REQUIRE_FALSE(second);
  CHECK(second.error().kind == ErrorKind::temporary);
  CHECK(second.error().text ==
        fmt::format("{} is in use by process {}", world.options.folder.string(), getpid()));
  // Another process gets the same answer.
  const auto child = fork();
  if (child == 0) {
    const auto third = open(world);
    const bool right = !third && third.error().text == second.error().text;
    _exit(right ? 0 : 1);
  }
  int status = -1;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  // The owner goes on, and when it ends the folder is free.
  world.deliver(world.inbox, mail("1", "s"));
  world.reopen();
  CHECK(world.listing(world.inbox) == "1");
}

TEST_CASE("opening: a newer format is refused with a clear message, and nothing is touched") {
  World world;
  world.deliver(world.inbox, mail("1", "s"));
  world.tamper([](database::WriteTransaction& transaction) {
    transaction.put(name_key(no_account, Table::meta, "format"),
                    encode(FormatRecord{.version = 7, .hash_key = {}}) + "what version 7 adds");
  });
  for (int i = 0; i < 2; ++i) {
    const auto refused = open(world);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::unsupported);
    CHECK(refused.error().text ==
          "the store has format 7, this program knows up to 1: use a newer version of mox");
    const auto verified = verify(world.options.folder);
    REQUIRE_FALSE(verified);
    CHECK(verified.error().text == refused.error().text);
  }
}

TEST_CASE("opening: a database that is not a store's") {
  struct Row {
    const char* name;
    std::function<void(database::WriteTransaction&)> change;
  };

  const Row rows[] = {
      {"a stamp of somebody else",
       [](database::WriteTransaction& transaction) {
         transaction.put(name_key(no_account, Table::meta, "format"), "hello");
       }},
      {"rows and no stamp",
       [](database::WriteTransaction& transaction) {
         transaction.erase(name_key(no_account, Table::meta, "format"));
       }},
      {"no counters",
       [](database::WriteTransaction& transaction) {
         transaction.erase(Key(no_account, Table::counters));
       }},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    World world;
    world.tamper(row.change);
    const auto refused = open(world);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::corrupt);
  }
}

TEST_CASE("opening: a log that is shorter than the database says, and a file that is no database") {
  World world;
  world.deliver(world.inbox, mail("1", "s"));
  world.store.reset();
  SECTION("the log") {
    std::filesystem::resize_file(world.options.folder / "blobs" / "00000001.seg", 40);
  }
  SECTION("the database") {
    std::ofstream(world.options.folder / "data.mdb", std::ios::trunc) << std::string(8192, 'x');
  }
  const auto refused = open(world);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::corrupt);
  const auto verified = verify(world.options.folder);
  CHECK((!verified || !verified->errors.empty()));
}

TEST_CASE("opening: in memory, never over a store on disk") {
  World world;
  world.store.reset();
  const auto refused = open(world, Engine::memory);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::refused);
  world.reopen();

  World memory(Engine::memory);
  memory.deliver(memory.inbox, std::string(300'000, 'x'));
  memory.store.reset();
  auto again = open(memory, Engine::memory);
  REQUIRE(again);
  CHECK((*again)->read().accounts().empty());
  CHECK(std::filesystem::is_empty(memory.options.folder / "blobs" / "large"));
}

TEST_CASE("opening: a folder that cannot be") {
  TestFolder folder;
  std::ofstream(folder.path() / "file") << "x";
  SystemClock clock;
  SystemRandom random;
  CHECK_FALSE(Store::open({.folder = folder.path() / "file"}, clock, random, {}));
  CHECK_FALSE(Store::open({.folder = folder.path() / "file" / "below"}, clock, random, {}));
  CHECK_FALSE(verify(folder.path() / "nothing"));
  CHECK_FALSE(std::filesystem::exists(folder.path() / "nothing"));
  CHECK_FALSE(verify(folder.path()));
}

TEST_CASE("opening: large bodies that no change used are removed") {
  World world;
  world.deliver(world.inbox, std::string(300'000, 'x'));
  world.store.reset();
  const auto large = world.options.folder / "blobs" / "large";
  const auto known = std::filesystem::directory_iterator(large)->path();
  std::filesystem::copy_file(known, large / "0000000000000abc");
  world.reopen();
  CHECK_FALSE(std::filesystem::exists(large / "0000000000000abc"));
  CHECK(std::filesystem::exists(known));
  world.check_clean();
}

TEST_CASE("opening: a large COPY that a crash cut short is taken back") {
  World world;
  const auto to = world.make("to");
  world.fill(world.inbox, 20);
  const auto before = world->read().messages(world.account).content(MessageId{3})->references;
  // As the writer leaves it after the first slice: the rows, their note, and a reference each.
  world.tamper([&](database::WriteTransaction& transaction) {
    const Key key(Key(world.account, Table::mailbox).mailbox(to));
    auto record = decode_mailbox(*transaction.get(key));
    record.staged_from = 5000;
    transaction.put(key, encode(record));
    StagingRecord staging;
    staging.first = 5000;
    staging.next = 5010;
    staging.modseq = 1'000'000;
    for (Uid i = 0; i < 10; ++i) {
      const Key from(Key(world.account, Table::placement).mailbox(world.inbox).u32(i + 1));
      const std::string row(*transaction.get(from));
      const auto placed = decode_placement(row);
      transaction.put(Key(world.account, Table::placement).mailbox(to).u32(5000 + i), row);
      const Key content(Key(world.account, Table::content).message(placed.message));
      auto counted = decode_content(*transaction.get(content));
      ++counted.content.references;
      const auto bytes = encode(counted);
      transaction.put(content, {bytes.data(), bytes.size()});
    }
    transaction.put(
        Key(no_account, Table::staging).u32(static_cast<std::uint32_t>(world.account)).mailbox(to),
        encode(staging));
  });
  world.reopen();
  CHECK(world.uids(to).empty());
  CHECK(world.state_of(to).uidnext == 1);
  CHECK(world->read().messages(world.account).content(MessageId{3})->references == before);
  world.check_clean();
  CHECK(world
            .change([&](Txn& transaction) {
              return transaction.copy(world.account, world.inbox, to, range(1, 9));
            })
            .to == range(1, 9));
  world.check_clean();
}
