// Each mechanism through its whole exchange: who gets in, who does not, and what is counted.
#include "login/exchange.h"
#include "login_world.h"
#include "sasl/client.h"
#include "text/ascii.h"
#include "text/secret.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

using namespace mox;
using namespace mox::login::test;
using login::Ask;
using login::Exchange;
using login::Mistake;
using login::Turn;
using login::Verdict;

namespace {

constexpr std::string_view user = "mjl@mox.example";
constexpr std::string_view right = "correct horse";
const std::string fingerprint(32, 'f');

sasl::ChannelBindings bindings(std::string_view of = "this connection") {
  return {.tls_exporter = std::string(of), .tls_server_end_point = {}, .tls_unique = {}};
}

// A world whose user can log in by every mechanism.
struct Full : World {
  Full() {
    set_password(account, all_verifiers(right));
    put(account, {.kind = store::CredentialKind::public_key,
                  .name = "laptop",
                  .secret = fingerprint,
                  .login = std::string(user)});
  }

  std::unique_ptr<Exchange> begin(std::string_view mechanism, bool passwords = true) {
    login::Door door{.kind = "imap",
                     .hostname = "mx.example",
                     .client = {.remote = here, .key = fingerprint},
                     .bindings = bindings()};
    return Exchange::begin(*logins, std::move(door), mechanism, passwords, random);
  }

  bool counts(std::string_view mechanism, std::string_view result, int count) {
    return counted("imap", text::lower(mechanism), result, count);
  }
};

struct Talk {
  Turn end;
  std::vector<std::string> asked; // the server's challenges
};

async::Task<Talk> talk(Exchange& exchange, sasl::Client& client) {
  const auto initial = client.start().value();
  Talk talk;
  std::optional<std::string_view> first;
  if (!initial.empty()) first = initial;
  talk.end = co_await exchange.start(first);
  while (const auto* ask = std::get_if<Ask>(&talk.end)) {
    talk.asked.push_back(ask->text);
    const auto response = client.next(ask->text);
    const std::string text = response ? *response : std::string();
    talk.end = co_await exchange.next(text);
  }
  co_return talk;
}

Talk talk(Full& world, std::string_view mechanism, std::string_view name, std::string_view password,
          const sasl::ChannelBindings& of_client = bindings()) {
  const auto exchange = world.begin(mechanism);
  REQUIRE(exchange);
  test::FakeRandom random(3);
  const sasl::Choice choice{.mechanism = mechanism, .plus_offered = true};
  auto client = sasl::make_client(choice,
                                  {.user = std::string(name),
                                   .password = text::Secret(std::string(password)),
                                   .has_client_certificate = true},
                                  of_client, random);
  REQUIRE(client);
  test::Loop loop;
  return loop.run(talk(*exchange, **client));
}

Verdict verdict(const Talk& talk) {
  REQUIRE(std::holds_alternative<login::Outcome>(talk.end));
  return std::get<login::Outcome>(talk.end).verdict;
}

Verdict by_key(Full& world, std::string_view name) {
  const auto exchange = world.begin("EXTERNAL");
  test::Loop loop;
  return verdict({.end = loop.run(exchange->start(name)), .asked = {}});
}

const std::vector<std::string_view> with_password = {"PLAIN",
                                                     "LOGIN",
                                                     "CRAM-MD5",
                                                     "SCRAM-SHA-1",
                                                     "SCRAM-SHA-256",
                                                     "SCRAM-SHA-1-PLUS",
                                                     "SCRAM-SHA-256-PLUS"};

bool shows_password(std::string_view mechanism) {
  return mechanism == "PLAIN" || mechanism == "LOGIN";
}

} // namespace

TEST_CASE("exchange: what is offered") {
  Full world;
  login::Door door{.kind = "imap", .hostname = "mx.example", .client = {}, .bindings = bindings()};
  const auto names = [&](bool passwords) {
    return login::mechanisms(*world.logins, door, passwords);
  };
  const auto offered = [&](std::string_view name, bool passwords) {
    return std::ranges::count(names(passwords), name) == 1;
  };
  for (const auto mechanism : with_password) {
    CAPTURE(mechanism);
    CHECK(offered(mechanism, true));
    CHECK(offered(mechanism, false) == !shows_password(mechanism));
  }
  CHECK_FALSE(offered("EXTERNAL", true));
  door.client.key = fingerprint;
  CHECK(offered("EXTERNAL", true));
  door.bindings = {};
  CHECK_FALSE(offered("SCRAM-SHA-256-PLUS", true));
  CHECK(names(true).front() == "EXTERNAL");
}

