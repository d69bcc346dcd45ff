// A folder that is gone with its owner.
#include "localserve/memory_folder.h"
#include "support/catch.h"
#include "support/temporary_folder.h"

#include <array>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <sys/stat.h>
#include <utility>

using namespace mox;
using localserve::MemoryFolder;

namespace fs = std::filesystem;

TEST_CASE("memory folder: private, and gone afterwards with all in it") {
  fs::path path;
  {
    const auto folder = MemoryFolder::make().value();
    path = folder.path();
    REQUIRE(fs::is_directory(path));
    CHECK(fs::status(path).permissions() == fs::perms::owner_all);
    fs::create_directories(path / "a" / "b");
    std::ofstream(path / "a" / "b" / "c") << "text";
    CHECK(MemoryFolder::make().value().path() != path);
  }
  CHECK_FALSE(fs::exists(path));
}

TEST_CASE("memory folder: it goes with the last one that has it") {
  fs::path path;
  {
    std::optional<MemoryFolder> last;
    {
      auto first = MemoryFolder::make().value();
      path = first.path();
      last.emplace(std::move(first));
    }
    CHECK(fs::is_directory(path));
  }
  CHECK_FALSE(fs::exists(path));
}

TEST_CASE("memory folder: in the first place that there is") {
  const test::TemporaryFolder temporary;
  const auto none = temporary / "none";
  const auto also_none = temporary / "also-none";
  {
    const std::array places = {none, temporary.path(), also_none};
    const auto folder = MemoryFolder::make_in(places);
    REQUIRE(folder);
    CHECK(folder->path().parent_path() == temporary.path());
  }
  CHECK(fs::is_empty(temporary.path()));
  const std::array places = {none, also_none};
  const auto folder = MemoryFolder::make_in(places);
  REQUIRE_FALSE(folder);
  CHECK(folder.error() == Error{ErrorKind::not_found, "make a folder in " + also_none.native() +
                                                          ": No such file or directory"});
}

TEST_CASE("memory folder: never in the current folder, when there is no other") {
  const char* before = std::getenv("TMPDIR");
  const std::optional<std::string> kept =
      before ? std::optional<std::string>(before) : std::nullopt;
  ::setenv("TMPDIR", "/no/such/folder", 1);
  {
    const auto folder = MemoryFolder::make();
    if (folder) CHECK(folder->path().is_absolute());
  }
  if (kept)
    ::setenv("TMPDIR", kept->c_str(), 1);
  else
    ::unsetenv("TMPDIR");
}
