// The client's side: the examples of the RFCs, and all that a server can do wrong.
#include "sasl/client.h"
#include "sasl/client_mechanisms.h"
#include "support/catch.h"
#include "support/fake_random.h"
#include "text/base64.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox;
using namespace std::literals;

namespace {

constexpr std::string_view nonce = "rOprNGfwEbeRWgbNEkqO";
constexpr std::string_view server_nonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";

sasl::ClientCredentials credentials(std::string user, std::string password,
                                    bool certificate = false) {
  return {.user = std::move(user),
          .password = text::Secret(std::move(password)),
          .has_client_certificate = certificate};
}

std::unique_ptr<sasl::Client> make(std::string_view name, std::string user, std::string password,
                                   const sasl::ChannelBindings& bindings = {}) {
  test::FakeRandom random;
  auto client = sasl::make_client(name, credentials(std::move(user), std::move(password), true),
                                  bindings, random);
  REQUIRE(client);
  return *std::move(client);
}

// The client of RFC 7677 section 3.
std::unique_ptr<sasl::Client> rfc_client() {
  return sasl::make_scram_client({.hash = sasl::Hash::sha256,
                                  .name = "SCRAM-SHA-256",
                                  .user = "user",
                                  .password = text::Secret("pencil"s),
                                  .header = "n,,",
                                  .binding_data = "",
                                  .nonce = std::string(nonce)});
}

std::string server_first(std::string_view its_nonce = server_nonce,
                         std::string_view salt = "W22ZaJ0SNY7soEsUEjb6gQ==",
                         std::string_view iterations = "4096") {
  return "r=" + std::string(nonce) + std::string(its_nonce) + ",s=" + std::string(salt) +
         ",i=" + std::string(iterations);
}

constexpr std::string_view server_final = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

// The response, or after '!' the kind of error and its text.
std::string show(const Result<std::string>& response) {
  if (response) return *response;
  return (response.error().kind == ErrorKind::refused ? "!refused " : "!") + response.error().text;
}

} // namespace

