// Who may log in, what it costs, and what is counted.
#include "async/sleep.h"
#include "login_world.h"

#include <latch>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

using namespace mox;
using login::Verdict;
using namespace mox::login::test;

namespace {

constexpr int most_waiting_checks = 64;

// The only thread of a pool works on nothing until this ends.
class Blocked {
public:
  explicit Blocked(async::Pool& pool) {
    pool.post([go_on = go_on_] { go_on->wait(); });
  }

  ~Blocked() { release(); }

  Blocked(const Blocked&) = delete;
  Blocked& operator=(const Blocked&) = delete;

  void release() {
    if (!go_on_->try_wait()) go_on_->count_down();
  }

private:
  // Shared: the thread still looks at it for a moment when it is released.
  std::shared_ptr<std::latch> go_on_ = std::make_shared<std::latch>(1);
};

async::Task<> check_into(World& world, std::string_view user, std::string_view password,
                         std::vector<Verdict>& verdicts) {
  const auto outcome = co_await world.logins->check(World::attempt(), user, password);
  verdicts.push_back(outcome.verdict);
}

async::Task<> some_turns() {
  for (int i = 0; i < 100; ++i) co_await async::yield();
}

} // namespace

namespace {

// Makes an account for the user "new", knows nobody called "gone", and takes all others for "new".
class Host {
public:
  explicit Host(World& world) : world_(world) {
    world.logins->welcome([this](std::string_view user, std::optional<std::string_view> password) {
      return welcome(std::string(user), std::string(password.value_or("")));
    });
  }

  const std::vector<std::string>& asked() const { return asked_; }

private:
  async::Task<Result<std::string>> welcome(std::string user, std::string password) {
    asked_.push_back(user + ":" + password);
    if (user == "gone") co_return failure(ErrorKind::not_found, "nobody");
    if (user == "new") world_.set_password(world_.make_account("new"), verifier("correct horse"));
    co_return "new@mox.example";
  }

  World& world_;
  std::vector<std::string> asked_;
};

} // namespace

TEST_CASE("who is unknown may be welcomed") {
  World world;
  const Host host(world);

  struct Row {
    std::string_view user;
    std::string_view password;
    Verdict want;
  };

  const std::vector<Row> rows = {
      {"mjl@mox.example", "wrong", Verdict::bad_password},
      {"gone", "correct horse", Verdict::bad_user},
      {"new", "correct horse", Verdict::ok},
      {"also@elsewhere.example", "wrong", Verdict::bad_password},
      {"new@mox.example", "correct horse", Verdict::ok},
  };
  for (const auto& row : rows) {
    CAPTURE(row.user);
    const auto outcome = world.check(row.user, row.password);
    CHECK(outcome.verdict == row.want);
    if (row.want == Verdict::ok) CHECK(outcome.login == "new@mox.example");
  }
  CHECK(host.asked() == std::vector<std::string>{"gone:correct horse", "new:correct horse",
                                                 "also@elsewhere.example:wrong"});
}

TEST_CASE("who is unknown may be welcomed before a proof, without a password") {
  World world;
  const Host host(world);
  test::Loop loop;
  const auto made = loop.run(world.logins->find("new", "imap"));
  REQUIRE(made.user);
  CHECK(made.login == "new@mox.example");
  CHECK(made.passwords.size() == 1);
  CHECK_FALSE(loop.run(world.logins->find("gone", "imap")).user);
  CHECK(loop.run(world.logins->find("mjl@mox.example", "imap")).user->account == world.account);
  CHECK(host.asked() == std::vector<std::string>{"new:", "gone:"});
}

TEST_CASE("verdicts") {
  struct Row {
    std::string_view user;
    std::string_view password;
    Verdict want;
  };

  const std::vector<Row> rows = {
      {"mjl@mox.example", "correct horse", Verdict::ok},
      {"MJL@Mox.Example", "correct horse", Verdict::ok},
      // RFC 8265 section 4.2: other spaces are spaces.
      {"mjl@mox.example", "correct\u00a0horse", Verdict::ok},
      {"mjl@mox.example", "Correct horse", Verdict::bad_password},
      {"mjl@mox.example", "", Verdict::bad_password},
      {"mjl@mox.example", std::string_view("correct horse\0", 14), Verdict::bad_password},
      {"mjl", "correct horse", Verdict::bad_user},
      {"mjl@elsewhere.example", "correct horse", Verdict::bad_user},
      {"mjl@mox.example ", "correct horse", Verdict::bad_user},
      {"\xff@mox.example", "correct horse", Verdict::bad_user},
      {"@", "", Verdict::bad_user},
      {"", "", Verdict::bad_user},
  };
  World world;
  for (const auto& row : rows) {
    CAPTURE(row.user, row.password);
    const auto outcome = world.check(row.user, row.password);
    CHECK(outcome.verdict == row.want);
    if (row.want != Verdict::ok) continue;
    CHECK(outcome.account == world.account);
    CHECK(outcome.login == "mjl@mox.example");
  }
  CHECK(world.counted("ok", 3));
  CHECK(world.counted("badpassword", 3));
  CHECK(world.counted("baduser", 6));
}

TEST_CASE("an account without a password lets nobody in") {
  World world;
  world.make_account("none");
  CHECK(world.check("none@mox.example", "").verdict == Verdict::bad_password);
  CHECK(world.check("none@mox.example", "correct horse").verdict == Verdict::bad_password);
}

