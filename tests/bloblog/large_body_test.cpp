#include "bloblog/large_body.h"
#include "bloblog/world.h"
#include "file/file.h"

#include <limits>

using namespace mox;
using namespace mox::bloblog;
using mox::test::payload_of;
using mox::test::World;

TEST_CASE("a large body comes back, whatever its chunks") {
  const World world;
  SystemRandom random;
  const auto whole = payload_of(1, 1000000);
  for (const std::size_t chunk : {1000U, 65536U, 262144U, 999999U, 1000000U}) {
    CAPTURE(chunk);
    auto body = LargeBody::begin(*world.segments, random).value();
    for (std::size_t begin = 0; begin < whole.size(); begin += chunk) {
      REQUIRE(body.append(std::string_view(whole).substr(begin, chunk)));
    }
    const auto location = body.finish().value();
    CHECK(location.is_large());
    CHECK(location.length == whole.size());
    CHECK(world.read(location) == whole);
    const Reader reader(*world.segments);
    CHECK(reader.verify(location).value().length == whole.size());
    std::string part(1000, '\0');
    REQUIRE(reader.read(location, 123456, part));
    CHECK(part == whole.substr(123456, 1000));
    const auto range = reader.range(location).value();
    REQUIRE(file::read_exactly_at(*range.file, range.offset + 500, part));
    CHECK(part == whole.substr(500, 1000));
  }
  CHECK(world.segments->list_large().value().size() == 5);
}

TEST_CASE("an empty large body is one too") {
  const World world;
  SystemRandom random;
  auto body = LargeBody::begin(*world.segments, random).value();
  CHECK(world.read(body.finish().value()).empty());
}

TEST_CASE("a body that is given up leaves no file") {
  const World world;
  SystemRandom random;
  {
    auto body = LargeBody::begin(*world.segments, random).value();
    REQUIRE(body.append("x"));
    CHECK(world.segments->list_large().value().size() == 1);
  }
  CHECK(world.segments->list_large().value().empty());
}

TEST_CASE("unreferenced bodies are removed, others and strange files stay") {
  World world;
  SystemRandom random;
  std::vector<Location> bodies;
  for (int i = 0; i < 4; ++i) {
    auto body = LargeBody::begin(*world.segments, random).value();
    REQUIRE(body.append("body"));
    bodies.push_back(body.finish().value());
  }
  const auto strange = world.options.folder / "large" / "0123456789ABCDEF";
  REQUIRE(file::replace(strange, "not ours"));
  const auto keep = [&](std::uint64_t number) {
    return number == bodies[1].file_number() || number == bodies[3].file_number();
  };
  CHECK(world.segments->remove_unreferenced_large(keep).value() == 2);
  CHECK(world.segments->list_large().value().size() == 2);
  CHECK(world.read(bodies[3]) == "body");
  CHECK(std::filesystem::exists(strange));
}

TEST_CASE("damage to a large body is found and named") {
  const World world;
  SystemRandom random;
  auto body = LargeBody::begin(*world.segments, random).value();
  const auto content = payload_of(1, 200000);
  REQUIRE(body.append(content));
  const auto location = body.finish().value();
  const Reader reader(*world.segments);
  const auto file =
      file::open(world.segments->path_of_large(location.file_number()), file::Access::write)
          .value();
  const auto damaged = [&] {
    const auto verified = reader.verify(location);
    const auto read = reader.read_verified(location);
    return !verified && !read && verified.error().kind == ErrorKind::corrupt &&
           read.error().kind == ErrorKind::corrupt &&
           verified.error().text.starts_with("blob log, large body ");
  };
  REQUIRE(file::write_at(file, 100032, content[100000] == 'x' ? "y" : "x"));
  CHECK(damaged());
  REQUIRE(file::write_at(file, 100032, content.substr(100000, 1)));
  CHECK_FALSE(damaged());
  auto shorter = location;
  --shorter.length;
  CHECK(reader.verify(shorter).error().kind == ErrorKind::corrupt);
  REQUIRE(file::truncate(file, 200000));
  CHECK(damaged());
}

TEST_CASE("the log notes which blob a large body is") {
  const World world;
  const auto body = Location::large(0x0123456789ABCDEF, 300000);
  const auto note = world.writer->append_large(77, body).value();
  REQUIRE(world.writer->flush_and_sync());
  const auto header = Reader(*world.segments).verify(note).value();
  CHECK(header.kind == Kind::large);
  CHECK(header.id == 77);
  CHECK(decode_large(world.read(note)).value() == body);
}
