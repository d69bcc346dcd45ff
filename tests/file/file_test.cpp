#include "file/file.h"
#include "support/catch.h"
#include "support/temporary_folder.h"

#include <fcntl.h>
#include <sys/stat.h>

using namespace mox;
using mox::file::Access;

namespace {

std::string content_of(const std::filesystem::path& path) {
  return file::read_file(path, 1 << 20).value();
}

mode_t permissions_of(const std::filesystem::path& path) {
  struct stat status{};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777U;
}

} // namespace

TEST_CASE("a file is created, written, read and cut") {
  const test::TemporaryFolder folder;
  const auto path = folder / "a";
  const auto opened = file::open(path, Access::create);
  REQUIRE(opened);
  CHECK(permissions_of(path) == 0600);
  REQUIRE(file::write_at(*opened, 3, "world"));
  REQUIRE(file::write_at(*opened, 0, "hel"));
  CHECK(file::size(*opened).value() == 8);

  std::string bytes(16, '.');
  CHECK(file::read_at(*opened, 0, bytes).value() == 8);
  CHECK(bytes.substr(0, 8) == "helworld");
  CHECK(file::read_at(*opened, 100, bytes).value() == 0);

  std::string five(5, '.');
  REQUIRE(file::read_exactly_at(*opened, 3, five));
  CHECK(five == "world");
  const auto beyond = file::read_exactly_at(*opened, 4, five);
  REQUIRE_FALSE(beyond);
  CHECK(beyond.error().kind == ErrorKind::corrupt);
  CHECK(beyond.error().text == path.native() + " ends at offset 8, 1 bytes too early");

  REQUIRE(file::truncate(*opened, 4));
  CHECK(content_of(path) == "helw");
  REQUIRE(file::allocate(*opened, 1 << 20));
  CHECK(file::size(*opened).value() == 4);
  CHECK(file::write_back(*opened, 0, 4));
  CHECK(file::sync_data(*opened));
  CHECK(file::sync(*opened));
  CHECK(file::sync_folder(folder.path()));
}

TEST_CASE("errors name the call, the path and the reason") {
  const test::TemporaryFolder folder;
  const auto there = folder / "there";
  REQUIRE(file::open(there, Access::create));
  REQUIRE(file::make_folder(folder / "sub"));
  REQUIRE(file::open(folder / "sub" / "x", Access::create));
  const auto read_only = file::open(there, Access::read).value();
  const auto missing = folder / "missing";
  const file::Descriptor closed(-1, there);
  std::string byte(1, '.');

  struct Row {
    const char* name;
    Error error;
    ErrorKind kind;
    std::string begin;
  };

  const auto in = [&](const char* name) { return (folder / name).native(); };
  const std::vector<Row> rows{
      {"open", file::open(missing, Access::write).error(), ErrorKind::not_found,
       "open " + in("missing") + ": "},
      {"create", file::open(there, Access::create).error(), ErrorKind::exists,
       "create " + in("there") + ": "},
      {"open folder", file::open_folder(there).error(), ErrorKind::io,
       "open folder " + in("there")},
      {"write", file::write_at(read_only, 0, "x").error(), ErrorKind::io, "write " + in("there")},
      {"read", file::read_at(closed, 0, byte).error(), ErrorKind::io, "read " + in("there")},
      {"truncate", file::truncate(read_only, 1).error(), ErrorKind::io, "truncate " + in("there")},
      {"size", file::size(closed).error(), ErrorKind::io, "stat " + in("there")},
      {"sync", file::sync(closed).error(), ErrorKind::io, "sync " + in("there")},
      {"sync data", file::sync_data(closed).error(), ErrorKind::io, "sync " + in("there")},
      {"write back", file::write_back(closed, 0, 1).error(), ErrorKind::io,
       "write back " + in("there")},
      {"allocate", file::allocate(closed, 1).error(), ErrorKind::io, "allocate " + in("there")},
      {"sync folder", file::sync_folder(missing).error(), ErrorKind::not_found,
       "open folder " + in("missing")},
      {"rename", file::rename(missing, there).error(), ErrorKind::not_found,
       "rename " + in("missing") + " to " + in("there")},
      {"link", file::link(missing, there).error(), ErrorKind::not_found,
       "link " + in("missing") + " as " + in("there")},
      {"unlink", file::unlink(missing).error(), ErrorKind::not_found, "remove " + in("missing")},
      {"folder where a file is", file::make_folder(there).error(), ErrorKind::io,
       "make folder " + in("there")},
      {"folder below a file", file::make_folder(there / "x").error(), ErrorKind::io,
       "make folder " + in("there/x")},
      {"list", file::list(missing).error(), ErrorKind::not_found, "list " + in("missing")},
      {"read file", file::read_file(missing, 1).error(), ErrorKind::not_found,
       "open " + in("missing")},
      {"replace", file::replace(missing / "x", "").error(), ErrorKind::not_found,
       "create a file beside " + in("missing/x")},
      {"replace a folder", file::replace(folder / "sub", "").error(), ErrorKind::io, "rename "},
      {"unnamed", file::unnamed(missing).error(), ErrorKind::not_found,
       "create a temporary file in " + in("missing")},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name, row.error.text);
    CHECK(row.error.kind == row.kind);
    CHECK(row.error.text.starts_with(row.begin));
  }
  // Neither failed replacement leaves its new file behind.
  CHECK(file::list(folder.path()).value() == std::vector<std::string>{"sub", "there"});
}

