// Who tried to log in, as an administrator sees it.
#include "admin/admin_world.h"

#include <algorithm>
#include <string>

using namespace mox;
using test::AdminWorld;

namespace {

void add(AdminWorld& world, store::AccountId account, const store::LoginAttempt& attempt) {
  REQUIRE(world.store->write_blocking<void>(
      [&](store::Txn& txn) { return txn.add_login_attempt(account, attempt); }));
}

store::LoginAttempt attempt(std::int64_t time, std::string login, std::string result) {
  return {.first = time,
          .last = time + 1,
          .count = 2,
          .login = std::move(login),
          .remote = "192.0.2.1",
          .local = "192.0.2.9",
          .protocol = "imap",
          .mechanism = "plain",
          .result = std::move(result)};
}

constexpr std::string_view heading =
    "first\tlast\tcount\taccount\taddress\tresult\tprotocol\tmechanism\tfrom\tto\tTLS\tkey\t"
    "program\n";

} // namespace

TEST_CASE("logins of an account, of all and of nobody, newest first") {
  AdminWorld world;
  CHECK(world.did("config account logins") == heading);
  CHECK(world.did("config account logins", {"--json"}) == "[]\n");
  const auto mjl = *world.accounts->id_of("mjl");
  auto full = attempt(1767225600, "mjl@example.org", "ok");
  full.tls = "version=TLSv1.3";
  full.client_key = std::string(32, 'k');
  full.program = "name=\"x\"";
  add(world, mjl, full);
  add(world, *world.accounts->id_of("ann"), attempt(1767225700, "ann@example.net", "badpassword"));
  add(world, store::AccountId{0}, attempt(1767225800, "", "baduser"));

  const std::string of_mjl =
      "2026-01-01 00:00:00\t2026-01-01 00:00:01\t2\tmjl\tmjl@example.org\tok\t"
      "imap\tplain\t192.0.2.1\t192.0.2.9\tversion=TLSv1.3\t"
      "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s\tname=\"x\"\n";
  CHECK(world.did("config account logins", {"mjl"}) == std::string(heading) + of_mjl);
  const std::string of_others =
      "2026-01-01 00:03:20\t2026-01-01 00:03:21\t2\t-\t-\tbaduser\timap\tplain\t"
      "192.0.2.1\t192.0.2.9\t-\t-\t-\n"
      "2026-01-01 00:01:40\t2026-01-01 00:01:41\t2\tann\tann@example.net\t"
      "badpassword\timap\tplain\t192.0.2.1\t192.0.2.9\t-\t-\t-\n";
  CHECK(world.did("config account logins") == std::string(heading) + of_others + of_mjl);
  const auto two = world.did("config account logins", {"--limit=2"});
  CHECK(two == std::string(heading) + of_others);
  CHECK(world.did("config account logins", {"mjl", "--json"}) ==
        R"([{"first":1767225600,"last":1767225601,"count":2,"account":"mjl",)"
        R"("address":"mjl@example.org","result":"ok","protocol":"imap","mechanism":"plain",)"
        R"("remote":"192.0.2.1","local":"192.0.2.9","tls":"version=TLSv1.3",)"
        R"("key":"a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s","program":"name=\"x\""}])"
        "\n");
}

TEST_CASE("a hundred logins are shown, unless more are asked for") {
  AdminWorld world;
  const auto mjl = *world.accounts->id_of("mjl");
  for (int i = 0; i < 150; ++i) {
    auto one = attempt(1767225600 + i, "mjl@example.org", "ok");
    one.remote = std::to_string(i);
    add(world, mjl, one);
  }
  CHECK(std::ranges::count(world.did("config account logins", {"mjl"}), '\n') == 101);
  CHECK(std::ranges::count(world.did("config account logins", {"mjl", "--limit=1000"}), '\n') ==
        151);
}
