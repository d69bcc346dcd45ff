#include "bloblog/reader.h"
#include "bloblog/world.h"
#include "file/file.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <span>
#include <system_error>
#include <thread>

using namespace mox;
using namespace mox::bloblog;
using mox::test::payload_of;
using mox::test::World;

TEST_CASE("ranges of a payload") {
  const World world;
  const auto content = payload_of(1, 5000);
  const auto location = world.append(1, content);
  world.append(2, "behind it");
  REQUIRE(world.writer->flush_and_sync());
  const Reader reader(*world.segments);
  std::string part(100, '\0');
  for (const std::uint32_t offset : {0U, 1U, 4900U}) {
    CAPTURE(offset);
    REQUIRE(reader.read(location, offset, part));
    CHECK(part == content.substr(offset, 100));
  }
  REQUIRE(reader.read(location, 5000, std::span(part).first(0)));
  for (const std::uint32_t offset : {4901U, 5000U, 5001U, 0xFFFFFFFFU}) {
    CAPTURE(offset);
    CHECK(reader.read(location, offset, part).error().kind == ErrorKind::invalid);
  }
  const auto range = reader.range(location).value();
  CHECK(range.length == 5000);
  REQUIRE(file::read_exactly_at(*range.file, range.offset + 10, part));
  CHECK(part == content.substr(10, 100));
}

TEST_CASE("every damaged byte of a record is found, and its neighbours stay readable") {
  const World world;
  const auto before = world.append(1, "before");
  const auto location = world.append(2, payload_of(2, 60));
  const auto after = world.append(3, "after");
  REQUIRE(world.writer->flush_and_sync());
  const Reader reader(*world.segments);
  const auto file = file::open(world.segments->path_of(1), file::Access::write).value();
  const auto end = world.writer->tail().offset;
  for (std::uint32_t at = location.offset; at < location.offset + 32 + 60; ++at) {
    CAPTURE(at);
    std::string byte(1, '\0');
    REQUIRE(file::read_exactly_at(file, at, byte));
    const std::string damaged(1, static_cast<char>(byte[0] ^ 0x40));
    REQUIRE(file::write_at(file, at, damaged));
    for (const auto& error :
         {reader.verify(location).error(), reader.read_verified(location).error()}) {
      CHECK(error.kind == ErrorKind::corrupt);
      CHECK(error.text.starts_with("blob log, segment 1, offset 72: "));
    }
    CHECK(reader.verify(before));
    CHECK(reader.verify(after));

    std::vector<std::uint64_t> ids;
    const auto collect = [&](const Record& record) {
      ids.push_back(record.header.id);
      return true;
    };
    const auto scanned = reader.scan(1, end, collect);
    REQUIRE_FALSE(scanned);
    CHECK(scanned.error().kind == ErrorKind::corrupt);
    CHECK(scanned.error().text.starts_with("blob log, segment 1, offset 72: "));
    const auto next = reader.next_after_damage(1, location.offset).value();
    REQUIRE(next == after.offset);
    REQUIRE(reader.scan(1, end, collect, *next));
    CHECK(ids == std::vector<std::uint64_t>{1, 3});
    REQUIRE(file::write_at(file, at, byte));
  }
  CHECK(reader.next_after_damage(1, after.offset).value() == std::nullopt);
}

TEST_CASE("a location that is not a record's is refused") {
  const World world;
  const auto location = world.append(1, payload_of(1, 100));
  REQUIRE(world.writer->flush_and_sync());
  const Reader reader(*world.segments);

  struct Row {
    const char* name;
    Location location;
    ErrorKind kind;
  };

  const Row rows[] = {
      {"within the record", {1, location.offset + 8, 100}, ErrorKind::corrupt},
      {"other length", {1, location.offset, 99}, ErrorKind::corrupt},
      {"behind the end", {1, 1U << 20U, 100}, ErrorKind::corrupt},
      {"no such segment", {9, 32, 100}, ErrorKind::not_found},
      {"no such large body", Location::large(9, 100), ErrorKind::not_found},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(reader.verify(row.location).error().kind == row.kind);
    CHECK(reader.read_verified(row.location).error().kind == row.kind);
  }
  std::string bytes(100, '\0');
  CHECK(reader.read({9, 32, 100}, 0, bytes).error().kind == ErrorKind::not_found);
  CHECK(reader.read({1, 1U << 20U, 100}, 0, bytes).error().kind == ErrorKind::corrupt);
  CHECK(reader.range({9, 32, 100}).error().kind == ErrorKind::not_found);
  const auto nothing = [](const Record&) { return true; };
  CHECK(reader.scan(9, std::nullopt, nothing).error().kind == ErrorKind::not_found);
  CHECK(reader.scan(1, 1U << 20U, nothing).error().kind == ErrorKind::corrupt);
}