TEST_CASE("folders are made with those above them and listed in order") {
  const test::TemporaryFolder folder;
  REQUIRE(file::make_folder(folder / "a/b/c"));
  REQUIRE(file::make_folder(folder / "a/b/c"));
  CHECK(permissions_of(folder / "a/b") == 0700);
  REQUIRE(file::open(folder / "a/z", Access::create_or_open));
  REQUIRE(file::open(folder / "a/z", Access::create_or_open));
  CHECK(file::list(folder / "a").value() == std::vector<std::string>{"b", "z"});
  CHECK(file::exists(folder / "a/z").value());
  CHECK_FALSE(file::exists(folder / "a/y").value());
  CHECK_FALSE(file::exists(folder / "a/z/y").value());
  REQUIRE(file::rename(folder / "a/z", folder / "a/y"));
  REQUIRE(file::link(folder / "a/y", folder / "a/x"));
  REQUIRE(file::unlink(folder / "a/y"));
  CHECK(file::list(folder / "a").value() == std::vector<std::string>{"b", "x"});
}

TEST_CASE("a whole file is read up to a limit") {
  const test::TemporaryFolder folder;
  for (const std::size_t size : {0U, 1U, 4095U, 4096U, 4097U, 10000U}) {
    CAPTURE(size);
    const std::string content(size, 'x');
    REQUIRE(file::replace(folder / "f", content));
    CHECK(file::read_file(folder / "f", 10000).value() == content);
    CHECK(file::read_file(folder / "f", size).value() == content);
    if (size == 0) continue;
    const auto refused = file::read_file(folder / "f", size - 1);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::invalid);
  }
  CHECK(file::read_file("/proc/self/stat", 1 << 16).value().size() > 10);
}

TEST_CASE("replacing keeps the name and sets the permissions") {
  const test::TemporaryFolder folder;
  REQUIRE(file::replace(folder / "f", "one"));
  CHECK(permissions_of(folder / "f") == 0600);
  REQUIRE(file::replace(folder / "f", "two", 0644));
  CHECK(permissions_of(folder / "f") == 0644);
  CHECK(content_of(folder / "f") == "two");
  CHECK(file::list(folder.path()).value() == std::vector<std::string>{"f"});
}

TEST_CASE("an unnamed file has no name") {
  const test::TemporaryFolder folder;
  const auto spool = file::unnamed(folder.path());
  REQUIRE(spool);
  REQUIRE(file::write_at(*spool, 0, "spooled"));
  CHECK(file::size(*spool).value() == 7);
  CHECK(file::list(folder.path()).value().empty());
}

TEST_CASE("a descriptor is closed once, by its last owner") {
  const test::TemporaryFolder folder;
  const auto is_open = [](int number) { return ::fcntl(number, F_GETFD) >= 0; };
  auto first = file::open(folder / "a", Access::create).value();
  const int number = first.number();
  CHECK((::fcntl(number, F_GETFD) & FD_CLOEXEC) != 0);
  auto second = std::move(first);
  CHECK_FALSE(first); // NOLINT(bugprone-use-after-move): that it is empty then is the promise
  CHECK(is_open(number));
  auto third = file::open(folder / "b", Access::create).value();
  const int replaced = third.number();
  third = std::move(second);
  CHECK_FALSE(is_open(replaced));
  CHECK(third.path() == folder / "a");
  CHECK(third.release() == number);
  CHECK_FALSE(third);
  CHECK(is_open(number));
  file::Descriptor owner(number, "a");
  owner.close();
  CHECK_FALSE(is_open(number));
}
