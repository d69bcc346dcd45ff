// Attempts to log in, on their way to the store.
#include "login/recorder.h"
#include "login_world.h"

#include <chrono>
#include <thread>

using namespace mox;
using namespace mox::login::test;
using login::Recorder;

namespace {

constexpr store::AccountId nobody{0};

store::LoginAttempt attempt(std::string remote, std::int64_t time = 100) {
  return {.first = time,
          .last = time,
          .login = "mjl@mox.example",
          .remote = std::move(remote),
          .protocol = "imap",
          .mechanism = "plain",
          .result = "ok"};
}

} // namespace

TEST_CASE("recorder: what is alike is one row, and what was not written is written at the end") {
  World world;
  {
    Recorder recorder(*world.store);
    CHECK(recorder.add(world.account, attempt("a", 100)) != 0);
    CHECK(recorder.add(world.account, attempt("a", 90)) != 0);
    CHECK(recorder.add(nobody, attempt("a", 200)) != 0);
    recorder.write();
    recorder.add(world.account, attempt("a", 300));
    recorder.add(world.account, attempt("b", 400));
  }
  const auto all = world.store->read().login_attempts(world.account, 10);
  REQUIRE(all.size() == 2);
  CHECK(all[0].remote == "b");
  CHECK(all[1].count == 3);
  CHECK(all[1].first == 90);
  CHECK(all[1].last == 300);
  CHECK(world.store->read().login_attempts(nobody, 10).size() == 1);
}

TEST_CASE("recorder: it writes by itself") {
  World world;
  Recorder recorder(*world.store);
  recorder.add(world.account, attempt("a"));
  const auto is_there = [&] { return world.store->read().login_attempts(world.account, 1).size(); };
  for (int i = 0; i < 600 && is_there() == 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  CHECK(is_there() == 1);
}

TEST_CASE("recorder: a program may be named afterwards") {
  World world;
  Recorder recorder(*world.store);
  const auto one = recorder.add(world.account, attempt("a"));
  const auto other = recorder.add(world.account, attempt("a"));
  recorder.name_program(one, "name=\"mutt\"");
  recorder.name_program(one, "name=\"other\""); // once
  recorder.name_program(0, "name=\"none\"");
  recorder.name_program(999, "name=\"none\"");
  recorder.write();
  recorder.name_program(other, "name=\"late\"");
  recorder.write();
  const auto all = world.store->read().login_attempts(world.account, 10);
  REQUIRE(all.size() == 2);
  CHECK(all[0].count == 1);
  CHECK(all[1].count == 1);
  CHECK(all[0].program.size() + all[1].program.size() == std::string("name=\"mutt\"").size());
}

TEST_CASE("recorder: whatever a client says fits, and does nothing to a terminal") {
  World world;
  Recorder recorder(*world.store);
  auto one = attempt("a");
  one.program = std::string("a\x1b[2J\n\t\0b\x7f", 10) + std::string(5000, 'x');
  one.login = "\xff\xc3";
  for (int i = 0; i < 2000; ++i) one.tls += "\xff\xc3\xa9";
  recorder.add(world.account, one);
  recorder.write();
  const auto kept = world.store->read().login_attempts(world.account, 10).at(0);
  CHECK(kept.program.starts_with("a [2J   b x"));
  CHECK(kept.program.size() == Recorder::longest_text);
  CHECK(kept.login == "\uFFFD\uFFFD");
  CHECK(kept.tls.size() <= Recorder::longest_text);
}

TEST_CASE("recorder: very many at once are bounded") {
  World world;
  Recorder recorder(*world.store);
  std::size_t refused = 0;
  for (std::size_t i = 0; i < Recorder::most_gathered + 100; ++i)
    if (recorder.add(world.account, attempt(std::to_string(i))) == 0) ++refused;
  // Some may be on their way already.
  CHECK(refused <= 100);
  recorder.write();
  const auto kept = world.store->read().login_attempts(world.account, 100'000).size();
  CHECK(kept <= Recorder::most_gathered);
  CHECK(kept > Recorder::most_gathered / 2);
}

TEST_CASE("recorder: from many threads") {
  World world;
  {
    Recorder recorder(*world.store);
    std::vector<std::thread> threads;
    threads.reserve(4);
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        for (int n = 0; n < 500; ++n) {
          const auto number = recorder.add(world.account, attempt(std::to_string(n % 10)));
          if (n % 5 == 0) recorder.name_program(number, "p");
          if (n % 100 == 0) recorder.write();
        }
      });
    for (auto& thread : threads) thread.join();
  }
  std::uint64_t count = 0;
  for (const auto& one : world.store->read().login_attempts(world.account, 100)) count += one.count;
  CHECK(count == 2000);
}

