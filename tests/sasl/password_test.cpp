// What may be a password, and the verifiers that are stored.
#include "sasl/password.h"
#include "support/catch.h"
#include "support/fake_random.h"

#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using namespace mox;
using namespace std::literals;

namespace {

// The least that Argon2 takes, for tests that do not measure its cost.
constexpr sasl::PasswordCost cheap{.memory_kib = 8, .passes = 1, .lanes = 1};

std::string verifier_of(std::string_view password) {
  test::FakeRandom random;
  return sasl::hash_password(password, random, cheap).value();
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  const auto at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

// Memory of this process that stands in no file, in KiB.
std::int64_t anonymous_memory() {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word && word != "RssAnon:") {
  }
  std::int64_t kib = 0;
  status >> kib;
  REQUIRE(kib > 0);
  return kib;
}

} // namespace

TEST_CASE("passwords are brought into the form in which they are compared (RFC 8265 section 4.2)") {
  struct Row {
    const char* name;
    std::string password;
    std::string want; // or what the error says, after '!'
  };

  const std::vector<Row> rows = {
      {"ASCII", "correct horse", "correct horse"},
      {"case stays", "SecreT", "SecreT"},
      {"one space", " ", " "},
      {"no-break space",
       "a\xC2\xA0"
       "b",
       "a b"},
      {"Ogham space", "\xE1\x9A\x80", " "},
      {"em space", "\xE2\x80\x83", " "},
      {"hair space", "\xE2\x80\x8A", " "},
      {"narrow no-break space", "\xE2\x80\xAF", " "},
      {"mathematical space", "\xE2\x81\x9F", " "},
      {"ideographic space", "\xE3\x80\x80", " "},
      {"zero width space is none", "\xE2\x80\x8B", "\xE2\x80\x8B"},
      {"normal form C", "e\xCC\x81", "\xC3\xA9"},
      {"compatibility forms stay", "\xEF\xAC\x81", "\xEF\xAC\x81"},
      {"beyond the BMP", "\xF0\x9F\x94\x91", "\xF0\x9F\x94\x91"},
      {"the longest", std::string(1024, 'x'), std::string(1024, 'x')},
      {"one more", std::string(1025, 'x'), "!password is longer than 1024 bytes"},
      {"empty", "", "!password is empty"},
      {"bad UTF-8", "pass\xFFword", "!password is not UTF-8"},
      {"cut UTF-8", "password\xC3", "!password is not UTF-8"},
      {"NUL", "pass\0word"s, "!password has a control character"},
      {"tab", "pass\tword", "!password has a control character"},
      {"line feed at the end", "password\n", "!password has a control character"},
      {"DEL", "password\x7F", "!password has a control character"},
      {"C1", "password\xC2\x85", "!password has a control character"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto prepared = sasl::prepare_password(row.password);
    CHECK((prepared ? std::string(prepared->view()) : '!' + prepared.error().text) == row.want);
  }
}

TEST_CASE("a verifier knows its password, in every form of it, and no other") {
  const auto verifier = verifier_of("\xC3\xA9t\xC3\xA9 2026");
  CHECK(verifier.starts_with("$argon2id$v=19$m=8,t=1,p=1$"));

  struct Row {
    const char* name;
    std::string password;
    bool right;
  };

  const std::vector<Row> rows = {
      {"the same", "\xC3\xA9t\xC3\xA9 2026", true},
      {"in normal form D", "e\xCC\x81te\xCC\x81 2026", true},
      {"with another space",
       "\xC3\xA9t\xC3\xA9\xC2\xA0"
       "2026",
       true},
      {"other case", "\xC3\xA9T\xC3\xA9 2026", false},
      {"shorter", "\xC3\xA9t\xC3\xA9 202", false},
      {"longer", "\xC3\xA9t\xC3\xA9 20266", false},
      {"a NUL behind it", "\xC3\xA9t\xC3\xA9 2026\0"s, false},
      {"empty", "", false},
      {"bad UTF-8", "\xE9t\xE9 2026", false},
      {"too long", std::string(5000, 'x'), false},
      {"the verifier itself", verifier, false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(sasl::check_password(verifier, row.password).value() == row.right);
  }
}

TEST_CASE("each verifier has its salt and its cost") {
  test::FakeRandom random;
  const auto first = sasl::hash_password("secret password", random, cheap).value();
  const auto second = sasl::hash_password("secret password", random, cheap).value();
  CHECK(first != second);
  CHECK(sasl::check_password(second, "secret password").value());
  const auto usual = sasl::hash_password("secret password", random).value();
  CHECK(usual.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
  CHECK(sasl::check_password(usual, "secret password").value());
  CHECK(!sasl::check_password(usual, "secret passwort").value());
}

TEST_CASE("verifiers that libargon2 wrote are known") {
  struct Row {
    const char* name;
    std::string verifier;
  };

  // By its argon2id_hash_encoded().
  const std::vector<Row> rows = {
      {"one lane, a short hash",
       "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$79CPBBtFLAJe3yMqiKHvf7zwXFiecLBi"},
      {"three lanes, a long salt",
       "$argon2id$v=19$m=64,t=3,p=3$YSBsb25nZXIgc2FsdCwgb2YgMjggb2N0ZXRzLg$"
       "Mxxz1C9nUzjkTQTNBxxLJ9HmrEC+vEozGyu77huI3D0"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(sasl::check_password(row.verifier, "password").value());
    CHECK(!sasl::check_password(row.verifier, "passwort").value());
  }
}

TEST_CASE("the memory of a check is given back, whichever thread made it") {
  test::FakeRandom random;
  const auto verifier = sasl::hash_password("secret password", random).value();
  constexpr std::int64_t one_check_kib = sasl::PasswordCost{}.memory_kib;
  const auto before = anonymous_memory();
  for (int thread = 0; thread < 4; ++thread)
    std::jthread([&] {
      for (int check = 0; check < 2; ++check)
        static_cast<void>(sasl::check_password(verifier, "secret password"));
    }).join();
  CHECK(anonymous_memory() - before < one_check_kib / 2);
}

TEST_CASE("a new password has a minimum; stored ones are checked whatever their length") {
  test::FakeRandom random;
  const auto error = [&](std::string_view password) {
    return sasl::hash_password(password, random, cheap).error();
  };
  CHECK(error("1234567") == Error{ErrorKind::invalid, "password is shorter than 8 bytes"});
  // Seven bytes in the form that counts.
  CHECK(error("12345e\xCC\x81").text == "password is shorter than 8 bytes");
  CHECK(error("").text == "password is empty");
  CHECK(error("1234567\n").text == "password has a control character");
  CHECK(error(std::string(1025, 'x')).text == "password is longer than 1024 bytes");
  CHECK(sasl::hash_password("12345678", random, cheap));
  // Too little memory for its lanes.
  CHECK(!sasl::hash_password("12345678", random, {.memory_kib = 1, .passes = 1, .lanes = 4}));
}

TEST_CASE("malformed stored verifiers are corrupt, and cost nothing") {
  const auto right = verifier_of("secret password");
  const auto hash_at = right.rfind('$');
  const auto salt_at = right.rfind('$', hash_at - 1);

  struct Row {
    const char* name;
    std::string verifier;
  };

  const std::vector<Row> rows = {
      {"empty", ""},
      {"plain text", "secret password"},
      {"bcrypt", "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"},
      {"argon2i", replaced(right, "argon2id", "argon2i")},
      {"argon2d", replaced(right, "argon2id", "argon2d")},
      {"an unknown kind", replaced(right, "argon2id", "argon2x")},
      {"without the first dollar", right.substr(1)},
      {"a version that is none", replaced(right, "v=19", "v=x")},
      {"an older version", replaced(right, "v=19", "v=16")},
      {"no version", replaced(right, "v=19$", "")},
      {"an unknown version", replaced(right, "v=19", "v=99")},
      {"no memory", replaced(right, "m=8,", "")},
      {"memory of 0", replaced(right, "m=8", "m=0")},
      {"memory that is no number", replaced(right, "m=8", "m=x")},
      {"negative memory", replaced(right, "m=8", "m=-8")},
      {"4 TiB", replaced(right, "m=8", "m=4294967295")},
      {"more memory than a number holds", replaced(right, "m=8", "m=99999999999999999999999999")},
      {"passes of 0", replaced(right, "t=1", "t=0")},
      {"a thousand passes", replaced(right, "t=1", "t=1000")},
      {"lanes of 0", replaced(right, "p=1", "p=0")},
      {"a thousand lanes", replaced(right, "p=1", "p=1000")},
      {"no lanes", replaced(right, ",p=1", "")},
      {"parameters in another order", replaced(right, "m=8,t=1,p=1", "t=1,m=8,p=1")},
      {"no salt", right.substr(0, salt_at + 1) + right.substr(hash_at)},
      {"a padded hash", right + "="},
      {"a salt that is too short", right.substr(0, salt_at + 1) + "YWJj" + right.substr(hash_at)},
      {"a salt that is not base64",
       right.substr(0, salt_at + 1) + "!!!!!!!!!!!!!!!!!!!!!!" + right.substr(hash_at)},
      {"no hash", right.substr(0, hash_at + 1)},
      {"no hash and no dollar", right.substr(0, hash_at)},
      {"a hash that is too short", right.substr(0, hash_at + 4)},
      {"a hash that is not base64", right.substr(0, hash_at + 1) + "?" + right.substr(hash_at + 2)},
      {"something behind it", right + "$"},
      {"a space behind it", right + " "},
      {"a NUL behind it", right + '\0'},
      {"a NUL in it", replaced(right, "$v=19", {"\0v=19", 5})},
      {"too long", right + std::string(256, 'A')},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name, row.verifier);
    const auto checked = sasl::check_password(row.verifier, "secret password");
    REQUIRE(!checked);
    CHECK(checked.error() == Error{ErrorKind::corrupt, "stored password verifier is malformed"});
  }
}

TEST_CASE("every prefix and every changed byte of a verifier fails to match") {
  const auto right = verifier_of("secret password");
  const auto matches = [](const std::string& verifier) {
    const auto checked = sasl::check_password(verifier, "secret password");
    return checked && *checked;
  };
  REQUIRE(matches(right));
  for (std::size_t size = 0; size < right.size(); ++size) {
    CAPTURE(size);
    CHECK(!matches(right.substr(0, size)));
  }
  for (std::size_t at = 0; at < right.size(); ++at) {
    auto changed = right;
    changed[at] = changed[at] == 'B' ? 'C' : 'B';
    CAPTURE(changed);
    CHECK(!matches(changed));
  }
}