TEST_CASE("exchange: the right password, by each mechanism that takes one") {
  for (const auto mechanism : with_password) {
    CAPTURE(mechanism);
    Full world;
    const auto done = talk(world, mechanism, "MJL@mox.example", right);
    CHECK(verdict(done) == Verdict::ok);
    CHECK(std::get<login::Outcome>(done.end).account == world.account);
    CHECK(std::get<login::Outcome>(done.end).login == user);
    CHECK(world.counts(mechanism, "ok", 1));
    const auto attempts = world.attempts(world.account);
    REQUIRE(attempts.size() == 1);
    CHECK(attempts[0].mechanism == text::lower(mechanism));
    CHECK(attempts[0].result == "ok");
    CHECK(attempts[0].login == user);
    CHECK(attempts[0].protocol == "imap");
  }
}

TEST_CASE("exchange: a wrong password, and a user that does not exist, look alike") {
  for (const auto mechanism : with_password) {
    CAPTURE(mechanism);
    Full world;
    const auto wrong = talk(world, mechanism, user, "wrong horse");
    const auto nobody = talk(world, mechanism, "abc@mox.example", right);
    const bool shown = shows_password(mechanism);
    CHECK(verdict(wrong) == (shown ? Verdict::bad_password : Verdict::bad_credentials));
    CHECK(verdict(nobody) == (shown ? Verdict::bad_user : Verdict::bad_credentials));
    CHECK(world.counts(mechanism, shown ? "badpassword" : "badcreds", shown ? 1 : 2));
    if (shown) CHECK(world.counts(mechanism, "baduser", 1));
    // As many challenges, each as long as the other; the last one is an error's name.
    REQUIRE(wrong.asked.size() == nobody.asked.size());
    for (std::size_t i = 0; i < wrong.asked.size(); ++i)
      CHECK(wrong.asked[i].size() == nobody.asked[i].size());
    if (mechanism.starts_with("SCRAM")) {
      CHECK(wrong.asked.back() == "e=invalid-proof");
      CHECK(nobody.asked.back() == "e=invalid-proof");
    }
    CHECK(world.attempts(world.account).size() == 1);
    const auto of_nobody = world.attempts(store::AccountId{0});
    REQUIRE(of_nobody.size() == 1);
    CHECK(of_nobody[0].login == "abc@mox.example");
  }
}

TEST_CASE("exchange: a user that does not exist is asked the same each time") {
  Full world;
  const auto salt = [&](std::string_view name) {
    const auto asked = talk(world, "SCRAM-SHA-256", name, right).asked.at(0);
    return asked.substr(asked.find(",s="));
  };
  CHECK(salt("nobody@mox.example") == salt("Nobody@MOX.example"));
  CHECK(salt("nobody@mox.example") != salt("another@mox.example"));
}

TEST_CASE("exchange: a failure counts against the address, also of a client that goes away") {
  for (const auto mechanism : with_password) {
    CAPTURE(mechanism);
    Full world;
    for (int i = 0; i < 10; ++i) {
      CHECK(world.limits.failed_logins.allows(here));
      talk(world, mechanism, user, "wrong horse");
    }
    CHECK_FALSE(world.limits.failed_logins.allows(here));
  }
  Full world;
  test::Loop loop;
  for (int i = 0; i < 10; ++i) {
    const auto exchange = world.begin("SCRAM-SHA-256");
    test::FakeRandom random(5);
    auto client = sasl::make_client(
        "SCRAM-SHA-256", {.user = std::string(user), .password = text::Secret("wrong horse")}, {},
        random);
    REQUIRE(client);
    const auto initial = (*client)->start().value();
    auto turn = loop.run(exchange->start(initial));
    turn = loop.run(exchange->next((*client)->next(std::get<Ask>(turn).text).value()));
    CHECK(std::get<Ask>(turn).text == "e=invalid-proof");
    // It has heard enough. Whether it says so or not, the verdict stands.
    if (i % 2 == 0) {
      const auto ended = exchange->abort();
      REQUIRE(ended);
      CHECK(ended->verdict == Verdict::bad_credentials);
    }
  }
  CHECK_FALSE(world.limits.failed_logins.allows(here));
  CHECK(world.counts("scram-sha-256", "badcreds", 10));
}