TEST_CASE("recorder: what cannot be written is told") {
  World world;
  Recorder recorder(*world.store);
  std::vector<std::string> heard;
  recorder.on_failure([&](const Error& error) { heard.push_back(error.text); });
  auto impossible = attempt("a");
  impossible.client_key = std::string(1000, 'k');
  recorder.add(world.account, impossible);
  recorder.write();
  REQUIRE(heard.size() == 1);
  CHECK(heard[0].contains("1000 bytes"));
  recorder.add(world.account, attempt("a"));
  recorder.write();
  CHECK(world.store->read().login_attempts(world.account, 10).size() == 1);
}

TEST_CASE("attempts: each is kept with what is known of it, and without the password") {
  World world;
  auto attempt = World::attempt();
  attempt.client = {.remote = here,
                    .local = elsewhere,
                    .tls = "version=TLSv1.3",
                    .key = {},
                    .program = "name=\"x\""};
  test::Loop loop;
  loop.run(world.logins->check(attempt, "MJL@mox.example", "correct horse"));
  world.clock.advance(std::chrono::seconds(1));
  loop.run(world.logins->check(attempt, "mjl@mox.example", "secret horse"));
  world.clock.advance(std::chrono::seconds(1));
  loop.run(world.logins->check(attempt, "nobody@mox.example", "secret horse"));
  world.clock.advance(std::chrono::seconds(1));
  // Where the password stands in the wrong place, nothing is kept of it.
  loop.run(world.logins->check(attempt, "secret horse", ""));
  const auto of_account = world.attempts(world.account);
  REQUIRE(of_account.size() == 2);
  CHECK(of_account[1].result == "ok");
  CHECK(of_account[0].result == "badpassword");
  for (const auto& one : of_account) {
    CHECK(one.login == "mjl@mox.example");
    CHECK(one.remote == "192.0.2.1");
    CHECK(one.local == "198.51.100.1");
    CHECK(one.tls == "version=TLSv1.3");
    CHECK(one.protocol == "submission");
    CHECK(one.program == "name=\"x\"");
    CHECK(one.mechanism == "plain");
    CHECK(one.count == 1);
  }
  const auto of_nobody = world.attempts(nobody);
  REQUIRE(of_nobody.size() == 2);
  CHECK(of_nobody[0].login.empty());
  CHECK(of_nobody[1].login == "nobody@mox.example");
  CHECK(of_nobody[0].result == "baduser");
}

TEST_CASE("attempts: the account's hidden capabilities come with the login") {
  World world;
  world.users->hidden_capabilities = {"NOTIFY"};
  CHECK(world.check("mjl@mox.example", "correct horse").hidden_capabilities ==
        std::vector<std::string>{"NOTIFY"});
  CHECK(world.check("mjl@mox.example", "wrong").hidden_capabilities.empty());
}

TEST_CASE("greeting by key: who may be greeted as a user") {
  World world;
  const std::string key(32, 'k');
  store::Credential credential{.kind = store::CredentialKind::public_key,
                               .name = "laptop",
                               .secret = key,
                               .login = "mjl@mox.example"};
  world.put(world.account, credential);
  const auto greet = [&](const std::string& shown) {
    test::Loop loop;
    return loop.run(world.logins->greet(
        {.kind = "imap", .variant = "tlsclientauth", .client = {.remote = here, .key = shown}}));
  };
  CHECK_FALSE(greet(""));
  CHECK_FALSE(greet(std::string(32, 'x')));
  CHECK(world.attempts(nobody).empty()); // a key that nobody knows is no attempt
  const auto outcome = greet(key);
  REQUIRE(outcome);
  CHECK(outcome->verdict == login::Verdict::ok);
  CHECK(outcome->account == world.account);
  CHECK(outcome->login == "mjl@mox.example");
  CHECK(world.counted("imap", "tlsclientauth", "ok", 1));
  CHECK(world.attempts(world.account).at(0).client_key == key);
  CHECK(world.store->read().credentials(world.account).back().last_used != 0);

  world.users->disabled = "ask";
  CHECK(greet(key)->verdict == login::Verdict::disabled);
  world.users->disabled.clear();
  credential.scope = "submission";
  world.put(world.account, credential);
  CHECK(greet(key)->verdict == login::Verdict::bad_credentials);
  credential.scope.clear();
  credential.no_preauth = true;
  world.put(world.account, credential);
  CHECK_FALSE(greet(key));
  credential.no_preauth = false;
  credential.login = "gone@mox.example";
  world.put(world.account, credential);
  CHECK(greet(key)->verdict == login::Verdict::bad_credentials);
}
