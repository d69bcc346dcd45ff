#include "bloblog/large_body.h"
#include "bloblog/segments.h"
#include "bloblog/world.h"
#include "file/file.h"

#include <optional>

using namespace mox;
using namespace mox::bloblog;
using mox::test::payload_of;
using mox::test::World;

namespace {

// Three segments, of which the last is active, and one large body.
struct Filled : World {
  Location first;
  Location second;
  Location large;

  Filled() : World(4096) {
    first = append(1, payload_of(1, 4000));
    second = append(2, payload_of(2, 4000));
    append(3, "active");
    REQUIRE(writer->flush_and_sync());
    SystemRandom random;
    auto body = LargeBody::begin(*segments, random).value();
    large = body.finish().value();
  }

  bool exists(const Location& location) const {
    return std::filesystem::exists(location.is_large()
                                       ? segments->path_of_large(location.file_number())
                                       : segments->path_of(location.segment));
  }
};

} // namespace

TEST_CASE("only files of the log's own names are segments") {
  World world;
  for (const auto* name : {"00000000.seg", "0000000A.seg", "2.seg", "80000001.seg", "00000002.seg~",
                           "000000002.seg", "+0000002.seg", "lock"}) {
    REQUIRE(file::replace(world.options.folder / name, "strange"));
  }
  world.open(world.writer->tail());
  CHECK(world.segments->list() == std::vector<std::uint32_t>{1});
}

TEST_CASE("sizes that no segment can have are refused") {
  const test::TemporaryFolder folder;
  for (const std::uint32_t size : {0U, 31U, largest_segment + 1}) {
    CAPTURE(size);
    CHECK(Segments::open({.folder = folder / "x", .segment_size = size}).error().kind ==
          ErrorKind::invalid);
  }
}

TEST_CASE("a removed segment is gone, but not for who has it open") {
  const Filled world;
  const Reader reader(*world.segments);
  const auto range = reader.range(world.first).value();
  REQUIRE(world.segments->remove(1));
  CHECK_FALSE(world.exists(world.first));
  CHECK(world.segments->list() == std::vector<std::uint32_t>{2, 3});
  CHECK(reader.read_verified(world.first).error().kind == ErrorKind::not_found);
  std::string bytes(4000, '\0');
  REQUIRE(file::read_exactly_at(*range.file, range.offset, bytes));
  CHECK(bytes == payload_of(1, 4000));
  CHECK(world.segments->remove(1).error().kind == ErrorKind::not_found);
  REQUIRE(world.segments->remove_large(world.large));
  CHECK_FALSE(world.exists(world.large));
  CHECK(world.segments->remove_large(world.second).error().kind == ErrorKind::invalid);
}

TEST_CASE("while frozen nothing is removed; afterwards all that was asked for") {
  const Filled world;
  std::optional<Segments::Freeze> one(world.segments->freeze());
  std::optional<Segments::Freeze> two(world.segments->freeze());
  REQUIRE(world.segments->remove(1));
  REQUIRE(world.segments->remove_large(world.large));
  one.reset();
  CHECK(world.exists(world.first));
  CHECK(world.exists(world.large));
  CHECK(world.segments->list() == std::vector<std::uint32_t>{1, 2, 3});
  CHECK(world.read(world.first) == payload_of(1, 4000));
  const auto moved = std::move(*two);
  two.reset();
  CHECK(world.exists(world.first));
  {
    const auto last = std::move(const_cast<Segments::Freeze&>(moved));
  }
  CHECK_FALSE(world.exists(world.first));
  CHECK_FALSE(world.exists(world.large));
  CHECK(world.exists(world.second));
  REQUIRE(world.segments->remove(2));
  CHECK_FALSE(world.exists(world.second));
}

TEST_CASE("a freeze outlives removals by the end of the log's life") {
  Filled world;
  std::optional<Segments::Freeze> freeze(world.segments->freeze());
  REQUIRE(world.segments->remove(1));
  freeze.reset();
  world.open(world.writer->tail());
  CHECK(world.segments->list() == std::vector<std::uint32_t>{2, 3});
}
