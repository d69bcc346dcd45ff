#include "database/database.h"
#include "support/catch.h"

#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <unistd.h>

using namespace mox;
using namespace mox::database;

namespace {

class Folder {
public:
  Folder() {
    auto pattern = (std::filesystem::temp_directory_path() / "mox-database-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path_ = pattern;
  }

  ~Folder() { std::filesystem::remove_all(path_); }

  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::filesystem::path& path() const { return path_; }

private:
  std::filesystem::path path_;
};

struct EngineUnderTest {
  Folder folder;
  std::unique_ptr<Database> database;

  explicit EngineUnderTest(const std::string& name) {
    if (name == "memory") {
      database = open_memory();
    } else {
      auto opened = open_lmdb({.folder = folder.path()});
      REQUIRE(opened);
      database = std::move(*opened);
    }
  }
};

void put(Database& database, std::string_view key, std::string_view value) {
  REQUIRE(database.write([&](WriteTransaction& t) {
    t.put(key, value);
    return ok();
  }));
}

std::string all(const ReadTransaction& transaction) {
  std::string text;
  auto cursor = transaction.cursor();
  for (bool there = cursor->seek("\x01"); there; there = cursor->next()) {
    text += std::string(cursor->key()) + "=" + std::string(cursor->value()) + " ";
  }
  return text;
}

} // namespace

TEST_CASE("database: put, get, erase") {
  EngineUnderTest engine(GENERATE(as<std::string>{}, "lmdb", "memory"));
  put(*engine.database, "b", "2");
  REQUIRE(engine.database->write([](WriteTransaction& t) {
    CHECK(t.get("b") == "2");
    CHECK_FALSE(t.get("a"));
    t.put("a", "1");
    t.put("b", "two");
    CHECK(t.get("b") == "two");
    CHECK_FALSE(t.erase("c"));
    t.put("c", "");
    CHECK(t.get("c") == "");
    CHECK(t.erase("a"));
    CHECK_FALSE(t.get("a"));
    const auto room = t.reserve("d", 3);
    std::copy_n("xyz", 3, room.data());
    return ok();
  }));
  CHECK(all(*engine.database->read()) == "b=two c= d=xyz ");
}

TEST_CASE("database: a failed change leaves nothing") {
  EngineUnderTest engine(GENERATE(as<std::string>{}, "lmdb", "memory"));
  put(*engine.database, "a", "1");
  const auto result = engine.database->write([](WriteTransaction& t) -> Result<> {
    t.put("a", "2");
    return failure(ErrorKind::refused, "no");
  });
  REQUIRE_FALSE(result);
  CHECK(result.error().kind == ErrorKind::refused);
  CHECK_THROWS_AS(engine.database->write([](WriteTransaction& t) -> Result<> {
    t.put("a", "3");
    throw std::runtime_error("bug");
  }),
                  std::runtime_error);
  CHECK(all(*engine.database->read()) == "a=1 ");
}

TEST_CASE("database: nested changes fail alone") {
  EngineUnderTest engine(GENERATE(as<std::string>{}, "lmdb", "memory"));
  REQUIRE(engine.database->write([](WriteTransaction& t) {
    t.put("a", "1");
    CHECK(t.nested([](WriteTransaction& n) {
      CHECK(n.get("a") == "1");
      n.put("b", "2");
      return ok();
    }));
    CHECK(t.get("b") == "2");
    CHECK_FALSE(t.nested([](WriteTransaction& n) -> Result<> {
      n.put("a", "broken");
      n.erase("b");
      n.put("c", "3");
      return failure(ErrorKind::refused, "no");
    }));
    CHECK_THROWS(t.nested([](WriteTransaction& n) -> Result<> {
      n.put("d", "4");
      throw std::runtime_error("bug");
    }));
    CHECK(t.nested([](WriteTransaction& n) {
      CHECK(n.get("a") == "1");
      n.put("e", "5");
      return ok();
    }));
    CHECK(t.dirty_pages() >= 1);
    return ok();
  }));
  CHECK(all(*engine.database->read()) == "a=1 b=2 e=5 ");
}

TEST_CASE("database: a reader keeps its snapshot until it renews") {
  EngineUnderTest engine(GENERATE(as<std::string>{}, "lmdb", "memory"));
  put(*engine.database, "a", "1");
  auto reader = engine.database->read();
  auto second = engine.database->read(); // on the same thread
  const auto view = *reader->get("a");
  put(*engine.database, "a", "2");
  put(*engine.database, "b", "3");
  CHECK(view == "1");
  CHECK(all(*reader) == "a=1 ");
  reader->renew();
  CHECK(all(*reader) == "a=2 b=3 ");
  CHECK(all(*second) == "a=1 ");
  reader->reset();
  put(*engine.database, "c", "4");
  std::thread([&] { // on another thread
    reader->renew();
    CHECK(all(*reader) == "a=2 b=3 c=4 ");
  })
      .join();
}

TEST_CASE("database: cursors go both ways") {
  EngineUnderTest engine(GENERATE(as<std::string>{}, "lmdb", "memory"));
  REQUIRE(engine.database->write([](WriteTransaction& t) {
    for (const auto* key : {"b", "d", "f"}) t.put(key, key);
    return ok();
  }));

  struct Row {
    std::string_view key, at_or_after, below;
  };

  const Row rows[] = {{"a", "b", ""},  {"b", "b", ""},  {"c", "d", "b"}, {"d", "d", "b"},
                      {"e", "f", "d"}, {"f", "f", "d"}, {"g", "", "f"}};
  auto reader = engine.database->read();
  auto cursor = reader->cursor();
  for (const auto& row : rows) {
    CAPTURE(row.key);
    CHECK(cursor->seek(row.key) == !row.at_or_after.empty());
    CHECK(cursor->key() == row.at_or_after);
    CHECK(cursor->seek_below(row.key) == !row.below.empty());
    CHECK(cursor->key() == row.below);
  }
  CHECK_FALSE(cursor->seek("g"));
  CHECK_FALSE(cursor->next());
  CHECK_FALSE(cursor->previous());
  CHECK(cursor->seek("f"));
  CHECK(cursor->previous());
  CHECK(cursor->key() == "d");
  CHECK(cursor->next());
  CHECK(cursor->key() == "f");
  CHECK_FALSE(cursor->next());
}

TEST_CASE("database: a write cursor replaces and erases on its way") {
  EngineUnderTest engine(GENERATE(as<std::string>{}, "lmdb", "memory"));
  REQUIRE(engine.database->write([](WriteTransaction& t) {
    for (int i = 100; i < 1000; ++i) t.put("k" + std::to_string(i), std::string(50, 'x'));
    return ok();
  }));
  REQUIRE(engine.database->write([](WriteTransaction& t) {
    auto cursor = t.write_cursor();
    int n = 0;
    for (bool there = cursor->seek("k"); there; there = cursor->next(), ++n) {
      if (n % 3 == 0) cursor->erase();
      if (n % 3 == 1) cursor->replace("short");
      if (n % 3 == 2) cursor->replace(std::string(60, 'y'));
    }
    CHECK(n == 900);
    cursor->put("k1010", "new");
    CHECK(cursor->key() == "k1010");
    CHECK(cursor->next());
    CHECK(cursor->key() == "k102");
    return ok();
  }));
  auto reader = engine.database->read();
  CHECK_FALSE(reader->get("k100"));
  CHECK(reader->get("k101") == "short");
  CHECK(reader->get("k102") == std::string(60, 'y'));
  CHECK(reader->get("k1010") == "new");
  int n = 0;
  auto cursor = reader->cursor();
  for (bool there = cursor->seek("k"); there; there = cursor->next()) ++n;
  CHECK(n == 601);
}

TEST_CASE("database: wrong use is a bug") {
  EngineUnderTest engine(GENERATE(as<std::string>{}, "lmdb", "memory"));
  const auto bug = [&](auto use) {
    const auto misuse = [&] {
      const auto result = engine.database->write([&](WriteTransaction& t) {
        use(t);
        return ok();
      });
      return result.has_value();
    };
    CHECK_THROWS_AS(misuse(), std::logic_error);
  };
  bug([](WriteTransaction& t) { t.put("", "x"); });
  bug([](WriteTransaction& t) { t.put(std::string(512, 'k'), "x"); });
  bug([](WriteTransaction& t) { t.reset(); });
  bug([](WriteTransaction& t) { t.renew(); });
  bug([](WriteTransaction& t) { t.write_cursor()->replace("x"); });
  bug([](WriteTransaction& t) { t.write_cursor()->erase(); });
  put(*engine.database, std::string(511, 'k'), "largest");
}

TEST_CASE("database: random changes against std::map") {
  EngineUnderTest engine(GENERATE(as<std::string>{}, "lmdb", "memory"));
  std::mt19937 random(GENERATE(1U, 2U, 3U));
  std::map<std::string, std::string> model;
  const auto key = [&] { return "k" + std::to_string(random() % 500); };
  for (int round = 0; round < 60; ++round) {
    auto old = engine.database->read();
    const auto before = all(*old);
    auto tried = model;
    const bool fail = random() % 4 == 0;
    const auto result = engine.database->write([&](WriteTransaction& t) -> Result<> {
      for (unsigned i = 0; i < random() % 50; ++i) {
        const auto k = key();
        switch (random() % 4) {
        case 0: CHECK(t.erase(k) == (tried.erase(k) == 1)); break;
        case 1: {
          auto cursor = t.write_cursor();
          const auto at = tried.lower_bound(k);
          CHECK(cursor->seek(k) == (at != tried.end()));
          if (at == tried.end()) break;
          CHECK(cursor->key() == at->first);
          const auto next = tried.erase(at);
          cursor->erase();
          CHECK(cursor->next() == (next != tried.end()));
          if (next != tried.end()) CHECK(cursor->key() == next->first);
          break;
        }
        default: {
          const std::string value(random() % 3000, 'v');
          t.put(k, value);
          tried[k] = value;
        }
        }
      }
      if (fail) return failure(ErrorKind::refused, "no");
      return ok();
    });
    CHECK(result.has_value() == !fail);
    if (!fail) model = tried;
    CHECK(all(*old) == before);
    std::string want;
    for (const auto& [k, v] : model) want.append(k).append("=").append(v).append(" ");
    CHECK((all(*engine.database->read()) == want));
  }
}

TEST_CASE("database: readers on other threads while one writes") {
  EngineUnderTest engine(GENERATE(as<std::string>{}, "lmdb", "memory"));
  put(*engine.database, "a", "0");
  put(*engine.database, "b", "0");
  std::atomic<bool> stop = false;
  std::atomic<int> torn = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      auto reader = engine.database->read();
      while (!stop) {
        if (reader->get("a") != reader->get("b")) ++torn;
        reader->renew();
      }
    });
  }
  for (int i = 1; i < 100; ++i) {
    REQUIRE(engine.database->write([&](WriteTransaction& t) {
      t.put("a", std::to_string(i));
      t.put("b", std::to_string(i));
      return ok();
    }));
  }
  stop = true;
  for (auto& reader : readers) reader.join();
  CHECK(torn == 0);
}

