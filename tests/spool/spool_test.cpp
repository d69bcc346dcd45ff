// A message while it is being received: where its bytes go, what they cost, what is left of them.
#include "bloblog/faults.h"
#include "file/file.h"
#include "heap.h"
#include "spool/spool.h"
#include "store/txn.h"
#include "support/catch.h"
#include "support/fake_clock.h"
#include "support/fake_random.h"
#include "support/run_task.h"
#include "support/temporary_folder.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <filesystem>
#include <list>
#include <thread>
#include <vector>

using namespace mox;
using test::Call;
using test::Failing;

namespace {

constexpr std::size_t most_in_memory = 256 * 1024;

// No text, so that the parser keeps nothing of its body for a preview.
constexpr std::string_view header =
    "From: a@example.org\r\nSubject: s\r\nContent-Type: application/octet-stream\r\n\r\n";

std::string message_of(std::size_t size) {
  test::FakeRandom random(size);
  std::string text(header.substr(0, size));
  text += random.bytes(size - text.size());
  return text;
}

// A store with the account mjl and its Inbox.
class World {
public:
  explicit World(std::size_t budget_bytes = 32U << 20U,
                 store::Engine engine = store::Engine::memory)
      : budget(budget_bytes) {
    store::Options options;
    options.folder = folder / "store";
    options.engine = engine;
    options.min_free_space = 0;
    store = store::Store::open(options, clock, random, {}).value();
    auto make = [](store::Txn& txn) -> Result<store::AccountId> {
      MOX_TRY_ASSIGN(made, txn.create_account("mjl"));
      MOX_TRY(txn.create_mailbox(made, "Inbox", 0));
      return made;
    };
    account = store->write_blocking<store::AccountId>(std::move(make)).value();
    inbox = store->read().find_mailbox(account, "Inbox")->id;
  }

  std::filesystem::path large_folder() const { return folder / "store" / "blobs" / "large"; }

  std::size_t files() const { return file::list(large_folder()).value().size(); }

  // The first failure, or none.
  Result<> append(spool::Spool& spool, std::string_view text, std::size_t piece = 64 * 1024) {
    for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) {
      auto appended = loop.run(spool.append(text.substr(0, piece)));
      if (!appended) return appended;
    }
    return ok();
  }

  Result<spool::Spooled> finish(spool::Spool& spool, std::string_view added = {}) {
    return loop.run(spool.finish(added));
  }

  Result<store::Placement> put(const spool::Spooled& spooled, store::MailboxId mailbox) {
    return store->write_blocking<store::Placement>([&](store::Txn& txn) {
      const store::NewMessage message{.prefix = "Received: here\r\n",
                                      .body = spooled.body,
                                      .summary = spooled.summary,
                                      .flags = {},
                                      .received = 0,
                                      .received_zone = 0};
      return txn.add_message(account, mailbox, message);
    });
  }

  // What stands in the store, without the prefix, read in pieces.
  std::string read(const store::Placement& placement, std::size_t piece) const {
    const auto snapshot = store->read();
    auto reader = snapshot.messages(account);
    const auto content = reader.content(placement.message);
    const auto rendering = reader.rendering(placement.message);
    std::string text(content->size - rendering->prefix.size(), '\0');
    for (std::size_t at = 0; at < text.size(); at += piece) {
      const auto into = std::span(text).subspan(at, std::min(piece, text.size() - at));
      const auto offset = rendering->prefix.size() + at;
      REQUIRE(store->read_message(snapshot, *content, *rendering, offset, into));
    }
    return text;
  }

  test::TemporaryFolder folder;
  test::FakeClock clock;
  test::FakeRandom random;
  test::Loop loop;
  async::Pool pool{1};
  spool::Budget budget;
  std::unique_ptr<store::Store> store;
  store::AccountId account{};
  store::MailboxId inbox{};
};

} // namespace