TEST_CASE("exchange: a proof that is bound to another connection") {
  for (const std::string_view mechanism : {"SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS"}) {
    CAPTURE(mechanism);
    Full world;
    const auto stolen = talk(world, mechanism, user, right, bindings("another connection"));
    CHECK(verdict(stolen) == Verdict::bad_binding);
    CHECK(stolen.asked.back() == "e=channel-bindings-dont-match");
    CHECK(world.counts(mechanism, "badchanbind", 1));
    const sasl::ChannelBindings other_type{
        .tls_exporter = {}, .tls_server_end_point = {}, .tls_unique = "x"};
    CHECK(verdict(talk(world, mechanism, user, right, other_type)) == Verdict::bad_binding);
    CHECK(world.counts(mechanism, "badchanbind", 2));
  }
}

TEST_CASE("exchange: somebody has taken -PLUS out of the offer") {
  Full world;
  const auto exchange = world.begin("SCRAM-SHA-256");
  test::FakeRandom random(3);
  const sasl::Choice choice{.mechanism = "SCRAM-SHA-256", .plus_offered = false};
  auto client = sasl::make_client(
      choice, {.user = std::string(user), .password = text::Secret(std::string(right))}, bindings(),
      random);
  REQUIRE(client);
  test::Loop loop;
  CHECK(verdict(loop.run(talk(*exchange, **client))) == Verdict::bad_binding);
}

TEST_CASE("exchange: the key of a certificate") {
  Full world;
  CHECK(by_key(world, "") == Verdict::ok);
  CHECK(by_key(world, user) == Verdict::ok);
  world.make_account("other");
  CHECK(by_key(world, "other@mox.example") == Verdict::bad_credentials);
  CHECK(by_key(world, "nobody@mox.example") == Verdict::bad_credentials);
  CHECK(world.counts("external", "ok", 2));
  CHECK(world.counts("external", "badcreds", 2));
  CHECK(world.attempts(world.account).at(0).client_key == fingerprint);
}

