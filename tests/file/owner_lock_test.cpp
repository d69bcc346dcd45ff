#include "file/file.h"
#include "file/owner_lock.h"
#include "support/catch.h"
#include "support/temporary_folder.h"

#include <optional>
#include <sys/wait.h>
#include <unistd.h>

using namespace mox;

TEST_CASE("a second owner is told who holds the lock") {
  const test::TemporaryFolder folder;
  std::optional<file::OwnerLock> first = file::OwnerLock::take(folder / "lock").value();
  const auto second = file::OwnerLock::take(folder / "lock");
  REQUIRE_FALSE(second);
  CHECK(second.error().kind == ErrorKind::temporary);
  CHECK(second.error().text ==
        folder.path().native() + " is in use by process " + std::to_string(::getpid()));
  first.reset();
  CHECK(file::OwnerLock::take(folder / "lock"));
}

TEST_CASE("a lock whose owner wrote no number yet is held by another process") {
  const test::TemporaryFolder folder;
  const auto held = file::OwnerLock::take(folder / "lock");
  REQUIRE(held);
  const auto file = file::open(folder / "lock", file::Access::write).value();
  REQUIRE(file::truncate(file, 0));
  CHECK(file::OwnerLock::take(folder / "lock").error().text ==
        folder.path().native() + " is in use by another process");
}

TEST_CASE("the lock of a killed process is free") {
  const test::TemporaryFolder folder;
  int ready[2];
  REQUIRE(::pipe(ready) == 0);
  const auto child = ::fork();
  if (child == 0) {
    const auto lock = file::OwnerLock::take(folder / "lock");
    const char byte = lock ? 'y' : 'n';
    static_cast<void>(::write(ready[1], &byte, 1));
    ::pause();
    ::_exit(0);
  }
  char byte = 0;
  REQUIRE(::read(ready[0], &byte, 1) == 1);
  CHECK(byte == 'y');
  CHECK(file::OwnerLock::take(folder / "lock").error().text ==
        folder.path().native() + " is in use by process " + std::to_string(child));
  REQUIRE(::kill(child, SIGKILL) == 0);
  REQUIRE(::waitpid(child, nullptr, 0) == child);
  CHECK(file::OwnerLock::take(folder / "lock"));
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_CASE("a lock in a folder that is not there fails") {
  const test::TemporaryFolder folder;
  CHECK(file::OwnerLock::take(folder / "missing" / "lock").error().kind == ErrorKind::not_found);
}