TEST_CASE("spool: a message of any size comes back byte for byte") {
  World world;
  const auto size = GENERATE(as<std::size_t>{}, 0, 1, 200, most_in_memory - 1, most_in_memory,
                             most_in_memory + 1, 1'500'003);
  const auto piece = GENERATE(as<std::size_t>{}, 999, 64 * 1024, 2'000'000);
  CAPTURE(size, piece);
  const auto text = message_of(size);
  spool::Spool spool(*world.store, world.pool, world.budget);
  REQUIRE(world.append(spool, text, piece));
  CHECK(spool.size() == size);
  const auto spooled = world.finish(spool);
  REQUIRE(spooled);
  const bool in_memory = size <= most_in_memory;
  CHECK(spooled->bytes == (in_memory ? size : 0));
  CHECK(world.files() == (in_memory ? 0 : 1));
  CHECK(*spooled->summary == message::summarize(message::parse(text)));
  const auto placement = world.put(*spooled, world.inbox);
  REQUIRE(placement);
  CHECK(world.read(*placement, 70'001) == text);
  CHECK(world.read(*placement, text.size() + 1) == text);
}

TEST_CASE("spool: what the message is told to have before it counts for its envelope alone") {
  World world;
  const auto text = message_of(GENERATE(as<std::size_t>{}, 500, most_in_memory + 500));
  spool::Spool spool(*world.store, world.pool, world.budget);
  REQUIRE(world.append(spool, text));
  const auto spooled = world.finish(
      spool, "Date: Thu, 1 Jan 2026 00:00:00 +0000\r\nMessage-ID: <made@mx.example>\r\n");
  REQUIRE(spooled);
  CHECK(spooled->summary->message_id == "made@mx.example");
  CHECK(spooled->summary->date.has_value());
  CHECK(spooled->summary->size == text.size());
  CHECK(world.read(world.put(*spooled, world.inbox).value(), 4096) == text);
}

TEST_CASE("spool: a message can be looked at before its end is made") {
  World world;
  const auto size = GENERATE(as<std::size_t>{}, 100, most_in_memory + 1);
  const auto text = message_of(size);
  spool::Spool spool(*world.store, world.pool, world.budget);
  REQUIRE(world.append(spool, text));
  CHECK(spool.parsed().header == header);
  CHECK(spool.parsed().structure.size == size);
  const auto spooled = world.finish(spool);
  REQUIRE(spooled);
  CHECK(spooled->summary->from == "a@example.org");
  const auto placement = world.put(*spooled, world.inbox);
  REQUIRE(placement);
  CHECK(world.read(*placement, size) == text);
}

TEST_CASE("spool: servers that the message has passed are counted") {
  World world;
  const auto body = message_of(GENERATE(as<std::size_t>{}, 500, most_in_memory + 500));
  for (const std::size_t count : {0U, 1U, 101U}) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += "Received: from a\r\n by b\r\n";
    text += body + "\r\nReceived: in the body\r\n";
    spool::Spool spool(*world.store, world.pool, world.budget);
    REQUIRE(world.append(spool, text));
    const auto spooled = world.finish(spool);
    REQUIRE(spooled);
    CHECK(spooled->received_fields == count);
  }
}

TEST_CASE("spool: memory is shared, and who comes too late writes to a file") {
  World world(1000);
  std::optional<spool::Spool> first;
  first.emplace(*world.store, world.pool, world.budget);
  REQUIRE(world.append(*first, message_of(600)));
  {
    spool::Spool second(*world.store, world.pool, world.budget);
    REQUIRE(world.append(second, message_of(401)));
    CHECK(world.files() == 1);
    spool::Spool third(*world.store, world.pool, world.budget);
    REQUIRE(world.append(third, message_of(400)));
    CHECK(world.files() == 1);
    // The one in a file needs none, however much comes.
    REQUIRE(world.append(second, message_of(10'000)));
    CHECK_FALSE(world.budget.take(1));
  }
  // Given back by the one that had some; the first one keeps its own also when it has ended.
  CHECK(world.finish(*first));
  CHECK_FALSE(world.budget.take(401));
  REQUIRE(world.budget.take(400));
  first.reset();
  CHECK(world.budget.take(600));
  CHECK_FALSE(world.budget.take(1));
}

TEST_CASE("spool: a message that grows too large gives its memory back") {
  World world(64 * most_in_memory);
  std::list<spool::Spool> spools;
  const auto text = message_of(most_in_memory);
  const auto before = test::heap_in_use();
  for (int i = 0; i < 64; ++i) {
    auto& spool = spools.emplace_back(*world.store, world.pool, world.budget);
    REQUIRE(world.append(spool, text));
  }
  CHECK_FALSE(world.budget.take(1));
  CHECK(test::heap_in_use() - before > std::int64_t{64 * most_in_memory});
  for (auto& spool : spools) REQUIRE(world.append(spool, "x"));
  CHECK(world.files() == 64);
  CHECK(world.budget.take(64 * most_in_memory));
  CHECK(test::heap_in_use() - before < std::int64_t{64 * most_in_memory / 4});
}

TEST_CASE("spool: a budget is never overdrawn, and nothing of it is lost") {
  constexpr std::int64_t whole = 250;
  constexpr std::int64_t part = 100;
  spool::Budget budget(whole);
  std::atomic<std::int64_t> taken = 0;
  std::atomic<bool> overdrawn = false;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread)
      threads.emplace_back([&] {
        for (int i = 0; i < 20'000; ++i) {
          if (!budget.take(part)) continue;
          if (taken.fetch_add(part) + part > whole) overdrawn = true;
          taken -= part;
          budget.give_back(part);
        }
      });
  }
  CHECK_FALSE(overdrawn);
  CHECK(budget.take(whole));
  CHECK_FALSE(budget.take(1));
}

TEST_CASE("spool: a message that nobody wants leaves nothing on the disk") {
  World world;
  const auto text = message_of(600'000);
  {
    spool::Spool spool(*world.store, world.pool, world.budget);
    REQUIRE(world.append(spool, text));
    CHECK(world.files() == 1);
  }
  CHECK(world.files() == 0);
  {
    spool::Spool spool(*world.store, world.pool, world.budget);
    REQUIRE(world.append(spool, text));
    auto spooled = world.finish(spool);
    REQUIRE(spooled);
    CHECK(world.files() == 1);
    // A change that fails does not use it.
    CHECK_FALSE(world.put(*spooled, store::MailboxId{4711}));
  }
  CHECK(world.files() == 0);
  {
    spool::Spool spool(*world.store, world.pool, world.budget);
    REQUIRE(world.append(spool, text));
    REQUIRE(world.put(world.finish(spool).value(), world.inbox));
  }
  CHECK(world.files() == 1);
}

TEST_CASE("spool: a disk that refuses says so, and nothing stays there") {
  struct Row {
    const char* name;
    int nth; // write to the file
    int error;
    ErrorKind want;
    bool at_finish;
  };

  // The first write is of what was in memory, the second of what came then; the end is two more.
  const auto row = GENERATE(values<Row>({
      {"full when it leaves the memory", 1, ENOSPC, ErrorKind::full, false},
      {"over the disk quota", 1, EDQUOT, ErrorKind::full, false},
      {"full later", 2, ENOSPC, ErrorKind::full, false},
      {"broken later", 2, EIO, ErrorKind::io, false},
      {"full at the last bytes", 3, ENOSPC, ErrorKind::full, true},
      {"full at the very end", 4, ENOSPC, ErrorKind::full, true},
  }));
  CAPTURE(row.name);
  World world(4 * most_in_memory);
  {
    spool::Spool spool(*world.store, world.pool, world.budget);
    const Failing failing(Call::pwrite, row.error, row.nth);
    auto done = world.append(spool, message_of(most_in_memory));
    REQUIRE(done);
    done = world.append(spool, std::string(most_in_memory, 'x'), most_in_memory);
    if (done) done = world.append(spool, "the end\r\n");
    CHECK(done.has_value() == row.at_finish);
    if (done) {
      const auto spooled = world.finish(spool);
      REQUIRE_FALSE(spooled);
      done = std::unexpected(spooled.error());
    }
    CHECK(done.error().kind == row.want);
    CHECK(done.error().text.find(world.large_folder().native()) != std::string::npos);
  }
  CHECK(world.files() == 0);
  CHECK(world.budget.take(4 * most_in_memory));
  // It may go better with the next one.
  spool::Spool next(*world.store, world.pool, world.budget);
  REQUIRE(world.append(next, message_of(most_in_memory + 1)));
  CHECK(world.finish(next));
}

TEST_CASE("spool: a body that cannot be synced is not stored") {
  World world(most_in_memory, store::Engine::lmdb);
  const int nth = GENERATE(1, 2); // the file, and the folder in which its name stands
  {
    spool::Spool spool(*world.store, world.pool, world.budget);
    REQUIRE(world.append(spool, message_of(most_in_memory + 1)));
    const Failing failing(Call::fsync, EIO, nth);
    const auto spooled = world.finish(spool);
    REQUIRE_FALSE(spooled);
    CHECK(spooled.error().kind == ErrorKind::io);
  }
  CHECK(world.files() == 0);
}

TEST_CASE("spool: without its folder a large message fails, and its memory is given back") {
  World world(most_in_memory);
  const auto away = world.folder / "away";
  std::filesystem::rename(world.large_folder(), away);
  {
    spool::Spool spool(*world.store, world.pool, world.budget);
    REQUIRE(world.append(spool, message_of(most_in_memory)));
    const auto appended = world.append(spool, "x");
    REQUIRE_FALSE(appended);
    CHECK(appended.error().kind == ErrorKind::not_found);
    CHECK(appended.error().text.starts_with("create " + world.large_folder().native()));
  }
  CHECK(world.budget.take(most_in_memory));
  std::filesystem::rename(away, world.large_folder());
}
