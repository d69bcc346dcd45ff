#include "bloblog/faults.h"
#include "bloblog/world.h"
#include "bloblog/writer.h"
#include "file/file.h"
#include "file/file_system.h"

#include <map>

using namespace mox;
using namespace mox::bloblog;
using mox::test::payload_of;
using mox::test::World;

using std::filesystem::file_size;

TEST_CASE("records come back after a flush and after opening again") {
  World world;
  CHECK(world.writer->tail() == Position{.segment = 1, .offset = 32});
  std::map<std::uint64_t, Location> where;
  for (std::uint64_t id = 1; id <= 50; ++id) {
    where[id] = world.append(id, payload_of(id, id * id));
  }
  CHECK(world.writer->pending_bytes() > 0);
  REQUIRE(world.writer->flush_and_sync());
  CHECK(world.writer->pending_bytes() == 0);
  for (int round = 0; round < 2; ++round) {
    for (const auto& [id, location] : where) {
      CAPTURE(id);
      CHECK(location.length == id * id);
      CHECK(world.read(location) == payload_of(id, id * id));
    }
    world.open(world.writer->tail());
  }
}

TEST_CASE("the payload may come in pieces") {
  World world;
  const std::string_view pieces[] = {"From: a\r\n", "", "\r\n", "body"};
  const auto location = world.writer->append(Kind::blob, 1, pieces).value();
  const auto empty = world.append(2, "");
  REQUIRE(world.writer->flush_and_sync());
  CHECK(world.read(location) == "From: a\r\n\r\nbody");
  CHECK(world.read(empty).empty());
}

TEST_CASE("a batch is one write and one sync, an empty one none") {
  const World world;
  for (const int records : {1, 100}) {
    for (int i = 0; i < records; ++i) world.append(1, payload_of(1, 4000));
    const test::Counting writes(test::Call::pwrite);
    const test::Counting syncs(test::Call::fdatasync);
    REQUIRE(world.writer->flush_and_sync());
    CHECK(writes.count() == 1);
    CHECK(syncs.count() == 1);
    REQUIRE(world.writer->flush_and_sync());
    CHECK(writes.count() == 1);
    CHECK(syncs.count() == 1);
  }
}

TEST_CASE("without durability nothing is synced") {
  const test::Counting files(test::Call::fsync);
  const test::Counting data(test::Call::fdatasync);
  World world;
  const int before = files.count();
  world.options.durable = false;
  std::filesystem::remove_all(world.options.folder);
  world.open({});
  const auto location = world.append(1, "x");
  REQUIRE(world.writer->flush_and_sync());
  REQUIRE(world.writer->seal_active());
  CHECK(world.read(location) == "x");
  world.open(world.writer->tail());
  CHECK(world.read(location) == "x");
  CHECK(files.count() == before);
  CHECK(data.count() == 0);
}

TEST_CASE("a full segment is followed by the next") {
  World world(4096);
  std::vector<Location> locations;
  for (std::uint64_t id = 1; id <= 20; ++id) {
    locations.push_back(world.append(id, payload_of(id, 1000)));
    if (id % 5 == 0) REQUIRE(world.writer->flush_and_sync());
  }
  REQUIRE(world.writer->flush_and_sync());
  // Three records of 1032 bytes fit into 4096 - 32.
  CHECK(world.writer->tail().segment == 7);
  CHECK(world.segments->list() == std::vector<std::uint32_t>{1, 2, 3, 4, 5, 6, 7});
  CHECK(world.ids(2) == std::vector<std::uint64_t>{4, 5, 6});
  CHECK(file_size(world.segments->path_of(2)) == 32 + 3 * 1032);
  world.open(world.writer->tail());
  for (std::uint64_t id = 1; id <= 20; ++id) {
    CHECK(world.read(locations[id - 1]) == payload_of(id, 1000));
  }
}

TEST_CASE("a record larger than a segment has one for itself") {
  const World world(4096);
  const auto first = world.append(1, "x");
  const auto huge = world.append(2, payload_of(2, 3U << 20U));
  const auto last = world.append(3, "y");
  REQUIRE(world.writer->flush_and_sync());
  CHECK(huge == Location{.segment = 2, .offset = 32, .length = 3U << 20U});
  CHECK(last.segment == 3);
  CHECK(world.read(first) == "x");
  CHECK(world.read(huge) == payload_of(2, 3U << 20U));
  CHECK(world.read(last) == "y");
}

TEST_CASE("a record above the limit is refused and changes nothing") {
  const World world;
  const auto before = world.writer->tail();
  const std::string half(largest_record / 2, 'x');
  const std::string_view pieces[] = {half, half, "x"};
  CHECK(world.writer->append(Kind::blob, 1, pieces).error().kind == ErrorKind::invalid);
  CHECK(world.writer->tail() == before);
  CHECK(world.writer->append(Kind::blob, 1, std::span(pieces, 2)));
}

