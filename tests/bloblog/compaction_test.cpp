#include "bloblog/compaction.h"
#include "bloblog/world.h"
#include "file/file.h"

#include <map>
#include <set>

using namespace mox;
using namespace mox::bloblog;
using mox::test::payload_of;
using mox::test::World;

namespace {

// A log with a table of blobs, as a store has one.
struct Store : World {
  std::map<std::uint64_t, Location> table;

  Store() : World(256U << 10U) {
    for (std::uint64_t id = 1; id <= 60; ++id) table[id] = append(id, payload_of(id, 4000));
    REQUIRE(writer->append(Kind::placing, 7, "needed"));
    REQUIRE(writer->append(Kind::placing, 8, "not needed"));
    REQUIRE(writer->flush_and_sync());
    REQUIRE(writer->seal_active());
  }

  bool is_live(const Record& record) const {
    if (record.header.kind == Kind::placing) return record.header.id == 7;
    const auto found = table.find(record.header.id);
    return found != table.end() && found->second == record.location;
  }

  bool is_live(const Slice::Entry& entry) const {
    return is_live(Record{
        .location = entry.from, .header = {.kind = entry.kind, .id = entry.id}, .payload = {}});
  }

  void move(const Slice& slice) {
    const auto live = [&](const Slice::Entry& entry) { return is_live(entry); };
    const auto moved = slice.append_to(*writer, live).value();
    REQUIRE(writer->flush_and_sync());
    for (const auto& record : moved) {
      if (record.kind == Kind::blob) table[record.id] = record.to;
    }
  }

  Compaction compaction() {
    return {*segments, 1, [this](const Record& record) { return is_live(record); }};
  }
};

} // namespace

TEST_CASE("the live records of a segment move, then it goes") {
  Store store;
  for (std::uint64_t id = 1; id <= 60; ++id) {
    if (id % 3 != 0) store.table.erase(id);
  }
  auto compaction = store.compaction();
  std::size_t slices = 0;
  for (;;) {
    const auto slice = compaction.next(20000).value();
    if (slice.empty()) break;
    ++slices;
    CHECK(slice.bytes() <= 20000);
    CHECK(slice.entries().size() <= 5);
    // One dies between gathering and moving.
    if (slices == 1) store.table.erase(6);
    store.move(slice);
  }
  CHECK(slices == 5);
  REQUIRE(store.segments->remove(1));
  store.open(store.writer->tail());
  CHECK(store.table.size() == 19);
  for (const auto& [id, location] : store.table) {
    CAPTURE(id);
    CHECK(location.segment == 2);
    CHECK(store.read(location) == payload_of(id, 4000));
  }
  CHECK(store.ids(2).size() == 20);
}

TEST_CASE("compaction that a crash stopped starts again where it was") {
  Store store;
  auto first = store.compaction();
  store.move(first.next(50000).value());
  const auto tail = store.writer->tail();
  // Appended but not committed.
  const auto lost = first.next(50000).value();
  const auto all = [](const Slice::Entry&) { return true; };
  REQUIRE(lost.append_to(*store.writer, all));
  store.open(tail);
  auto second = store.compaction();
  for (;;) {
    const auto slice = second.next().value();
    if (slice.empty()) break;
    store.move(slice);
  }
  REQUIRE(store.segments->remove(1));
  for (const auto& [id, location] : store.table)
    CHECK(store.read(location) == payload_of(id, 4000));
  CHECK(store.ids(2).size() == 61);
}

TEST_CASE("nothing live gives an empty slice") {
  Store store;
  store.table.clear();
  Compaction compaction(*store.segments, 1, [](const Record&) { return false; });
  CHECK(compaction.next().value().empty());
  CHECK(compaction.next().value().empty());
}

TEST_CASE("a damaged segment is not compacted") {
  Store store;
  const auto file = file::open(store.segments->path_of(1), file::Access::write).value();
  REQUIRE(file::write_at(file, store.table[40].offset + 100, "damage"));
  auto compaction = store.compaction();
  Result<Slice> slice;
  for (int i = 0; i < 100; ++i) {
    slice = compaction.next(20000);
    if (!slice) break;
  }
  REQUIRE_FALSE(slice);
  CHECK(slice.error().kind == ErrorKind::corrupt);
}
