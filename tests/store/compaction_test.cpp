// Space of the blob log comes back, and no body is lost by it.
#include "store/background.h"
#include "store/store_state.h"
#include "store_fixture.h"

#include <fmt/format.h>

#include <fstream>
#include <map>
#include <thread>

using namespace mox;
using namespace mox::store;
using namespace mox::store::test;

namespace {

Options small_segments() {
  Options options;
  options.segment_size = 1U << 20U;
  options.keep_expunged = std::chrono::seconds(0);
  return options;
}

std::uintmax_t bytes_of_log(const World& world) {
  std::uintmax_t sum = 0;
  for (const auto& file :
       std::filesystem::recursive_directory_iterator(world.options.folder / "blobs")) {
    // The next segment may be made ahead, and is empty: its header is all of it.
    constexpr std::uintmax_t header = 32;
    if (file.is_regular_file() && file.path().extension() == ".seg" && file.file_size() > header)
      sum += file.file_size();
  }
  return sum;
}

std::string body(int i, std::size_t size) {
  std::string text;
  while (text.size() < size) text += fmt::format("message {} line {}\r\n", i, text.size());
  return mail(fmt::format("{}", i), "s", "", text);
}

// Messages 1 to `count` of ten to ninety kilobytes.
std::map<Uid, std::string> fill(World& world, int count) {
  std::map<Uid, std::string> all;
  for (int i = 1; i <= count; ++i) {
    const auto text = body(i, static_cast<std::size_t>(10'000 + i * 7919 % 80'000));
    all.emplace(world.deliver(world.inbox, text).uid, "Delivered-To: mjl\r\n" + text);
  }
  return all;
}

void expunge(World& world, std::vector<UidRange> uids) {
  world.change([&](Txn& transaction) {
    return transaction.expunge(world.account, world.inbox, uids, false);
  });
  world.clock.advance(std::chrono::seconds(1));
}

} // namespace

TEST_CASE("compaction: frees space and keeps every body") {
  const auto engine = GENERATE(Engine::lmdb, Engine::memory);
  World world(engine, small_segments());
  auto all = fill(world, 200);
  const auto full = bytes_of_log(world);
  CHECK(full > 9'000'000);
  // Nothing is dead: nothing moves.
  REQUIRE(world->maintain());
  CHECK(bytes_of_log(world) == full);

  std::vector<UidRange> gone;
  for (Uid uid = 1; uid <= 200; ++uid) {
    if (uid % 4 == 0) continue;
    gone.push_back({uid, uid});
    all.erase(uid);
  }
  expunge(world, gone);
  REQUIRE(world->maintain());
  CHECK(bytes_of_log(world) < full / 2);
  for (int i = 0; i < 2; ++i) {
    for (const auto& [uid, text] : all) {
      REQUIRE(world.read(*world->read().placement(world.account, world.inbox, uid)) == text);
    }
    world.check_clean();
    if (engine == Engine::lmdb) world.reopen();
  }
  // Down to nothing.
  expunge(world, range(1, ~Uid{0}));
  REQUIRE(world->maintain());
  REQUIRE(world->maintain());
  CHECK(bytes_of_log(world) <= 2U << 20U);
  world.check_clean();
  CHECK(world->verify()->blobs == 0);
}

TEST_CASE("compaction: an old snapshot still reads what was moved") {
  World world(GENERATE(Engine::lmdb, Engine::memory), small_segments());
  const auto all = fill(world, 60);
  const auto snapshot = world->read();
  std::vector<UidRange> gone;
  for (Uid uid = 1; uid <= 60; ++uid) {
    if (uid % 5 != 0) gone.push_back({uid, uid});
  }
  expunge(world, gone);
  REQUIRE(world->maintain());
  auto reader = snapshot.messages(world.account);
  int gone_count = 0;
  for (const auto& [uid, text] : all) {
    const auto placement = snapshot.placement(world.account, world.inbox, uid);
    REQUIRE(placement);
    const auto content = *reader.content(placement->message);
    std::string bytes(content.size, '\0');
    const auto read =
        world->read_message(snapshot, content, *reader.rendering(placement->message), 0, bytes);
    const auto range = world->blob_file(snapshot, content.blob);
    CHECK(read.has_value() == range.has_value());
    if (uid % 5 == 0) REQUIRE(read);
    if (read) {
      CHECK(bytes == text);
    } else {
      CHECK(read.error().kind == ErrorKind::not_found);
      ++gone_count;
    }
  }
  CHECK(gone_count > 0);
}