TEST_CASE("a batch that would begin a third segment is refused, and can be flushed") {
  const World world(4096);
  for (std::uint64_t id = 1; id <= 3; ++id) world.append(id, payload_of(id, 4000));
  const auto refused = world.writer->append(Kind::blob, 4, payload_of(4, 4000));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::temporary);
  const test::Counting syncs(test::Call::fdatasync);
  REQUIRE(world.writer->flush_and_sync());
  CHECK(syncs.count() == 3);
  CHECK(world.append(4, payload_of(4, 4000)).segment == 4);
}

TEST_CASE("a change that is undone leaves no record") {
  // The buffer is written through at 1 MiB, and a segment holds 2 MiB: each row undoes more.
  for (const std::uint64_t undone : {1U, 20U, 60U, 100U}) {
    CAPTURE(undone);
    World world(2U << 20U);
    world.append(1, "kept");
    const auto mark = world.writer->tail();
    const auto pending = world.writer->pending_bytes();
    for (std::uint64_t id = 0; id < undone; ++id) world.append(100 + id, payload_of(id, 50000));
    world.writer->cut(mark);
    CHECK(world.writer->tail() == mark);
    CHECK(world.writer->pending_bytes() == pending);
    const auto after = world.append(2, "also kept");
    CHECK(after.offset == mark.offset);
    REQUIRE(world.writer->flush_and_sync());
    CHECK(world.segments->list() == std::vector<std::uint32_t>{1});
    REQUIRE(world.writer->seal_active());
    CHECK(world.ids(1) == std::vector<std::uint64_t>{1, 2});
    // Later segments, some of which exist already with what was undone, hold nothing of it.
    for (std::uint64_t id = 0; id < 100; ++id) world.append(id, payload_of(id, 50000));
    REQUIRE(world.writer->flush_and_sync());
    REQUIRE(world.writer->tail().segment == 4);
    world.open(world.writer->tail());
    std::vector<std::uint64_t> found;
    for (const auto segment : world.segments->list()) {
      for (const auto id : world.ids(segment)) found.push_back(id);
    }
    CHECK(found.size() == 102);
  }
}

TEST_CASE("opening cuts what the database does not know") {
  World world(4096);
  const auto kept = world.append(1, payload_of(1, 500));
  REQUIRE(world.writer->flush_and_sync());
  const auto tail = world.writer->tail();
  SECTION("synced, not committed") {}
  SECTION("synced into the next segment, not committed") {
    world.append(2, payload_of(2, 4000));
    world.append(3, payload_of(2, 3000));
  }
  world.append(4, "lost");
  REQUIRE(world.writer->flush_and_sync());
  world.open(tail);
  CHECK(world.writer->tail() == tail);
  CHECK(world.segments->list() == std::vector<std::uint32_t>{1});
  CHECK(file_size(world.segments->path_of(1)) == tail.offset);
  CHECK(world.ids(1) == std::vector<std::uint64_t>{1});
  CHECK(world.read(kept) == payload_of(1, 500));
  CHECK(world.append(5, "next").offset == tail.offset);
}

TEST_CASE("a log that ends before its tail is refused and left alone") {
  World world;
  world.append(1, payload_of(1, 500));
  REQUIRE(world.writer->flush_and_sync());
  const auto tail = world.writer->tail();
  const auto path = world.segments->path_of(1);
  world.writer.reset();

  struct Row {
    const char* name;
    Position tail;
    ErrorKind kind;
  };

  const Row rows[] = {
      {"longer than the file", {1, tail.offset + 8}, ErrorKind::corrupt},
      {"segment that is not there", {2, 32}, ErrorKind::not_found},
      {"no tail", {}, ErrorKind::corrupt},
      {"no segment", {0, 32}, ErrorKind::corrupt},
      {"within the segment's header", {1, 24}, ErrorKind::corrupt},
      {"between two records", {1, tail.offset - 4}, ErrorKind::corrupt},
      {"a large body's", {Location::large_flag | 1, 32}, ErrorKind::corrupt},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto result = world.try_open(row.tail);
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == row.kind);
    CHECK(file_size(path) == tail.offset);
  }
  CHECK(world.try_open(tail));
}

TEST_CASE("a damaged segment header is refused") {
  World world;
  const auto tail = world.writer->tail();
  const auto file = file::open(world.segments->path_of(1), file::Access::write).value();
  REQUIRE(file::write_at(file, 9, "\x01"));
  CHECK(world.try_open(tail).error().kind == ErrorKind::corrupt);
}

TEST_CASE("an older database beside a newer log is refused") {
  World world(4096);
  const auto early = world.writer->tail();
  for (std::uint64_t id = 1; id <= 4; ++id) {
    world.append(id, payload_of(id, 4000));
    REQUIRE(world.writer->flush_and_sync());
  }
  const auto tail = world.writer->tail();
  CHECK(tail.segment == 4);
  const auto result = world.try_open(early);
  REQUIRE_FALSE(result);
  CHECK(result.error().kind == ErrorKind::corrupt);
  CHECK(result.error().text == world.segments->path_of(4).native() +
                                   " holds records, but the database ends in segment 1: an older "
                                   "or empty database was put beside a newer log");
  REQUIRE(world.try_open(tail));
  CHECK(world.ids(3) == std::vector<std::uint64_t>{3});
}

