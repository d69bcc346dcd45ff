// What is kept for SCRAM, and all that is kept of a password.
#include "sasl/cram_md5.h"
#include "sasl/decoy.h"
#include "sasl/password.h"
#include "sasl/scram_verifier.h"
#include "sasl/verifiers.h"
#include "support/catch.h"
#include "support/fake_random.h"
#include "text/base64.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

using namespace mox;
using sasl::Hash;

namespace {

constexpr sasl::PasswordCost cheap{.memory_kib = 8, .passes = 1, .lanes = 1};

std::string unbase64(std::string_view text) {
  return text::base64_decode(text).value();
}

// The verifier of RFC 5802 section 5, with one part replaced.
std::string with(std::string_view what, std::string_view by) {
  auto text = to_string(
      sasl::make_scram_verifier(Hash::sha1, "pencil", unbase64("QSXCR+Q6sek8bf92"), 4096));
  const auto at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

} // namespace

TEST_CASE("SCRAM: verifiers of known passwords") {
  // The first from RFC 5802 section 5 and the second from RFC 7677 section 3, whose keys PostgreSQL
  // and others print in this form.
  const auto sha1 =
      sasl::make_scram_verifier(Hash::sha1, "pencil", unbase64("QSXCR+Q6sek8bf92"), 4096);
  CHECK(to_string(sha1) == "SCRAM-SHA-1$4096:QSXCR+Q6sek8bf92$6dlGYMOdZcOPutkcNY8U2g7vK9Y=:"
                           "D+CSWLOshSulAsxiupA+qs2/fTE=");
  const auto sha256 =
      sasl::make_scram_verifier(Hash::sha256, "pencil", unbase64("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096);
  CHECK(to_string(sha256) ==
        "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
        "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=");
}

TEST_CASE("SCRAM: verifiers are read back as they were written, or not at all") {
  for (const Hash hash : {Hash::sha1, Hash::sha256}) {
    const auto verifier = sasl::make_scram_verifier(hash, "secret", "some salt");
    const auto text = to_string(verifier);
    const auto parsed = sasl::parse_scram_verifier(text);
    REQUIRE(parsed);
    CHECK(parsed->hash == hash);
    CHECK(parsed->iterations == 10'000);
    CHECK(parsed->salt == "some salt");
    CHECK(parsed->stored_key == verifier.stored_key);
    CHECK(parsed->server_key == verifier.server_key);
    CHECK(to_string(*parsed) == text);
  }

  struct Row {
    const char* name;
    std::string text;
    bool good;
  };

  const std::string longest = text::base64_encode(std::string(128, 's'));
  const std::string longer = text::base64_encode(std::string(129, 's'));
  const std::vector<Row> rows = {
      {"as it is", with("4096", "4096"), true},
      {"most iterations", with("4096", "1000000"), true},
      {"the longest salt", with("QSXCR+Q6sek8bf92", longest), true},
      {"empty", "", false},
      {"the name alone", "SCRAM-SHA-1$", false},
      {"another name", with("SHA-1", "SHA-2"), false},
      {"lower case", with("SCRAM", "scram"), false},
      {"keys of another hash", with("SHA-1", "SHA-256"), false},
      {"few iterations", with("4096", "4095"), false},
      {"too many iterations", with("4096", "1000001"), false},
      {"absurdly many iterations", with("4096", "99999999999999999999"), false},
      {"a leading zero", with("4096", "04096"), false},
      {"a sign", with("4096", "+4096"), false},
      {"no iterations", with("4096", ""), false},
      {"no salt", with("QSXCR+Q6sek8bf92", ""), false},
      {"a salt too long", with("QSXCR+Q6sek8bf92", longer), false},
      {"a salt in no base64", with("QSXC", "Q-XC"), false},
      {"no colon", with("4096:", "4096"), false},
      {"no dollar", with("92$", "92"), false},
      {"no stored key", with("6dlGYMOdZcOPutkcNY8U2g7vK9Y=", ""), false},
      {"a short stored key", with("6dlGYMOdZcOPutkcNY8U2g7vK9Y=", "6dlG"), false},
      {"no server key", with("D+CSWLOshSulAsxiupA+qs2/fTE=", ""), false},
      {"a server key in no base64", with("D+CSW", "D CSW"), false},
      {"something behind", with("/fTE=", "/fTE= "), false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(sasl::parse_scram_verifier(row.text).has_value() == row.good);
  }
}

TEST_CASE("one call makes all that is kept of a password") {
  test::FakeRandom random;
  const auto made = sasl::make_verifiers("e\xCC\x81t\xC3\xA9\xC2\xA0"
                                         "2026",
                                         random, cheap);
  REQUIRE(made);
  const auto prepared = sasl::prepare_password("\xC3\xA9t\xC3\xA9 2026").value();
  CHECK(sasl::check_password(made->password, "\xC3\xA9t\xC3\xA9 2026").value());
  std::set<std::string> salts;
  for (const auto& [text, hash] :
       {std::pair{made->scram_sha_1, Hash::sha1}, std::pair{made->scram_sha_256, Hash::sha256}}) {
    const auto verifier = sasl::parse_scram_verifier(text);
    REQUIRE(verifier);
    CHECK(verifier->hash == hash);
    CHECK(verifier->iterations == sasl::scram_iterations);
    CHECK(verifier->salt.size() == sasl::scram_salt_size);
    CHECK(text == to_string(sasl::make_scram_verifier(hash, prepared.view(), verifier->salt)));
    salts.insert(verifier->salt);
  }
  CHECK(salts.size() == 2);
  CHECK(made->cram_md5 == to_string(sasl::make_cram_md5_verifier(prepared.view())));
  const auto again = sasl::make_verifiers("\xC3\xA9t\xC3\xA9 2026", random, cheap);
  REQUIRE(again);
  CHECK(again->scram_sha_256 != made->scram_sha_256);

  for (const auto* wrong : {"", "short", "tab\tin it", "bad \xFF UTF-8"}) {
    CAPTURE(wrong);
    CHECK(!sasl::make_verifiers(wrong, random, cheap));
  }
}

TEST_CASE("decoys are constant for a login, and nobody's") {
  const std::string key(32, 'k');
  const std::string other_key(32, 'K');
  for (const Hash hash : {Hash::sha1, Hash::sha256}) {
    const auto one = sasl::decoy_scram(hash, key, "nobody@mox.example");
    CHECK(to_string(one) == to_string(sasl::decoy_scram(hash, key, "nobody@mox.example")));
    CHECK(sasl::parse_scram_verifier(to_string(one)));
    CHECK(one.iterations == sasl::scram_iterations);
    CHECK(one.salt.size() == sasl::scram_salt_size);
    CHECK(one.salt != sasl::decoy_scram(hash, key, "nobody2@mox.example").salt);
    CHECK(one.salt != sasl::decoy_scram(hash, other_key, "nobody@mox.example").salt);
    CHECK(one.salt != one.stored_key.substr(0, sasl::scram_salt_size));
    CHECK(one.stored_key != one.server_key);
  }
  CHECK(sasl::decoy_scram(Hash::sha1, key, "a").salt !=
        sasl::decoy_scram(Hash::sha256, key, "a").salt);
  CHECK(to_string(sasl::decoy_cram_md5(key, "a")) == to_string(sasl::decoy_cram_md5(key, "a")));
  CHECK(to_string(sasl::decoy_cram_md5(key, "a")) != to_string(sasl::decoy_cram_md5(key, "b")));
}
