// AUTH: the exchanges, their ends, and that nothing of them is seen.
#include "client_world.h"
#include "support/catch.h"
#include "support/fake_random.h"
#include "text/base64.h"

#include <chrono>
#include <string>
#include <vector>

using namespace mox;
using namespace mox::smtpclient;
using namespace mox::smtpclient::test;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

// What log_in() is given, but for the secret, which cannot be copied.
struct Who {
  std::string user = "mjl";
  std::string password = "secret";
  std::vector<std::string> mechanisms = {};
  Login::Plaintext plaintext = Login::Plaintext::passwords_as_well;
};

struct Outcome {
  std::optional<smtpclient::Error> error;
  bool usable = false;
};

async::Task<> log_in(Client& client, Who who, Outcome& outcome) {
  mox::test::FakeRandom random;
  Login login;
  login.credentials.user = who.user;
  login.credentials.password = text::Secret(who.password);
  login.mechanisms = who.mechanisms;
  login.plaintext = who.plaintext;
  const auto done = co_await client.log_in(std::move(login), random);
  if (!done) outcome.error = done.error();
  outcome.usable = client.usable();
}

Outcome play(ClientWorld& world, const std::string& script, const Who& who) {
  Outcome outcome;
  CHECK(world.play(script, [&](Client& client) { return log_in(client, who, outcome); }) == "");
  CHECK((world.error ? world.error->text : "") == "");
  return outcome;
}

std::string offering(const std::string& mechanisms) {
  return hello + "S: 250-mx.example\nS: 250 AUTH " + mechanisms + "\n";
}

const std::string plain_line = text::base64_encode("\0mjl\0secret"s);
const std::string yes = "S: 235 2.7.0 ok\n";

} // namespace

TEST_CASE("logging in") {
  struct Row {
    const char* name;
    std::string script;
    Who who;
  };

  // "AUTH PLAIN ", CRLF, and 4 letters for 3 bytes, 2 NULs and "mjl" in them:
  // 509 bytes, and then 513.
  const std::string fitting(367, 'x');
  const std::string fitting_line = text::base64_encode("\0mjl\0"s + fitting);
  const std::string too_long(368, 'x');
  const std::string too_long_line = text::base64_encode("\0mjl\0"s + too_long);
  const std::vector<Row> rows = {
      {"PLAIN", offering("PLAIN") + "C: AUTH PLAIN " + plain_line + "\n" + yes, {}},
      {"PLAIN, a long line",
       offering("PLAIN") + "C: AUTH PLAIN " + fitting_line + "\n" + yes,
       {.password = fitting}},
      {"PLAIN, beyond a line",
       offering("PLAIN") + "C: AUTH PLAIN\nS: 334 \nC: " + too_long_line + "\n" + yes,
       {.password = too_long}},
      {"PLAIN, beyond a line, with words",
       offering("PLAIN") + "C: AUTH PLAIN\nS: 334 go ahead\nC: " + too_long_line + "\n" + yes,
       {.password = too_long}},
      {"LOGIN",
       offering("LOGIN") +
           "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: bWps\n"
           "S: 334 UGFzc3dvcmQ6\nC: c2VjcmV0\n" +
           yes,
       {}},
      // RFC 2195 section 2
      {"CRAM-MD5",
       offering("CRAM-MD5") +
           "C: AUTH CRAM-MD5\n"
           "S: 334 PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+\n"
           "C: dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw\n" +
           yes,
       {.user = "tim", .password = "tanstaaftanstaaf", .plaintext = Login::Plaintext::proofs_only}},
      {"the best that is allowed",
       offering("CRAM-MD5 PLAIN LOGIN") + "C: AUTH PLAIN " + plain_line + "\n" + yes,
       {.mechanisms = {"login", "plain"}}},
  };
  for (const bool trickle : {false, true}) {
    for (const auto& row : rows) {
      CAPTURE(row.name, trickle);
      ClientWorld world;
      world.trickle = trickle;
      const auto outcome = play(world, row.script + bye, row.who);
      CHECK((outcome.error ? outcome.error->text : "") == "");
      CHECK(outcome.usable);
    }
  }
}