TEST_CASE("lmdb: a full map is an error of its change alone") {
  Folder folder;
  auto database = open_lmdb({.folder = folder.path(), .map_size = 1U << 20U});
  REQUIRE(database);
  put(**database, "a", "1");
  const auto fill = [](WriteTransaction& t) -> Result<> {
    for (int i = 0; i < 10000; ++i) t.put("k" + std::to_string(i), std::string(1000, 'x'));
    return ok();
  };
  try {
    (void)(*database)->write(fill);
    FAIL("no failure");
  } catch (const Failure& failure) {
    CHECK(failure.error().kind == ErrorKind::full);
  }
  REQUIRE((*database)->write([&](WriteTransaction& t) {
    t.put("b", "2");
    CHECK_THROWS_AS(t.nested(fill), Failure);
    t.put("c", "3");
    return ok();
  }));
  CHECK(all(*(*database)->read()) == "a=1 b=2 c=3 ");
}

TEST_CASE("lmdb: what was written is there at the next open, also read-only beside the writer") {
  Folder folder;
  auto database = open_lmdb({.folder = folder.path()});
  REQUIRE(database);
  CHECK(std::string((*database)->description()).find("LMDB") == 0);
  put(**database, "a", "1");
  database->reset();
  auto again = open_lmdb({.folder = folder.path(), .read_only = true});
  REQUIRE(again);
  CHECK((*again)->read()->get("a") == "1");
  CHECK_THROWS((*again)->write([](WriteTransaction&) { return ok(); }));
}

TEST_CASE("lmdb: a folder that cannot be opened") {
  Folder folder;
  CHECK(open_lmdb({.folder = folder.path() / "missing"}).error().kind == ErrorKind::not_found);
  {
    std::unique_ptr<FILE, int (*)(FILE*)> file(
        std::fopen((folder.path() / "data.mdb").c_str(), "w"), std::fclose);
    std::fputs(std::string(8192, 'x').c_str(), file.get());
  }
  CHECK(open_lmdb({.folder = folder.path()}).error().kind == ErrorKind::corrupt);
}

TEST_CASE("lmdb: the age of the oldest reader") {
  Folder folder;
  auto database = open_lmdb({.folder = folder.path()});
  REQUIRE(database);
  auto reader = (*database)->read();
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  CHECK((*database)->oldest_reader() >= std::chrono::milliseconds(2));
  reader->reset();
  CHECK((*database)->oldest_reader() == std::chrono::nanoseconds(0));
  CHECK((*database)->clear_stale_readers() == 0);
}
