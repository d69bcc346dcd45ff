#include "file/file_system.h"
#include "support/catch.h"
#include "support/temporary_folder.h"

#include <fmt/format.h>

#include <linux/magic.h>
#include <sys/vfs.h>

using namespace mox;

TEST_CASE("remote file systems are refused, local ones are not") {
  struct Row {
    std::uint64_t magic;
    const char* name; // empty: fine
  };

  const Row rows[] = {
      {0x6969, "NFS"},  {0xFF534D42, "SMB"}, {0x01021997, "9p"}, {0x65735546, "FUSE"},
      {0xEF53, ""},     {0x58465342, ""},    {0x9123683E, ""},   {0x794C7630, ""},
      {0x01021994, ""}, {0xF2F52010, ""},    {0x2FC12FC1, ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.magic);
    CHECK(file::refused_file_system(row.magic).value_or("") == row.name);
  }
}

TEST_CASE("the file system of this test is fine") {
  const test::TemporaryFolder folder;
  CHECK(file::check_file_system(folder.path()));
  CHECK(file::overwrites_in_place(folder.path()));
  const auto space = file::space(folder.path());
  REQUIRE(space);
  CHECK(space->total > 0);
  CHECK(space->available <= space->total);
}

TEST_CASE("what does not exist has no file system") {
  const test::TemporaryFolder folder;
  const auto missing = folder / "missing";
  CHECK(file::check_file_system(missing).error().kind == ErrorKind::not_found);
  CHECK(file::overwrites_in_place(missing).error().kind == ErrorKind::not_found);
  CHECK(file::space(missing).error().kind == ErrorKind::not_found);
}

TEST_CASE("memory file systems gain nothing from writing ahead") {
  struct statfs about{};
  if (statfs("/dev/shm", &about) != 0 || about.f_type != TMPFS_MAGIC) {
    fmt::print("skipped: /dev/shm is not in memory\n");
    return;
  }
  CHECK_FALSE(file::overwrites_in_place("/dev/shm").value());
}