TEST_CASE("a log that was begun, but never committed to, is begun again") {
  World world;
  world.append(1, "never synced");
  world.open({});
  CHECK(world.writer->tail() == Position{.segment = 1, .offset = 32});
  CHECK(world.ids(1).empty());
}

TEST_CASE("the sealed segment stays as it is") {
  World world;
  REQUIRE(world.writer->seal_active());
  CHECK(world.writer->tail() == Position{.segment = 1, .offset = 32});
  world.append(1, "x");
  REQUIRE(world.writer->seal_active());
  CHECK(world.writer->tail() == Position{.segment = 2, .offset = 32});
  const auto size = file_size(world.segments->path_of(1));
  world.append(2, "y");
  REQUIRE(world.writer->flush_and_sync());
  CHECK(file_size(world.segments->path_of(1)) == size);
  world.open(world.writer->tail());
  CHECK(world.ids(1) == std::vector<std::uint64_t>{1});
  CHECK(world.ids(2) == std::vector<std::uint64_t>{2});
}

TEST_CASE("a busy log moves on to a segment that was written ahead") {
  World world(8U << 20U);
  std::vector<Location> locations;
  std::uint64_t id = 0;
  while (world.writer->tail().segment < 4) {
    ++id;
    locations.push_back(world.append(id, payload_of(id, 100000)));
    REQUIRE(world.writer->flush_and_sync());
    REQUIRE(id < 1000);
  }
  for (std::uint64_t i = 1; i <= id; ++i)
    CHECK(world.read(locations[i - 1]) == payload_of(i, 100000));
  world.open(world.writer->tail());
  std::size_t found = 0;
  for (const auto segment : world.segments->list()) found += world.ids(segment).size();
  CHECK(found == id);
}

// Else the kernel may have to read the zeros before it changes a part of a page.
TEST_CASE("a segment that was written ahead is written in whole pages") {
  World world(8U << 20U);
  if (!file::overwrites_in_place(world.options.folder).value()) return; // nothing is written ahead
  constexpr std::uint64_t page = 4096;
  std::uint64_t id = 0;
  Position mark;
  std::size_t whole = 0;
  while (world.writer->tail().segment < 4) {
    REQUIRE(++id < 5000);
    world.append(id, payload_of(id, 5000));
    if (id % 3 == 0) {
      mark = world.writer->tail();
      world.append(9999, payload_of(id, 100));
      world.writer->cut(mark);
    }
    REQUIRE(world.writer->flush_and_sync());
    const auto& write = test::last_write();
    if (write.offset % page == 0 && write.size % page == 0) ++whole;
  }
  // All but those into the first segment and the last ones of the others.
  CHECK(whole > 2 * ((8U << 20U) / 5100) - 200);
  std::size_t found = 0;
  for (const auto segment : world.segments->list()) {
    for (const auto number : world.ids(segment)) {
      ++found;
      CHECK(number == found);
    }
  }
  CHECK(found == id);
}

// Random appends, undone changes, flushes, seals and crashes, against a model of what was
// committed.
TEST_CASE("any order of operations keeps what was committed and nothing else") {
  const auto seed = GENERATE(range<std::uint64_t>(1, 9));
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  World world(seed % 2 == 0 ? 20000 : 200000);
  Position committed = world.writer->tail();
  std::vector<std::pair<Location, std::uint64_t>> kept;
  std::vector<std::pair<Location, std::uint64_t>> batch;
  std::uint64_t id = 0;
  const auto append = [&](auto& into) {
    ++id;
    const auto size = random() % 7 == 0 ? random() % 30000 : random() % 3000;
    const auto location = world.writer->append(Kind::blob, id, payload_of(id, size));
    if (location)
      into.emplace_back(*location, id);
    else
      CHECK(location.error().kind == ErrorKind::temporary);
  };
  for (int step = 0; step < 400; ++step) {
    switch (random() % 10) {
    default: append(batch); break;
    case 6: {
      const auto mark = world.writer->tail();
      std::vector<std::pair<Location, std::uint64_t>> undone;
      for (auto count = random() % 8; count > 0; --count) append(undone);
      world.writer->cut(mark);
      break;
    }
    case 7:
      if (random() % 4 == 0) REQUIRE(world.writer->seal_active());
      REQUIRE(world.writer->flush_and_sync());
      committed = world.writer->tail();
      kept.insert(kept.end(), batch.begin(), batch.end());
      batch.clear();
      break;
    case 8:
      if (random() % 3 == 0) REQUIRE(world.writer->flush_and_sync());
      world.open(committed);
      batch.clear();
      break;
    }
  }
  world.open(committed);
  std::vector<std::uint64_t> want;
  for (const auto& [location, number] : kept) {
    want.push_back(number);
    CHECK(world.read(location) == payload_of(number, location.length));
  }
  std::vector<std::uint64_t> found;
  for (const auto segment : world.segments->list()) {
    for (const auto number : world.ids(segment)) found.push_back(number);
  }
  CHECK(found == want);
}
