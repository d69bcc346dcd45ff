#include "sendmailprogram/caller.h"
#include "sendmailprogram/rights.h"
#include "sendmailprogram/surroundings.h"
#include "sendmailprogram/world.h"

#include <cstdlib>
#include <functional>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

using namespace mox;
using namespace mox::sendmailprogram;

namespace {

constexpr uid_t somebody = 64'123;

// Whether it holds in a process of its own, as rights never come back.
bool holds_in_child(const std::function<bool()>& condition) {
  const auto child = ::fork();
  if (child == 0) ::_exit(condition() ? 0 : 1);
  int status = 0;
  return ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

} // namespace

TEST_CASE("rights are given up for good") {
  CHECK(holds_in_child([] {
    if (!give_up_rights()) return false;
    return ::prctl(PR_GET_DUMPABLE) == 0;
  }));
  if (::geteuid() != 0) {
    WARN("skipped: the rest needs root");
    return;
  }
  // As a file with setgid gives them.
  CHECK(holds_in_child([] {
    if (::setresgid(100, 50, 50) != 0 || ::setresuid(somebody, 0, 0) != 0) return false;
    if (!give_up_rights()) return false;
    return ::geteuid() == somebody && ::getegid() == 100 && ::setresuid(0, 0, 0) != 0 &&
           ::setresgid(50, 50, 50) != 0;
  }));
  CHECK(holds_in_child([] {
    if (!become(somebody)) return false;
    return ::geteuid() == somebody && ::getgroups(0, nullptr) == 0 && ::setresuid(0, 0, 0) != 0;
  }));
  CHECK(holds_in_child([] {
    if (!become(somebody)) return false;
    return !become(somebody + 1);
  }));
}

TEST_CASE("an ordinary process has no more rights than its caller, and forgets on request") {
  CHECK_FALSE(is_elevated());
  CHECK(holds_in_child([] {
    ::setenv("MOX_SENDMAIL_CONFIG", "/x", 1);
    forget_environment();
    return std::getenv("MOX_SENDMAIL_CONFIG") == nullptr;
  }));
}

TEST_CASE("who calls") {
  const auto root = find_caller(0);
  CHECK(root.login == "root");
  CHECK(root.home == "/root");
  CHECK(root.is_listed);
  const auto nobody_knows = find_caller(somebody);
  CHECK(nobody_knows.login == "64123");
  CHECK(nobody_knows.group == 65534);
  CHECK(nobody_knows.home.empty());
  CHECK_FALSE(nobody_knows.is_listed);
}

TEST_CASE("the environment of the caller chooses places, unless there are rights to lose") {
  const Caller caller{.login = "jane", .home = "/home/jane"};
  const auto fixed = fixed_surroundings(caller);
  CHECK(fixed.configuration == "/etc/mox/sendmail.toml");
  CHECK(fixed.socket == "/run/mox/submit");
  CHECK(fixed.shared_spool == "/var/spool/mox-sendmail");
  CHECK(fixed.own_spool == "/home/jane/.local/state/mox/spool");
  CHECK(fixed_surroundings({}).own_spool.empty());
  CHECK(holds_in_child([&] {
    ::setenv("MOX_SENDMAIL_CONFIG", "/x/s.toml", 1);
    ::setenv("HOME", "/h", 1);
    ::setenv("TMPDIR", "/t", 1);
    ::unsetenv("XDG_STATE_HOME");
    const auto chosen = chosen_surroundings(caller);
    ::setenv("XDG_STATE_HOME", "/state", 1);
    const auto again = chosen_surroundings(caller);
    ::setenv("XDG_STATE_HOME", "relative", 1);
    const auto relative = chosen_surroundings(caller);
    return chosen.configuration == "/x/s.toml" && chosen.own_spool == "/h/.local/state/mox/spool" &&
           chosen.temporary.front() == "/t" && again.own_spool == "/state/mox/spool" &&
           relative.own_spool == chosen.own_spool &&
           fixed_surroundings(caller).configuration == "/etc/mox/sendmail.toml";
  }));
  CHECK_FALSE(machine_domain().empty());
}

TEST_CASE("root sends what waits for each user, as that user") {
  if (::geteuid() != 0) {
    WARN("skipped: needs root");
    return;
  }
  test::ProgramWorld world;
  world.place.shared_spool = world.folder / "shared";
  REQUIRE(sendmail::Spool::make_shared(world.place.shared_spool));
  REQUIRE(::chmod(world.folder.path().c_str(), 0755) == 0);
  CHECK(holds_in_child([&] {
    if (!become(somebody)) return false;
    world.place.temporary = {"/tmp"};
    world.caller = find_caller(somebody);
    return world.run({"b@x.example"}, "Subject: x\n\nx\n").code == sendmail::ExitCode::ok;
  }));
  const auto queue = world.run({"-bp"}, "").output;
  CHECK(queue.find("user 64123\n") != std::string::npos);
  CHECK(queue.ends_with("-- 1 message\n"));

  world.caller = find_caller(0);
  CHECK(world.run({"-q"}, "").code == sendmail::ExitCode::temporary);
  auto listener = net::Listener::bind_unix(world.place.socket, 0666).value();
  test::ScriptedServer server(std::move(listener),
                              {test::greeted + "C: MAIL FROM:<64123@host.example>\n" + test::yes +
                               "C: RCPT TO:<b@x.example>\n" + test::yes + test::data + test::yes +
                               test::bye});
  CHECK(world.run({"-q"}, "").code == sendmail::ExitCode::ok);
  CHECK(server.end() == "");
  CHECK(world.run({"-bp"}, "").output == "Mail queue is empty\n");
}