TEST_CASE("exchange: messages that follow no mechanism") {
  struct Row {
    std::string_view mechanism;
    std::vector<std::string> responses;
  };

  const std::vector<Row> rows = {
      {"PLAIN", {""}},
      {"PLAIN", {"mjl@mox.example"}},
      {"PLAIN", {std::string("\0mjl@mox.example", 16)}},
      {"PLAIN", {std::string("\0mjl@mox.example\0a\0b", 20)}},
      {"PLAIN", {std::string("\0\xff\0correct horse", 16)}},
      {"CRAM-MD5", {"mjl@mox.example"}},
      {"CRAM-MD5", {""}},
      {"CRAM-MD5", {"mjl@mox.example nothing-hexadecimal"}},
      {"SCRAM-SHA-256", {"n,,n=mjl@mox.example"}},
      {"SCRAM-SHA-256", {"nonsense"}},
      {"SCRAM-SHA-256", {"n,,n=mjl@mox.example,r=abc", "c=biws,r=other,p=AAAA"}},
      {"SCRAM-SHA-1", {"n,,n=mjl@mox.example,r=abc", ""}},
      {"SCRAM-SHA-1", {std::string(20'000, 'x')}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.mechanism, row.responses);
    Full world;
    test::Loop loop;
    const auto exchange = world.begin(row.mechanism);
    auto turn = loop.run(exchange->start(std::nullopt));
    for (const auto& response : row.responses) {
      REQUIRE(std::holds_alternative<Ask>(turn));
      turn = loop.run(exchange->next(response));
    }
    if (std::holds_alternative<Ask>(turn)) turn = loop.run(exchange->next("")); // its last word
    if (const auto* outcome = std::get_if<login::Outcome>(&turn))
      CHECK((outcome->verdict == Verdict::bad_protocol || outcome->verdict == Verdict::bad_user ||
             outcome->verdict == Verdict::bad_binding));
    else
      CHECK(std::get<Mistake>(turn) == Mistake::malformed);
    CHECK_FALSE(world.counts(row.mechanism, "ok", 1));
    CHECK(world.attempts(world.account).size() + world.attempts(store::AccountId{0}).size() == 1);
  }
}

TEST_CASE("exchange: acting for somebody else, and going on after the end") {
  Full world;
  test::Loop loop;
  const std::string forged("root@mox.example\0mjl@mox.example\0correct horse", 46);
  auto exchange = world.begin("PLAIN");
  auto turn = loop.run(exchange->start(forged));
  CHECK(std::get<Mistake>(turn) == Mistake::other_user);
  turn = loop.run(exchange->next("again"));
  CHECK(std::get<Mistake>(turn) == Mistake::out_of_order);
  CHECK(world.counts("plain", "badprotocol", 1));
  CHECK(world.limits.failed_logins.allows(here));
}

TEST_CASE("exchange: one that is given up is counted once, however that is said") {
  Full world;
  test::Loop loop;
  auto exchange = world.begin("CRAM-MD5");
  loop.run(exchange->start(std::nullopt));
  CHECK_FALSE(exchange->abort());
  CHECK_FALSE(exchange->abort());
  exchange.reset();
  CHECK(world.counts("cram-md5", "aborted", 1));
  exchange = world.begin("CRAM-MD5");
  loop.run(exchange->start(std::nullopt));
  exchange.reset(); // the client went away
  CHECK(world.counts("cram-md5", "aborted", 2));
  CHECK(world.limits.failed_logins.allows(here));
  const auto attempts = world.attempts(store::AccountId{0});
  REQUIRE(attempts.size() == 1);
  CHECK(attempts[0].count == 2);
  CHECK(attempts[0].result == "aborted");
}

TEST_CASE("exchange: unknown mechanisms, and passwords where they may not be shown") {
  Full world;
  CHECK(world.begin("GSSAPI") == nullptr);
  CHECK(world.begin("") == nullptr);
  CHECK(world.counts("(unrecognized)", "badprotocol", 2));
  CHECK(world.begin("PLAIN", false) == nullptr);
  CHECK(world.begin("login", false) == nullptr);
  CHECK(world.begin("cram-md5", false) != nullptr);
}

TEST_CASE("exchange: an account that is disabled hears so when its proof is right, and only then") {
  for (const auto mechanism : with_password) {
    CAPTURE(mechanism);
    Full world;
    world.users->disabled = "ask at the desk";
    const auto done = talk(world, mechanism, user, right);
    CHECK(verdict(done) == Verdict::disabled);
    CHECK(std::get<login::Outcome>(done.end).text == "ask at the desk");
    CHECK(world.counts(mechanism, "logindisabled", 1));
    const auto wrong = verdict(talk(world, mechanism, user, "wrong horse"));
    CHECK((wrong == Verdict::bad_password || wrong == Verdict::bad_credentials));
  }
  Full world;
  world.users->disabled = "ask at the desk";
  CHECK(by_key(world, "") == Verdict::disabled);
}

TEST_CASE("exchange: passwords of programs are good for their doors and their time") {
  for (const auto mechanism : with_password) {
    CAPTURE(mechanism);
    Full full;
    const auto phone = full.make_account("phone");
    const auto give = [&](std::string scope, std::int64_t expires) {
      full.put(phone, {.kind = store::CredentialKind::app,
                       .name = "app",
                       .scope = std::move(scope),
                       .secret = all_verifiers("program horse"),
                       .expires = expires});
    };
    const auto enters = [&] {
      return verdict(talk(full, mechanism, "phone@mox.example", "program horse")) == Verdict::ok;
    };
    const auto now = unix_seconds(full.clock.wall());
    give("", 0);
    CHECK(enters());
    CHECK(full.store->read().credentials(phone).at(0).last_used == now);
    give("submission imap", now + 10);
    CHECK(enters());
    give("submission", 0);
    CHECK_FALSE(enters());
    give("imap", now);
    CHECK_FALSE(enters());
    give("imap", now + 1);
    CHECK(enters());
    full.clock.advance(std::chrono::seconds(1));
    CHECK_FALSE(enters());
  }
}