TEST_CASE("SCRAM client: the examples of RFC 5802 section 5 and RFC 7677 section 3") {
  const auto client = rfc_client();
  CHECK(client->name() == "SCRAM-SHA-256");
  CHECK(show(client->start()) == "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
  CHECK(!client->finished());
  CHECK(show(client->next(server_first())) ==
        "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
        "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
  CHECK(!client->finished());
  CHECK(show(client->next(server_final)).empty());
  CHECK(client->finished());

  const auto sha1 = sasl::make_scram_client({.hash = sasl::Hash::sha1,
                                             .name = "SCRAM-SHA-1",
                                             .user = "user",
                                             .password = text::Secret("pencil"s),
                                             .header = "n,,",
                                             .binding_data = "",
                                             .nonce = "fyko+d2lbbFgONRv9qkxdawL"});
  CHECK(show(sha1->start()) == "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL");
  CHECK(
      show(sha1->next("r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096")) ==
      "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=");
  CHECK(show(sha1->next("v=rmF9pqV8S7suAoZWja4dJRkFsKQ=")).empty());
  CHECK(sha1->finished());
}

TEST_CASE("SCRAM client: first messages that it does not go along with") {
  struct Row {
    const char* name;
    std::string message;
    std::string want; // the beginning
  };

  const std::string longest = text::base64_encode(std::string(128, 's'));
  const std::string longer = text::base64_encode(std::string(129, 's'));
  const std::vector<Row> rows = {
      {"right", server_first(), "c=biws,"},
      {"an extension", server_first() + ",x=y", "c=biws,"},
      {"the longest salt", server_first("x", longest), "c=biws,"},
      {"the most iterations", server_first("x", "c2FsdA==", "1000000"), "c=biws,"},
      {"refused at once", "e=other-error",
       "!refused SCRAM-SHA-256: the server refuses: other-error"},
      {"another nonce", "r=rOprNGfwEbeRWgbNEkqx123,s=c2FsdA==,i=4096",
       "!SCRAM-SHA-256: the server answers another exchange than ours"},
      {"a nonce of ours alone", server_first(""),
       "!SCRAM-SHA-256: the server answers another exchange than ours"},
      {"an empty salt", server_first("x", ""),
       "!SCRAM-SHA-256: the server has a salt that is empty or too long"},
      {"a salt too long", server_first("x", longer),
       "!SCRAM-SHA-256: the server has a salt that is empty or too long"},
      {"few iterations", server_first("x", "c2FsdA==", "4095"),
       "!SCRAM-SHA-256: the server asks for 4095 iterations; between 4096 and 1000000"},
      {"many iterations", server_first("x", "c2FsdA==", "1000001"),
       "!SCRAM-SHA-256: the server asks for 1000001 iterations; between 4096 and 1000000"},
      {"more iterations than fit", server_first("x", "c2FsdA==", "4294967296"),
       "!SCRAM-SHA-256: the server sends a malformed first message"},
      {"a bad salt", server_first("x", "c2Fs!"),
       "!SCRAM-SHA-256: the server sends a malformed first message"},
      {"a mandatory extension", "m=x," + server_first(),
       "!SCRAM-SHA-256: the server sends a malformed first message"},
      {"the last message", std::string(server_final),
       "!SCRAM-SHA-256: the server sends a malformed first message"},
      {"empty", "", "!SCRAM-SHA-256: the server sends a malformed first message"},
      {"a NUL", server_first() + '\0',
       "!SCRAM-SHA-256: the server sends a malformed first message"},
      {"too long", server_first() + ",x=" + std::string(9000, 'x'),
       "!SCRAM-SHA-256: the server sends a malformed first message"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto client = rfc_client();
    REQUIRE(client->start());
    const auto response = show(client->next(row.message));
    CHECK(response.starts_with(row.want));
    CHECK(!client->finished());
    if (response.starts_with('!'))
      CHECK(show(client->next(server_final)) ==
            "!SCRAM-SHA-256: the server asks for more than the mechanism has");
  }
}

TEST_CASE("SCRAM client: a server that does not know the verifier is not trusted") {
  struct Row {
    const char* name;
    std::string message;
    std::string want;
  };

  const std::vector<Row> rows = {
      {"right", std::string(server_final), ""},
      {"an extension", std::string(server_final) + ",x=y", ""},
      {"another signature", "v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
       "!SCRAM-SHA-256: the server does not know the password: it is not the one it should be"},
      {"a short signature", "v=6rri",
       "!SCRAM-SHA-256: the server does not know the password: it is not the one it should be"},
      {"no signature", "v=", "!SCRAM-SHA-256: the server sends a malformed last message"},
      {"empty", "", "!SCRAM-SHA-256: the server sends a malformed last message"},
      {"wrong password", "e=invalid-proof",
       "!refused SCRAM-SHA-256: the server refuses: invalid-proof"},
      {"somebody in the middle", "e=channel-bindings-dont-match",
       "!refused SCRAM-SHA-256: the server refuses: channel-bindings-dont-match"},
      {"an unknown reason", "e=bad \x1b[31m luck",
       "!refused SCRAM-SHA-256: the server refuses: other-error"},
      {"a mandatory extension", std::string(server_final) + ",m=x",
       "!SCRAM-SHA-256: the server sends a malformed last message"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto client = rfc_client();
    REQUIRE(client->start());
    REQUIRE(client->next(server_first()));
    CHECK(show(client->next(row.message)) == row.want);
    CHECK(client->finished() == row.want.empty());
    CHECK(show(client->next("")) ==
          "!SCRAM-SHA-256: the server asks for more than the mechanism has");
  }
}

TEST_CASE("SCRAM client: what it says of channel bindings (RFC 5802 section 6)") {
  struct Row {
    const char* name;
    std::string mechanism;
    bool plus_offered;
    sasl::ChannelBindings bindings;
    std::string want; // the beginning
  };

  const std::vector<Row> rows = {
      {"nothing to bind to", "SCRAM-SHA-256", false, {}, "n,,n=user,r="},
      {"nothing to bind to, whatever was offered", "SCRAM-SHA-256", true, {}, "n,,n=user,r="},
      {"no -PLUS offered", "SCRAM-SHA-1", false, {.tls_unique = "u"}, "y,,n=user,r="},
      {"-PLUS offered, and not allowed", "SCRAM-SHA-1", true, {.tls_unique = "u"}, "n,,n=user,r="},
      {"TLS 1.3",
       "SCRAM-SHA-256-PLUS",
       true,
       {.tls_exporter = "e", .tls_server_end_point = "s", .tls_unique = "u"},
       "p=tls-exporter,,n=user,r="},
      {"TLS 1.2",
       "SCRAM-SHA-1-PLUS",
       true,
       {.tls_server_end_point = "s", .tls_unique = "u"},
       "p=tls-unique,,n=user,r="},
      {"TLS 1.2 without extended master secret",
       "SCRAM-SHA-256-PLUS",
       true,
       {.tls_server_end_point = "s"},
       "p=tls-server-end-point,,n=user,r="},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    test::FakeRandom random;
    const sasl::Choice choice{.mechanism = row.mechanism, .plus_offered = row.plus_offered};
    const auto client =
        sasl::make_client(choice, credentials("user", "pencil"), row.bindings, random);
    REQUIRE(client);
    CHECK((*client)->name() == row.mechanism);
    CHECK(show((*client)->start()).starts_with(row.want));
  }
}

TEST_CASE("SCRAM client: names are normalised and escaped, and nonces differ") {
  test::FakeRandom random;
  const auto start = [&] {
    auto client =
        sasl::make_client("scram-sha-256", credentials("a,e\xCC\x81=", "pencil"), {}, random);
    REQUIRE(client);
    return show((*client)->start());
  };
  const auto first = start();
  CHECK(first.starts_with("n,,n=a=2C\xC3\xA9=3D,r="));
  CHECK(first.size() == std::string("n,,n=a=2C\xC3\xA9=3D,r=").size() + 24);
  CHECK(start() != first);
}

TEST_CASE("CRAM-MD5 client: the example of RFC 2195 section 2") {
  const auto client = make("CRAM-MD5", "tim", "tanstaaftanstaaf");
  CHECK(client->name() == "CRAM-MD5");
  CHECK(show(client->start()).empty());
  CHECK(!client->finished());
  CHECK(show(client->next("<1896.697170952@postoffice.reston.mci.net>")) ==
        "tim b913a602c7eda7a495b4e6e7334d3890");
  CHECK(client->finished());
  CHECK(show(client->next("<2@b>")) ==
        "!CRAM-MD5: the server asks for more than the mechanism has");

  for (const auto& challenge : {""s, std::string(1025, 'c')}) {
    const auto wary = make("CRAM-MD5", "tim", "tanstaaftanstaaf");
    CHECK(show(wary->next(challenge)) == "!CRAM-MD5: the server's challenge is empty or too long");
    CHECK(!wary->finished());
  }
}

TEST_CASE("PLAIN, LOGIN and EXTERNAL clients") {
  const auto plain = make("plain", "tim", "tanstaaf \xFF");
  CHECK(plain->name() == "PLAIN");
  CHECK(!plain->finished());
  CHECK(show(plain->start()) == "\0tim\0tanstaaf \xFF"s);
  CHECK(plain->finished());
  CHECK(show(plain->next("")) == "!PLAIN: the server asks for more than the mechanism has");

  const auto login = make("LOGIN", "tim", "tanstaaf");
  CHECK(login->name() == "LOGIN");
  CHECK(show(login->start()).empty());
  CHECK(show(login->next("User Name")) == "tim");
  CHECK(!login->finished());
  CHECK(show(login->next("Password")) == "tanstaaf");
  CHECK(login->finished());
  for (int i = 0; i < 3; ++i)
    CHECK(show(login->next("More")) == "!LOGIN: the server asks for more than the mechanism has");

  const auto external = make("EXTERNAL", "tim@mox.example", "");
  CHECK(external->name() == "EXTERNAL");
  CHECK(show(external->start()) == "tim@mox.example");
  CHECK(external->finished());
  CHECK(show(external->next("")) == "!EXTERNAL: the server asks for more than the mechanism has");
}

TEST_CASE("clients that cannot be made") {
  struct Row {
    const char* name;
    std::string_view mechanism;
    std::string user;
    std::string password;
    bool certificate;
    ErrorKind kind;
    std::string want; // the beginning
  };

  const std::string user_error = "the user name to log in with is empty, too long, or has";
  const std::string password_error = "the password to log in with is empty, too long, or has NUL";
  const std::vector<Row> rows = {
      {"unknown", "GSSAPI", "u", "p", true, ErrorKind::unsupported,
       "no way to log in is called \"GSSAPI\""},
      {"no name", "", "u", "p", true, ErrorKind::unsupported, "no way to log in is called \"\""},
      {"EXTERNAL without a certificate", "EXTERNAL", "u", "p", false, ErrorKind::unsupported,
       "EXTERNAL needs a client certificate"},
      {"nothing to bind to", "SCRAM-SHA-256-PLUS", "u", "p", true, ErrorKind::unsupported,
       "SCRAM-SHA-256-PLUS needs a TLS connection that it can be bound to"},
      {"no user", "PLAIN", "", "p", true, ErrorKind::invalid, user_error},
      {"a NUL in the user", "PLAIN", "u\0"s, "p", true, ErrorKind::invalid, user_error},
      {"a line end in the user", "LOGIN", "u\n", "p", true, ErrorKind::invalid, user_error},
      {"bad UTF-8 in the user", "SCRAM-SHA-1", "\xFF", "p", true, ErrorKind::invalid, user_error},
      {"a user too long", "CRAM-MD5", std::string(1025, 'u'), "p", true, ErrorKind::invalid,
       user_error},
      {"no password", "PLAIN", "u", "", true, ErrorKind::invalid, password_error},
      {"a NUL in the password", "PLAIN", "u", "p\0"s, true, ErrorKind::invalid, password_error},
      {"a password too long", "LOGIN", "u", std::string(1025, 'p'), true, ErrorKind::invalid,
       password_error},
      {"no password for SCRAM", "SCRAM-SHA-256", "u", "", true, ErrorKind::invalid,
       "password is empty"},
      {"a password that none may be", "SCRAM-SHA-1", "u", "p\t", true, ErrorKind::invalid,
       "password has a control character"},
      {"bad UTF-8 in a password that is hashed", "CRAM-MD5", "u", "\xFF", true, ErrorKind::invalid,
       "password is not UTF-8"},
  };
  test::FakeRandom random;
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto client = sasl::make_client(
        row.mechanism, credentials(row.user, row.password, row.certificate), {}, random);
    REQUIRE(!client);
    CHECK(client.error().kind == row.kind);
    CHECK(client.error().text.starts_with(row.want));
  }
}