TEST_CASE("a password goes over TLS") {
  const std::string tls_script =
      hello + "S: 250-mx.example\nS: 250-STARTTLS\nS: 250 AUTH LOGIN\nC: STARTTLS\nS: "
              "220 go\n"
              "@tls\nC: EHLO client.example\nS: 250-mx.example\nS: 250 AUTH PLAIN\n";
  ClientWorld world;
  world.options.tls =
      TlsPolicy::verified(world.tls.client, "mx.example", TlsPolicy::Start::starttls);
  const auto outcome = play(world, tls_script + "C: AUTH PLAIN " + plain_line + "\n" + yes + bye,
                            {.plaintext = Login::Plaintext::proofs_only});
  CHECK((outcome.error ? outcome.error->text : "") == "");
}

TEST_CASE("there is no way to log in") {
  struct Row {
    const char* name;
    std::string script;
    Who who;
    std::string text;
  };

  const std::vector<Row> rows = {
      {"nothing offered",
       hello + "S: 250 mx.example\n" + bye,
       {},
       "mx.example: the server offers no way to log in"},
      {"no TLS",
       offering("PLAIN LOGIN") + bye,
       {.plaintext = Login::Plaintext::proofs_only},
       "mx.example: the server offers to log in with PLAIN LOGIN; without TLS "
       "no password is sent"},
      {"not allowed",
       offering("PLAIN") + bye,
       {.mechanisms = {"SCRAM-SHA-256"}},
       "mx.example: the server offers to log in with PLAIN; allowed here: "
       "SCRAM-SHA-256"},
      {"no user",
       offering("PLAIN") + bye,
       {.user = ""},
       "mx.example: the user name to log in with"},
      {"no password",
       offering("PLAIN") + bye,
       {.password = ""},
       "mx.example: the password to log in with"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    ClientWorld world;
    const auto outcome = play(world, row.script, row.who);
    REQUIRE(outcome.error);
    CHECK(outcome.error->cause == Cause::login);
    CHECK(outcome.error->stage == Stage::auth);
    CHECK(!outcome.error->permanent);
    CHECK(outcome.error->text.substr(0, row.text.size()) == row.text);
    CHECK(outcome.usable);
  }
}

TEST_CASE("logins that fail") {
  struct Row {
    const char* name;
    std::string script;
    Cause cause;
    bool permanent;
    std::uint16_t code;
    std::string text;
    bool usable;
  };

  const std::string said = "C: AUTH PLAIN " + plain_line + "\n";
  const std::string plain = offering("PLAIN") + said;
  const std::string login = offering("LOGIN") + "C: AUTH LOGIN\n";
  const std::string cram = offering("CRAM-MD5") + "C: AUTH CRAM-MD5\n";
  std::string no_end = login + "S: 334 VXNlcm5hbWU6\nC: bWps\nS: 334 UGFzc3dvcmQ6\nC: c2VjcmV0\n";
  const std::vector<Row> rows = {
      {"wrong password", plain + "S: 535 5.7.8 wrong\n" + bye, Cause::reply, true, 535,
       "AUTH PLAIN: mx.example says 535 5.7.8 wrong", true},
      {"for now", plain + "S: 454 4.7.0 later\n" + bye, Cause::reply, false, 454,
       "AUTH PLAIN: mx.example says 454 4.7.0 later", true},
      {"421", plain + "S: 421 4.7.0 too many\n@eof\n", Cause::reply, false, 421,
       "AUTH PLAIN: mx.example says 421 4.7.0 too many", false},
      {"354", plain + "S: 354 go\n@eof\n", Cause::protocol, false, 0,
       "AUTH PLAIN: mx.example answers with no challenge", false},
      {"closed", plain + "@close\n", Cause::network, false, 0, "AUTH PLAIN: read from", false},
      {"closed within the exchange", login + "S: 334 VXNlcm5hbWU6\nC: bWps\n@close\n",
       Cause::network, false, 0, "AUTH LOGIN: read from", false},
      {"no base64", login + "S: 334 Username:\nC: *\nS: 501 5.7.0 cancelled\n" + bye, Cause::login,
       false, 501, "AUTH LOGIN: mx.example: the server's challenge is not base64", true},
      {"several lines", login + "S: 334-VXNl\nS: 334 cm5h\nC: *\nS: 501 cancelled\n" + bye,
       Cause::login, false, 501, "AUTH LOGIN: mx.example: the server's challenge has several lines",
       true},
      {"one challenge too many", plain + "S: 334 \nC: *\nS: 501 cancelled\n" + bye, Cause::login,
       false, 501, "AUTH PLAIN: mx.example: PLAIN: ", true},
      {"and another too many", no_end + "S: 334 bW9yZQ==\nC: *\nS: 535 no\n" + bye, Cause::login,
       true, 535, "AUTH LOGIN: mx.example: LOGIN: ", true},
      {"an empty challenge", cram + "S: 334 \nC: *\nS: 501 cancelled\n" + bye, Cause::login, false,
       501, "AUTH CRAM-MD5: mx.example: CRAM-MD5: ", true},
      {"cancelled with success", login + "S: 334 ?\nC: *\nS: 235 ok\n@eof\n", Cause::login, false,
       0, "AUTH LOGIN: mx.example: the server's challenge is not base64", false},
      {"closed when cancelled", login + "S: 334 ?\nC: *\n@close\n", Cause::login, false, 0,
       "AUTH LOGIN: mx.example: the server's challenge is not base64", false},
      {"success too early", login + "S: 235 ok\n@eof\n", Cause::login, false, 0,
       "AUTH LOGIN: mx.example reports success before it has proven who it is", false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    ClientWorld world;
    const auto outcome = play(world, row.script, {});
    REQUIRE(outcome.error);
    CHECK(outcome.error->cause == row.cause);
    CHECK(outcome.error->stage == Stage::auth);
    CHECK(outcome.error->permanent == row.permanent);
    CHECK((outcome.error->reply ? outcome.error->reply->code : 0) == row.code);
    CHECK(outcome.error->text.substr(0, row.text.size()) == row.text);
    CHECK(outcome.usable == row.usable);
  }
}

TEST_CASE("a login that takes too long") {
  const std::string login = offering("LOGIN") + "C: AUTH LOGIN\n";
  for (const auto& script : {login, login + "S: 334 VXNlcm5hbWU6\nC: bWps\n"}) {
    ClientWorld world;
    world.options.timeouts.auth = 20ms;
    const auto outcome = play(world, script + "@eof\n", {});
    REQUIRE(outcome.error);
    CHECK(outcome.error->cause == Cause::timeout);
    CHECK(!outcome.usable);
  }
}

TEST_CASE("secrets are not seen") {
  ClientWorld world;
  const auto plain = play(world,
                          offering("PLAIN") + "C: AUTH PLAIN " + plain_line + "\nS: 500 what is " +
                              plain_line + "?\n" + bye,
                          {});
  REQUIRE(plain.error);
  CHECK(plain.error->text == "AUTH PLAIN: mx.example says 500 what is ***?");
  CHECK(plain.error->reply->lines == std::vector<std::string>{"what is ***?"});
  CHECK(world.trace.contains("> AUTH PLAIN ***\n< 500 what is ***?\n> QUIT\n"));
  CHECK(!world.trace.contains(plain_line));

  ClientWorld other;
  const auto login = play(other,
                          offering("LOGIN") +
                              "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: bWps\n"
                              "S: 334 UGFzc3dvcmQ6\nC: c2VjcmV0\n"
                              "S: 535 c2VjcmV0 of bWps is wrong\n" +
                              bye,
                          {});
  REQUIRE(login.error);
  CHECK(login.error->text == "AUTH LOGIN: mx.example says 535 *** of *** is wrong");
  CHECK(other.trace.contains("> AUTH LOGIN\n< 334 ***\n> ***\n< 334 ***\n> ***\n"
                             "< 535 *** of *** is wrong\n> QUIT\n"));
}
