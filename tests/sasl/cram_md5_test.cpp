// CRAM-MD5: what is kept, and the server's side.
#include "sasl/cram_md5.h"
#include "sasl/server_mechanisms.h"
#include "show_step.h"
#include "support/catch.h"
#include "support/fake_random.h"
#include "text/base64.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

using namespace mox;
using namespace std::literals;
using test::show;

namespace {

// RFC 2195 section 2.
constexpr std::string_view rfc_challenge = "<1896.697170952@postoffice.reston.mci.net>";
constexpr std::string_view rfc_response = "tim b913a602c7eda7a495b4e6e7334d3890";
constexpr std::string_view rfc_password = "tanstaaftanstaaf";
constexpr std::string_view key = "0123456789abcdef0123456789abcdef";

std::string openssl_hmac(std::string_view password, std::string_view text) {
  unsigned char bytes[16];
  const void* const from = text.data();
  REQUIRE(HMAC(EVP_md5(), password.data(), static_cast<int>(password.size()),
               static_cast<const unsigned char*>(from), text.size(), bytes, nullptr) != nullptr);
  return text::hex_encode(std::string(bytes, bytes + 16));
}

std::string stored(std::string_view password) {
  return to_string(sasl::make_cram_md5_verifier(password));
}

// The whole exchange; the user's verifier is `verifier`.
std::string run(std::string_view response, std::optional<std::string_view> verifier) {
  const auto server = sasl::make_cram_md5_server(std::string(rfc_challenge), key);
  CHECK(show(server->start(std::nullopt)) == "challenge " + std::string(rfc_challenge));
  auto step = server->next(response);
  if (std::holds_alternative<sasl::NeedVerifier>(step))
    step = server->answer(std::get<sasl::NeedVerifier>(step).user, verifier);
  CHECK(show(server->next(response)) == "refused: out of order");
  CHECK(show(server->answer("tim", verifier)) == "refused: out of order");
  CHECK(show(server->start(std::nullopt)) == "refused: out of order");
  return show(step);
}

} // namespace

TEST_CASE("CRAM-MD5: the digest is HMAC-MD5, for keys of every size") {
  for (std::size_t size = 1; size < 200; ++size) {
    const std::string password(size, static_cast<char>('a' + size % 26));
    const std::string challenge(size * 3 % 150, 'c');
    CAPTURE(size);
    CHECK(sasl::cram_md5_digest(sasl::make_cram_md5_verifier(password), challenge) ==
          openssl_hmac(password, challenge));
  }
}

TEST_CASE("CRAM-MD5: what is kept can be read back, and does not show the password") {
  const auto text = stored(rfc_password);
  CHECK(text.starts_with("CRAM-MD5$"));
  CHECK(text.size() == 9 + 24 + 1 + 24);
  CHECK(!text.contains(rfc_password));
  const auto parsed = sasl::parse_cram_md5_verifier(text);
  REQUIRE(parsed);
  CHECK(to_string(*parsed) == text);
  CHECK("tim " + sasl::cram_md5_digest(*parsed, rfc_challenge) == rfc_response);
  const std::string half = "AAAAAAAAAAAAAAAAAAAAAA==";
  const std::vector<std::string> malformed = {
      "",
      "CRAM-MD5$",
      "CRAM-MD5$" + half,
      "CRAM-MD5$" + half + ":",
      "CRAM-MD5$:" + half,
      "CRAM-MD5" + half + ":" + half,
      "cram-md5$" + half + ":" + half,
      "CRAM-MD5$" + half + ":" + half + ":",
      "CRAM-MD5$" + half + ":" + half + " ",
      "CRAM-MD5$" + half + "::" + half,
      "CRAM-MD5$" + half + ":AAAAAAAAAAAAAAAAAAAA",
      "CRAM-MD5$" + half + ":AAAAAAAAAAAAAAAAAAAAAAA=",
      "CRAM-MD5$" + half + ":AAAAAAAAAAAAAAAAAAAAAA",
      "CRAM-MD5$" + half + ":!AAAAAAAAAAAAAAAAAAAAA==",
      std::string(rfc_password),
  };
  for (const auto& row : malformed) {
    CAPTURE(row);
    CHECK(!sasl::parse_cram_md5_verifier(row));
  }
  CHECK(sasl::parse_cram_md5_verifier("CRAM-MD5$" + half + ":" + half));
}