TEST_CASE("compaction: while others deliver and read") {
  World world(Engine::lmdb, small_segments());
  fill(world, 60);
  std::atomic<bool> stop = false;
  std::atomic<int> wrong = 0;
  std::thread writer([&] {
    for (int i = 0; i < 40; ++i) {
      const auto one = world.message(body(i, 30'000));
      const auto done = world->write_blocking<void>([&](Txn& transaction) -> Result<> {
        MOX_TRY_ASSIGN(placement, transaction.add_message(world.account, world.inbox, one));
        MOX_TRY(transaction.expunge(world.account, world.inbox,
                                    range(placement.uid - 55, placement.uid - 55), false));
        return ok();
      });
      if (!done) ++wrong;
      world.clock.advance(std::chrono::seconds(1));
    }
    stop = true;
  });
  std::thread reader([&] {
    while (!stop) {
      const auto snapshot = world->read();
      auto messages = snapshot.messages(world.account);
      auto cursor = snapshot.placements(world.account, world.inbox);
      for (auto one = cursor.seek(1); one; one = cursor.next()) {
        const auto content = messages.content(one->message);
        const auto rendering = messages.rendering(one->message);
        std::string bytes(content->size, '\0');
        const auto done = world->read_message(snapshot, *content, *rendering, 0, bytes);
        if (done ? bytes.find("Message-ID: <") == std::string::npos
                 : done.error().kind != ErrorKind::not_found) {
          ++wrong;
        }
      }
    }
  });
  while (!stop) {
    if (!world->maintain()) ++wrong;
  }
  writer.join();
  reader.join();
  CHECK(wrong == 0);
  REQUIRE(world->maintain());
  world.check_clean();
}

// The group that ends a segment has records in it that no reader knows yet: they are not dead.
TEST_CASE("compaction: a segment that a change is still writing to is left alone") {
  World world(GENERATE(Engine::lmdb, Engine::memory), small_segments());
  fill(world, 5);
  expunge(world, range(1, ~Uid{0}));
  REQUIRE(world->maintain()); // what is left of the segment is dead
  std::vector<NewMessage> messages;
  for (int i = 0; i < 15; ++i) messages.push_back(world.message(body(i, 80'000)));
  const auto segments = [&] { return world->state().segments->list().size(); };
  REQUIRE(segments() == 1);
  world.change([&](Txn& transaction) -> Result<> {
    for (const auto& one : messages) {
      MOX_TRY(transaction.add_message(world.account, world.inbox, one));
    }
    CHECK(segments() == 2);
    Result<> done;
    std::thread([&] { done = compact(world->state(), [] { return false; }); }).join();
    return done;
  });
  CHECK(world.uids(world.inbox).size() == messages.size());
  for (const auto uid : world.uids(world.inbox)) {
    world.read(*world->read().placement(world.account, world.inbox, uid));
  }
  world.check_clean();
  if (world.options.engine == Engine::lmdb) world.reopen();
  world.check_clean();
}

TEST_CASE("compaction: a damaged segment is kept, and said") {
  World world(Engine::lmdb, small_segments());
  fill(world, 60);
  const auto segment = world.options.folder / "blobs" / "00000001.seg";
  {
    std::fstream file(segment, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(5000);
    file.put('\xff');
    file.put('\xfe');
  }
  expunge(world, range(2, 60));
  REQUIRE(world->maintain());
  CHECK(std::filesystem::exists(segment));
  CHECK(std::ranges::any_of(world.said, [](const std::string& text) {
    return text.find("segment 1 of the blob log was not compacted") != std::string::npos;
  }));
  CHECK(std::filesystem::exists(world.options.folder / "blobs"));
  world.fill(world.inbox, 3);
}
