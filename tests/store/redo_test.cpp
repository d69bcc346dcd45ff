// Commits of the database that a crash has lost, repeated from the log. tests/crash has them by
// chance.
#include "bloblog/record.h"
#include "bloblog/segments.h"
#include "bloblog/writer.h"
#include "database/database.h"
#include "database/journal.h"
#include "file/file.h"
#include "store/format.h"
#include "store/redo.h"
#include "store_fixture.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace mox::store::test {

namespace {

namespace fs = std::filesystem;

// Delivers "2", and leaves the folder as if the database's commit of it had been lost.
struct Lost : World {
  Lost() {
    deliver(inbox, mail("1", "s"));
    reopen();
    store->maintain().value();
    store.reset();
    const auto database = options.folder / "data.mdb";
    fs::copy_file(database, folder.path() / "before");
    reopen();
    deliver(inbox, mail("2", "lost"));
    store.reset();
    fs::copy_file(folder.path() / "before", database, fs::copy_options::overwrite_existing);
    said.clear();
  }

  fs::path segment() const { return options.folder / "blobs" / "00000001.seg"; }

  bool has_said(std::string_view text) const {
    return std::ranges::any_of(said, [&](const std::string& line) { return line == text; });
  }

  // Changes a bit of the first occurrence of `text` in the log.
  void damage(std::string_view text) const {
    const auto bytes = file::read_file(segment(), 1U << 30U).value();
    const auto at = bytes.find(text);
    REQUIRE(at != std::string::npos);
    const auto file = file::open(segment(), file::Access::write).value();
    const char other = static_cast<char>(bytes[at] ^ 1);
    REQUIRE(file::write_at(file, at, std::string_view(&other, 1)));
  }
};

} // namespace

TEST_CASE("redo: a commit that was lost is repeated") {
  Lost world;
  world.reopen();
  CHECK(world.has_said("repeated 1 commits lost by a crash"));
  CHECK(world.listing(world.inbox) == "1 2");
  world.check_clean();
  CHECK(world.deliver(world.inbox, mail("3", "s")).uid == 3);
  world.said.clear();
  world.reopen();
  CHECK_FALSE(world.has_said("repeated 1 commits lost by a crash"));
  CHECK(world.listing(world.inbox) == "1 2 3");
  world.check_clean();
}

TEST_CASE("redo: a group with a damaged body is not repeated") {
  Lost world;
  world.damage("Subject: lost");
  world.reopen();
  CHECK(world.listing(world.inbox) == "1");
  world.check_clean();
  CHECK(world.deliver(world.inbox, mail("3", "s")).uid == 2);
  world.check_clean();
}

namespace {

// A log and a database that knows its beginning, without a store.
struct Parts {
  Parts() {
    segments = *bloblog::Segments::open({.folder = folder.path() / "blobs"});
    log = *bloblog::Writer::open(*segments, {});
    begin = log->tail();
    REQUIRE(database->write([&](database::WriteTransaction& transaction) -> Result<> {
      transaction.put(counters_key(), encode(CounterRecord{.tail = begin}));
      return ok();
    }));
  }

  static Key counters_key() { return Key(no_account, Table::counters); }

  // A group with one body that puts `name` into the database.
  void add(std::string_view name, std::optional<bloblog::Position> said_begin = {}) {
    const auto mark = said_begin.value_or(log->tail());
    REQUIRE(log->append(bloblog::Kind::blob, 1, name));
    database::Journal journal(max_redo);
    journal.put(name, "x");
    CHECK(append_redo(*log, mark, journal));
    REQUIRE(log->flush_and_sync());
  }

  // Which of the names a, b, c were repeated.
  std::string repeated() {
    const auto count = repeat_groups(*database, *segments).value();
    const auto transaction = database->read();
    std::string names;
    for (const char* name : {"a", "b", "c"})
      if (transaction->get(name)) names += name;
    CHECK(count == names.size());
    return names;
  }

  bloblog::Position tail() const {
    return decode_counters(*database->read()->get(counters_key())).tail;
  }

  TestFolder folder;
  std::unique_ptr<database::Database> database = database::open_memory();
  std::unique_ptr<bloblog::Segments> segments;
  std::unique_ptr<bloblog::Writer> log;
  bloblog::Position begin;
};

} // namespace

TEST_CASE("redo: groups are repeated in their order, and the tail moves behind them") {
  Parts parts;
  CHECK(parts.repeated().empty());
  parts.add("a");
  parts.add("b");
  CHECK(parts.repeated() == "ab");
  CHECK(parts.tail() == parts.log->tail());
  CHECK(repeat_groups(*parts.database, *parts.segments).value() == 0);
}

TEST_CASE("redo: what stands behind the last redo record is not the database's") {
  Parts parts;
  parts.add("a");
  const auto end = parts.log->tail();
  REQUIRE(parts.log->append(bloblog::Kind::blob, 2, "of a group that was not written whole"));
  REQUIRE(parts.log->flush_and_sync());
  CHECK(parts.repeated() == "a");
  CHECK(parts.tail() == end);
}

TEST_CASE("redo: a record that belongs elsewhere ends the search") {
  Parts parts;
  parts.add("a");
  parts.add("b", parts.begin);
  parts.add("c");
  CHECK(parts.repeated() == "a");
}

TEST_CASE("redo: a group that the database refused is not repeated, nor what follows") {
  Parts parts;
  parts.add("a");
  const auto mark = parts.log->tail();
  parts.add("b");
  REQUIRE(append_refusal(*parts.log, mark));
  parts.add("c", mark);
  CHECK(parts.repeated() == "a");
  CHECK(parts.tail() == mark);
}

TEST_CASE("redo: a journal that was given up makes no record") {
  Parts parts;
  database::Journal journal(3);
  journal.put("a", "too long");
  CHECK_FALSE(append_redo(*parts.log, parts.begin, journal));
  CHECK(parts.log->tail() == parts.begin);
}

TEST_CASE("redo: a group that goes on into another segment has none that can be used") {
  Parts parts;
  const auto mark = parts.log->tail();
  REQUIRE(parts.log->append(bloblog::Kind::blob, 1, "body"));
  REQUIRE(parts.log->seal_active());
  database::Journal journal(max_redo);
  journal.put("a", "x");
  CHECK_FALSE(append_redo(*parts.log, mark, journal));
}

} // namespace mox::store::test
