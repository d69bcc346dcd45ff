#include "database/database.h"
#include "database/journal.h"
#include "support/catch.h"
#include "support/temporary_folder.h"

#include <algorithm>
#include <map>
#include <random>
#include <string>

using namespace mox;
using namespace mox::database;

namespace {

std::unique_ptr<Database> open(const std::string& name, const test::TemporaryFolder& folder) {
  if (name == "memory") return open_memory();
  auto opened = open_lmdb({.folder = folder.path()});
  REQUIRE(opened);
  return std::move(*opened);
}

std::map<std::string, std::string> all(const Database& database) {
  std::map<std::string, std::string> entries;
  const auto transaction = database.read();
  const auto cursor = transaction->cursor();
  for (bool there = cursor->seek("\x01"); there; there = cursor->next())
    entries.emplace(cursor->key(), cursor->value());
  return entries;
}

std::string random_text(std::mt19937& random, std::size_t most) {
  std::string text(1 + random() % most, '\0');
  for (auto& byte : text) byte = static_cast<char>('a' + random() % 3);
  return text;
}

// One change of each kind that there is, drawn by chance.
void change_something(WriteTransaction& transaction, std::mt19937& random) {
  const auto key = random_text(random, 4);
  const auto value = random_text(random, 300);
  const auto cursor = transaction.write_cursor();
  switch (random() % 6) {
  case 0: transaction.put(key, value); break;
  case 1: {
    const auto into = transaction.reserve(key, value.size());
    std::ranges::copy(value, into.begin());
    break;
  }
  case 2: static_cast<void>(transaction.erase(key)); break;
  case 3: cursor->put(key, value); break;
  case 4:
    if (cursor->seek(key)) cursor->replace(value);
    break;
  default:
    if (cursor->seek(key)) cursor->erase();
  }
}

Result<> repeat_in(Database& database, std::string_view journal) {
  return database.write(
      [&](WriteTransaction& transaction) { return repeat(journal, transaction); });
}

} // namespace

TEST_CASE("journal: what is repeated from it is what was changed") {
  for (const std::string name : {"lmdb", "memory"}) {
    CAPTURE(name);
    const test::TemporaryFolder folder;
    const test::TemporaryFolder copied_folder;
    const auto database = open(name, folder);
    const auto copy = open(name, copied_folder);
    std::mt19937 random(7); // NOLINT(cert-msc32-c,cert-msc51-cpp): the same each time
    for (int round = 0; round < 100; ++round) {
      Journal journal(1U << 20U);
      REQUIRE(database->write([&](WriteTransaction& transaction) {
        transaction.keep_journal(&journal);
        const auto changes = random() % 30;
        for (unsigned i = 0; i < changes; ++i) change_something(transaction, random);
        transaction.keep_journal(nullptr);
        return ok();
      }));
      REQUIRE(journal.complete());
      REQUIRE(repeat_in(*copy, journal.bytes()));
      REQUIRE(all(*database) == all(*copy));
    }
  }
}

TEST_CASE("journal: it ends where it is told to") {
  const auto database = open_memory();
  Journal journal(100);
  REQUIRE(database->write([&](WriteTransaction& transaction) {
    transaction.put("a", "1");
    transaction.keep_journal(&journal);
    transaction.put("b", "2");
    transaction.keep_journal(nullptr);
    transaction.put("c", "3");
    return ok();
  }));
  CHECK(journal.bytes() == std::string_view("p\x01\0\x01\0\0\0b2", 9));
}

TEST_CASE("journal: it gives up above its limit, and at a nested transaction") {
  const auto database = open_memory();
  const auto journal_of = [&](std::size_t limit, auto change) {
    Journal journal(limit);
    REQUIRE(database->write([&](WriteTransaction& transaction) -> Result<> {
      transaction.keep_journal(&journal);
      return change(transaction);
    }));
    return journal;
  };
  const auto two = [](WriteTransaction& transaction) -> Result<> {
    transaction.put("a", "1");
    transaction.put("b", "2");
    return ok();
  };
  const auto reserving = [](WriteTransaction& transaction) -> Result<> {
    transaction.reserve("a", 100)[0] = 'x';
    transaction.put("b", "2");
    return ok();
  };
  CHECK(journal_of(18, two).complete());
  CHECK_FALSE(journal_of(17, two).complete());
  CHECK_FALSE(journal_of(100, reserving).complete());
  auto given_up = journal_of(100, [](WriteTransaction& transaction) {
    return transaction.nested([](WriteTransaction& child) -> Result<> {
      child.put("c", "3");
      return ok();
    });
  });
  CHECK_FALSE(given_up.complete());
  CHECK(given_up.bytes().empty());
}

TEST_CASE("journal: bytes that are none are refused, and nothing is changed") {
  const auto database = open_memory();
  REQUIRE(repeat_in(*database, std::string_view("p\x01\0\x01\0\0\0a1", 9)));
  const auto before = all(*database);
  const std::string too_long_key = "e" + std::string("\0\x02", 2) + std::string(512, 'k');
  for (const std::string_view bytes : {
           std::string_view("x"), std::string_view("p"),
           std::string_view("p\x01\0\x02\0\0\0b1", 9),   // the value is short
           std::string_view("p\0\0\x01\0\0\0b", 8),      // no key
           std::string_view("p\xff\xff\x01\0\0\0b1", 9), // a key beyond the end
           std::string_view("p\x01\0\xff\xff\xff\xff"
                            "b1",
                            9), // a value beyond the end
           std::string_view("e\x01\0", 3), std::string_view("e\x01\0z", 4), // what is not there
           std::string_view(too_long_key),
           std::string_view("p\x01\0\x01\0\0\0b1e", 10), // a good one, then half of one
       }) {
    const auto repeated = repeat_in(*database, bytes);
    REQUIRE_FALSE(repeated);
    CHECK(repeated.error().kind == ErrorKind::corrupt);
    CHECK(all(*database) == before);
  }
}

TEST_CASE("durability: a commit that is on disk with the next one is seen at once, and kept") {
  const test::TemporaryFolder folder;
  {
    const auto database = open("lmdb", folder);
    for (const std::string key : {"a", "b", "c"}) {
      REQUIRE(database->write([&](WriteTransaction& transaction) {
        transaction.put(key, "1");
        if (key != "b") transaction.set_durability(Durability::with_next);
        return ok();
      }));
      CHECK(all(*database).contains(key));
    }
  }
  CHECK(all(*open("lmdb", folder)).size() == 3);
}
