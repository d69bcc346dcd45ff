// What the writer and large bodies do when the operating system fails them.
#include "bloblog/faults.h"
#include "bloblog/large_body.h"
#include "bloblog/world.h"
#include "file/file.h"

#include <cerrno>

using namespace mox;
using namespace mox::bloblog;
using mox::test::Call;
using mox::test::Failing;
using mox::test::payload_of;
using mox::test::World;

TEST_CASE("after a failed write or sync every call fails and nothing is retried") {
  struct Row {
    const char* name;
    Call call;
    int error;
    ErrorKind kind;
  };

  const Row rows[] = {
      {"sync fails", Call::fdatasync, EIO, ErrorKind::io},
      {"sync finds no room", Call::fdatasync, ENOSPC, ErrorKind::full},
      {"write fails", Call::pwrite, EIO, ErrorKind::io},
      {"write finds no room", Call::pwrite, ENOSPC, ErrorKind::full},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    World world;
    const auto kept = world.append(1, "kept");
    REQUIRE(world.writer->flush_and_sync());
    const auto tail = world.writer->tail();
    world.append(2, "lost");
    {
      const Failing failing(row.call, row.error);
      CHECK(world.writer->flush_and_sync().error().kind == row.kind);
    }
    const test::Counting writes(Call::pwrite);
    const test::Counting syncs(Call::fdatasync);
    CHECK(world.writer->flush_and_sync().error().kind == row.kind);
    CHECK(world.writer->append(Kind::blob, 3, "x").error().kind == row.kind);
    CHECK(world.writer->append_large(3, Location::large(1, 1)).error().kind == row.kind);
    CHECK(world.writer->seal_active().error().kind == row.kind);
    CHECK(writes.count() == 0);
    CHECK(syncs.count() == 0);
    CHECK(world.read(kept) == "kept");
    world.open(tail);
    CHECK(world.ids(1) == std::vector<std::uint64_t>{1});
    CHECK(world.append(2, "again").offset == tail.offset);
    CHECK(world.writer->flush_and_sync());
  }
}

TEST_CASE("a write that fails within a large batch, or at the end of a segment, is final too") {
  World world(3U << 20U);
  const auto fill = [&](std::size_t bytes) {
    return world.writer->append(Kind::blob, 1, payload_of(1, bytes));
  };
  SECTION("written through") {
    const Failing failing(Call::pwrite, EIO);
    CHECK(fill(2U << 20U).error().kind == ErrorKind::io);
  }
  SECTION("before the next segment") {
    REQUIRE(fill(2U << 20U));
    REQUIRE(fill(1U << 19U));
    const Failing failing(Call::pwrite, EIO);
    CHECK(fill(1U << 20U).error().kind == ErrorKind::io);
  }
  SECTION("cutting the ended segment") {
    REQUIRE(fill(2U << 20U));
    REQUIRE(fill(2U << 20U));
    const Failing failing(Call::ftruncate, EIO);
    CHECK(world.writer->flush_and_sync().error().kind == ErrorKind::io);
  }
  SECTION("syncing the ended segment") {
    REQUIRE(fill(2U << 20U));
    REQUIRE(fill(2U << 20U));
    const Failing failing(Call::fdatasync, EIO, 1);
    CHECK(world.writer->flush_and_sync().error().kind == ErrorKind::io);
  }
  SECTION("syncing the new segment") {
    REQUIRE(fill(2U << 20U));
    REQUIRE(fill(2U << 20U));
    const Failing failing(Call::fdatasync, EIO, 2);
    CHECK(world.writer->flush_and_sync().error().kind == ErrorKind::io);
  }
  CHECK(world.writer->flush_and_sync().error().kind == ErrorKind::io);
}

TEST_CASE("no room for the next segment fails one change, not the log") {
  const World world(4096);
  // Not flushed in between: that would let the next segment be made ahead.
  world.append(1, payload_of(1, 3000));
  world.append(2, "in this batch");
  {
    const Failing failing(Call::fsync, ENOSPC);
    CHECK(world.writer->append(Kind::blob, 3, payload_of(3, 3000)).error().kind == ErrorKind::full);
  }
  CHECK(world.append(4, "still here").segment == 1);
  CHECK(world.append(5, payload_of(5, 3000)).segment == 2);
  REQUIRE(world.writer->flush_and_sync());
  CHECK(world.ids(1) == std::vector<std::uint64_t>{1, 2, 4});
  CHECK(world.ids(2) == std::vector<std::uint64_t>{5});
}

TEST_CASE("a cut at open that fails is reported") {
  World world;
  const auto tail = world.writer->tail();
  world.append(1, "x");
  REQUIRE(world.writer->flush_and_sync());
  {
    const Failing failing(Call::ftruncate, EIO);
    CHECK(world.try_open(tail).error().kind == ErrorKind::io);
  }
  {
    const Failing failing(Call::fsync, EIO);
    CHECK(world.try_open(tail).error().kind == ErrorKind::io);
  }
  CHECK(world.try_open(tail));
}

TEST_CASE("a large body that fails leaves no file") {
  struct Row {
    const char* name;
    Call call;
    int nth;
  };

  const Row rows[] = {
      {"body", Call::pwrite, 1},   {"rest of the body", Call::pwrite, 2},
      {"header", Call::pwrite, 3}, {"file", Call::fsync, 1},
      {"folder", Call::fsync, 2},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    World world;
    SystemRandom random;
    {
      auto body = LargeBody::begin(*world.segments, random).value();
      const Failing failing(row.call, ENOSPC, row.nth);
      Result<> result = body.append(payload_of(1, 300000));
      if (result) result = body.append("rest");
      if (result) {
        const auto location = body.finish();
        if (!location) result = failure(location.error());
      }
      REQUIRE_FALSE(result);
      CHECK(result.error().kind == ErrorKind::full);
    }
    CHECK(world.segments->list_large().value().empty());
  }
}