TEST_CASE("CRAM-MD5: the example of RFC 2195 section 2, and what is wrong with others") {
  const auto right = stored(rfc_password);
  const std::string digest = "b913a602c7eda7a495b4e6e7334d3890";

  struct Row {
    const char* name;
    std::string response;
    std::optional<std::string> verifier;
    std::string want;
  };

  const std::vector<Row> rows = {
      {"as in the RFC", std::string(rfc_response), right, "accepted tim"},
      {"a user with spaces", "tim the user " + digest, right, "accepted tim the user"},
      {"normal form C", "e\xCC\x81 " + digest, right, "accepted \xC3\xA9"},
      {"another password", std::string(rfc_response), stored("other password"),
       "rejected: wrong proof, "},
      {"nobody", std::string(rfc_response), std::nullopt, "rejected: wrong proof, "},
      {"another digest", "tim " + std::string(32, '0'), right, "rejected: wrong proof, "},
      {"a broken verifier", std::string(rfc_response), "CRAM-MD5$", "rejected: corrupt verifier, "},
      {"another's verifier", std::string(rfc_response), "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA",
       "rejected: corrupt verifier, "},
      {"empty", "", right, "refused: malformed"},
      {"no digest", "tim", right, "refused: malformed"},
      {"an empty digest", "tim ", right, "refused: malformed"},
      {"no user", " " + digest, right, "refused: malformed"},
      {"no space", "tim" + digest, right, "refused: malformed"},
      {"a short digest", "tim " + digest.substr(1), right, "refused: malformed"},
      {"a long digest", "tim " + digest + "0", right, "refused: malformed"},
      {"upper case", "tim B913A602C7EDA7A495B4E6E7334D3890", right, "refused: malformed"},
      {"no hexadecimal", "tim g" + digest.substr(1), right, "refused: malformed"},
      {"a line end", "tim " + digest + "\n", right, "refused: malformed"},
      {"a NUL in the user", "t\0im "s + digest, right, "refused: malformed"},
      {"bad UTF-8 in the user", "t\xFFim " + digest, right, "refused: malformed"},
      {"the longest user", std::string(1024, 'u') + ' ' + digest, right,
       "accepted " + std::string(1024, 'u')},
      {"a user too long", std::string(1025, 'u') + ' ' + digest, right, "refused: malformed"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(run(row.response, row.verifier) == row.want);
  }
}

TEST_CASE("CRAM-MD5: no response comes before the challenge") {
  for (const std::string_view initial : {""sv, rfc_response}) {
    const auto server = sasl::make_cram_md5_server(std::string(rfc_challenge), key);
    CHECK(show(server->start(initial)) == "refused: malformed");
    CHECK(show(server->next(rfc_response)) == "refused: out of order");
  }
  const auto server = sasl::make_cram_md5_server(std::string(rfc_challenge), key);
  CHECK(show(server->next(rfc_response)) == "refused: out of order");
  CHECK(show(server->answer("tim", std::nullopt)) == "refused: out of order");
}

TEST_CASE("CRAM-MD5: each challenge is another one, and names the host") {
  test::FakeRandom random;
  const sasl::ServerSide side{.hostname = "mx.example", .decoy_key = key};
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const auto server = sasl::make_mechanism("cram-md5", side, random);
    const auto step = server->start(std::nullopt);
    const auto& challenge = std::get<sasl::Challenge>(step).text;
    CHECK(challenge.starts_with('<'));
    CHECK(challenge.ends_with("@mx.example>"));
    seen.insert(challenge);
  }
  CHECK(seen.size() == 100);
}