TEST_CASE("one of several passwords is enough, and a damaged one is no wrong one") {
  World world;
  world.set_password(world.account, verifier("second horse"), true);
  CHECK(world.check("mjl@mox.example", "second horse").verdict == Verdict::ok);
  CHECK(world.check("mjl@mox.example", "correct horse").verdict == Verdict::ok);
  CHECK(world.check("mjl@mox.example", "third horse").verdict == Verdict::bad_password);

  const auto damaged = world.make_account("damaged");
  world.set_password(damaged, "$argon2id$damaged");
  CHECK(world.check("damaged@mox.example", "any").verdict == Verdict::error);
  CHECK(world.counted("error", 1));
  world.set_password(damaged, verifier("second horse"), true);
  CHECK(world.check("damaged@mox.example", "second horse").verdict == Verdict::ok);
  CHECK(world.check("damaged@mox.example", "any").verdict == Verdict::error);
}

TEST_CASE("failures count against the address until it gets in") {
  World world;
  for (int i = 0; i < 10; ++i) {
    CHECK(world.limits.failed_logins.allows(here));
    world.check(i % 2 == 0 ? "mjl@mox.example" : "nobody@mox.example", "wrong");
  }
  CHECK_FALSE(world.limits.failed_logins.allows(here));
  CHECK(world.limits.failed_logins.allows(elsewhere));
  CHECK(world.check("mjl@mox.example", "correct horse").verdict == Verdict::ok);
  CHECK(world.limits.failed_logins.allows(here));
}

TEST_CASE("a failure of ours counts against nobody") {
  World world;
  world.set_password(world.account, "no verifier");
  for (int i = 0; i < 20; ++i) world.check("mjl@mox.example", "correct horse");
  CHECK(world.limits.failed_logins.allows(here));
}

TEST_CASE("a right password is remembered, for its time and its version") {
  World world;
  CHECK(world.check("mjl@mox.example", "correct horse").verdict == Verdict::ok);
  {
    const Blocked nothing_is_checked(world.pool);
    CHECK(world.check("mjl@mox.example", "correct horse").verdict == Verdict::ok);
  }
  world.set_password(world.account, verifier("new horse"));
  CHECK(world.check("mjl@mox.example", "correct horse").verdict == Verdict::bad_password);
  CHECK(world.check("mjl@mox.example", "new horse").verdict == Verdict::ok);

  test::Loop loop;
  std::vector<Verdict> verdicts;
  Blocked blocked(world.pool);
  world.clock.advance(std::chrono::hours(1));
  async::Gate gate(loop.executor(), {});
  gate.spawn(check_into(world, "mjl@mox.example", "new horse", verdicts));
  loop.run(some_turns());
  CHECK(verdicts.empty());
  blocked.release();
  loop.run(gate.close());
  CHECK(verdicts == std::vector{Verdict::ok});
}

TEST_CASE("a user that does not exist costs a check as well, and so does a wrong password") {
  for (const std::string_view user : {"nobody@mox.example", "no address", "mjl@mox.example"}) {
    CAPTURE(user);
    World world;
    test::Loop loop;
    std::vector<Verdict> verdicts;
    Blocked blocked(world.pool);
    async::Gate gate(loop.executor(), {});
    gate.spawn(check_into(world, user, "wrong", verdicts));
    loop.run(some_turns());
    CHECK(verdicts.empty());
    blocked.release();
    loop.run(gate.close());
    CHECK(verdicts.size() == 1);
  }
}

TEST_CASE("when too many checks wait, the next is refused at once and counts against nobody") {
  World world;
  world.check("mjl@mox.example", "correct horse"); // remembered
  test::Loop loop;
  std::vector<Verdict> verdicts;
  Blocked blocked(world.pool);
  async::Gate gate(loop.executor(), {});
  for (int i = 0; i < most_waiting_checks + 2; ++i)
    gate.spawn(check_into(world, "mjl@mox.example", "wrong", verdicts));
  loop.run(some_turns());
  CHECK(verdicts == std::vector{Verdict::overloaded, Verdict::overloaded});
  CHECK(world.counted("aborted", 2));
  CHECK(world.limits.failed_logins.allows(here));
  // Who is remembered gets in nevertheless.
  CHECK(world.check("mjl@mox.example", "correct horse").verdict == Verdict::ok);
  verdicts.clear();
  blocked.release();
  loop.run(gate.close());
  CHECK(verdicts == std::vector(most_waiting_checks, Verdict::bad_password));
  // And all is as before.
  CHECK(world.check("mjl@mox.example", "wrong").verdict == Verdict::bad_password);
}

TEST_CASE("from several threads at once, while the password changes") {
  World world(2);
  const auto steady = world.make_account("steady");
  world.set_password(steady, verifier("same horse"));
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  std::atomic<int> wrong = 0;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int round = 0; round < 20; ++round) {
        if (world.check("steady@mox.example", "same horse").verdict == Verdict::ok) ++right;
        if (world.check("steady@mox.example", "other horse").verdict == Verdict::bad_password)
          ++wrong;
        world.check("mjl@mox.example", "correct horse");
      }
    });
  for (int i = 0; i < 10; ++i)
    world.set_password(world.account, verifier(i % 2 == 0 ? "changed horse" : "correct horse"));
  for (auto& thread : threads) thread.join();
  CHECK(right == 80);
  CHECK(wrong == 80);
  CHECK(world.check("mjl@mox.example", "correct horse").verdict == Verdict::ok);
}