TEST_CASE("a scan sees every record of any size and stops when told") {
  const World world;
  const std::vector<std::size_t> sizes{
      0, 1, 8, 1 << 20, (1 << 20) - 33, 5 << 20, 3, largest_record};
  for (std::size_t i = 0; i < sizes.size(); ++i) world.append(i, payload_of(i, sizes[i]));
  REQUIRE(world.writer->flush_and_sync());
  std::size_t seen = 0;
  const auto check = [&](const Record& record) {
    CHECK(record.header.id == seen);
    CHECK(record.header.kind == Kind::blob);
    CHECK(record.payload == payload_of(seen, sizes[seen]));
    return ++seen < 7;
  };
  REQUIRE(Reader(*world.segments).scan(1, std::nullopt, check));
  CHECK(seen == 7);
  seen = 0;
  REQUIRE(Reader(*world.segments).scan(1, world.writer->tail().offset, [&](const Record&) {
    ++seen;
    return true;
  }));
  CHECK(seen == sizes.size());
}

TEST_CASE("zeros behind the last record are its end, unless something follows them") {
  const World world;
  world.append(1, "x");
  REQUIRE(world.writer->flush_and_sync());
  const auto file = file::open(world.segments->path_of(1), file::Access::write).value();
  REQUIRE(file::truncate(file, 3U << 20U));
  CHECK(world.ids(1) == std::vector<std::uint64_t>{1});
  REQUIRE(file::write_at(file, (3U << 20U) - 1, "!"));
  const auto result =
      Reader(*world.segments).scan(1, std::nullopt, [](const Record&) { return true; });
  REQUIRE_FALSE(result);
  CHECK(result.error().text == "blob log, segment 1, offset 72: no record begins here");
}

TEST_CASE("only so many files stay open") {
  World world(4096);
  world.options.open_files = 3;
  world.open(world.writer->tail());
  std::vector<Location> locations;
  for (std::uint64_t id = 0; id < 10; ++id) {
    locations.push_back(world.append(id, payload_of(id, 4000)));
    REQUIRE(world.writer->flush_and_sync());
  }
  // Of the segments that the writer has left.
  const auto open_segments = [&] {
    std::ptrdiff_t count = 0;
    for (const auto& name : file::list("/proc/self/fd").value()) {
      std::error_code gone;
      const auto path = std::filesystem::read_symlink("/proc/self/fd/" + name, gone);
      count += std::ranges::count_if(std::span(locations).first(9), [&](const Location& location) {
        return world.segments->path_of(location.segment) == path;
      });
    }
    return count;
  };
  const Reader reader(*world.segments);
  for (int round = 0; round < 3; ++round) {
    for (std::uint64_t id = 0; id < 10; ++id) {
      CHECK(reader.read_verified(locations[id]).value() == payload_of(id, 4000));
    }
  }
  // Three were kept; the last may be the one that the writer stands in.
  CHECK(open_segments() >= 2);
  CHECK(open_segments() <= 3);
}

TEST_CASE("readers on many threads while the writer goes on") {
  World world(1U << 20U);
  constexpr std::size_t total = 400;
  std::vector<Location> locations(total);
  std::atomic<std::size_t> committed = 0;
  std::atomic<bool> wrong = false;
  std::vector<std::thread> threads;
  for (unsigned seed = 0; seed < 3; ++seed) {
    threads.emplace_back([&, seed] {
      const Reader reader(*world.segments);
      std::mt19937 random(seed);
      while (committed < total && !wrong) {
        const std::size_t count = committed;
        if (count == 0) continue;
        const auto id = random() % count;
        const auto payload = reader.read_verified(locations[id]);
        if (!payload || *payload != payload_of(id, 10000)) wrong = true;
        if (world.segments->list().empty()) wrong = true;
      }
    });
  }
  for (std::size_t id = 0; id < total; ++id) {
    const auto mark = world.writer->tail();
    world.append(id + 1000, payload_of(id, 5000));
    world.writer->cut(mark);
    locations[id] = world.append(id, payload_of(id, 10000));
    if (id % 10 != 9) continue;
    REQUIRE(world.writer->flush_and_sync());
    committed = id + 1;
  }
  for (auto& thread : threads) thread.join();
  CHECK_FALSE(wrong);
}
