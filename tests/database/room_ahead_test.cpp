#include "database/database.h"
#include "database/room_ahead.h"
#include "support/catch.h"
#include "support/temporary_folder.h"

#include <algorithm>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <unistd.h>

using namespace mox;
using namespace mox::database;

namespace {

constexpr std::uint64_t page = 4096;
constexpr std::uint64_t step = 64U << 10U; // of a small file

// A file and the room that is made in it.
struct Fixture {
  explicit Fixture(std::uint64_t limit = 1U << 30U)
      : number(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)), room(number, page, limit) {
    REQUIRE(number >= 0);
  }

  ~Fixture() { close(number); }

  Fixture(const Fixture&) = delete;
  Fixture& operator=(const Fixture&) = delete;

  std::uint64_t size() const { return std::filesystem::file_size(path); }

  test::TemporaryFolder folder;
  std::filesystem::path path = folder.path() / "file";
  int number;
  RoomAhead room;
};

} // namespace

TEST_CASE("room ahead: a file grows when its room is used up, and then by many pages") {
  Fixture file;
  file.room.make(2, 3);
  const auto first = 5 * page + step;
  CHECK(file.size() == first);
  file.room.make(5, 8);
  CHECK(file.size() == first);
  file.room.make(first / page - 1, 2);
  CHECK(file.size() == first + page + step);
}

TEST_CASE("room ahead: what the commits themselves appended is left alone") {
  Fixture file;
  const std::string pages(100 * page, 'x');
  REQUIRE(pwrite(file.number, pages.data(), pages.size(), 0) == static_cast<ssize_t>(pages.size()));
  file.room.make(100, 1);
  CHECK(file.size() == 101 * page + step);
  std::ifstream stream(file.path, std::ios::binary);
  const std::string all((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  CHECK(all.starts_with(pages));
  CHECK(std::all_of(all.begin() + 100 * page, all.end(), [](char c) { return c == '\0'; }));
}

TEST_CASE("room ahead: large files grow by larger steps, up to a bound") {
  Fixture file;
  file.room.make(1024, 1);
  CHECK(file.size() == 1025 * page + 1024 * page / 8);
  file.room.make(1U << 16U, 1);
  CHECK(file.size() == ((1U << 16U) + 1) * page + (1U << 20U));
}

TEST_CASE("room ahead: never beyond the limit, and nothing happens without room on the disk") {
  Fixture small(10 * page);
  small.room.make(2, 3);
  CHECK(small.size() == 10 * page);
  small.room.make(10, 3);
  CHECK(small.size() == 10 * page);

  const int full = open("/dev/full", O_RDWR | O_CLOEXEC);
  REQUIRE(full >= 0);
  RoomAhead room(full, page, 1U << 30U);
  room.make(2, 3);
  close(full);
}

TEST_CASE("room ahead: a database opens with the room that an earlier one made, and uses it") {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "data.mdb";
  std::uintmax_t size = 0;
  for (int i = 0; i < 3; ++i) {
    CAPTURE(i);
    auto database = open_lmdb({.folder = folder.path(), .room_ahead = true});
    REQUIRE(database);
    for (int j = 0; j < 20; ++j) {
      REQUIRE((*database)->write([&](WriteTransaction& transaction) {
        transaction.put(std::to_string(i) + "." + std::to_string(j), std::string(100, 'v'));
        return ok();
      }));
    }
    if (i == 0) {
      size = std::filesystem::file_size(file);
      CHECK(size >= step);
    }
    CHECK(std::filesystem::file_size(file) == size);
    const auto read = (*database)->read();
    for (int j = 0; j < 20; ++j) CHECK(read->get("0." + std::to_string(j)));
  }
}
