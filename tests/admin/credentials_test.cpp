// Passwords and public keys, which stand in the store.
#include "admin/admin_world.h"
#include "login/secret.h"
#include "sasl/password.h"
#include "tls/public_key.h"

using namespace mox;
using test::AdminWorld;
using test::has;

namespace {

std::vector<store::Credential> credentials(const AdminWorld& world, std::string_view account) {
  return world.store->read().credentials(*world.accounts->id_of(account));
}

bool is_password(const store::Credential& credential, std::string_view password) {
  const auto verifier = login::password_verifier(credential.secret);
  return verifier && sasl::check_password(*verifier, password) == true;
}

std::string certificate(std::string_view name, const Clock& clock) {
  return tls::make_client_key(name, clock.wall()).value().pem.certificate;
}

// The first word behind "key ".
std::string added_key(const std::string& said) {
  REQUIRE(said.starts_with("key "));
  return said.substr(4, said.find(' ', 4) - 4);
}

} // namespace

TEST_CASE("an account has one password of its own, the last that was set") {
  AdminWorld world;
  CHECK(world.did("setaccountpassword", {"mjl"}, "correct horse\n") == "password of mjl set\n");
  CHECK(world.did("setaccountpassword", {"mjl"}, "battery staple\r\nsecond line\n") ==
        "password of mjl set\n");
  const auto all = credentials(world, "mjl");
  REQUIRE(all.size() == 1);
  CHECK(all[0].kind == store::CredentialKind::password);
  CHECK(all[0].created == unix_seconds(world.clock.wall()));
  CHECK(is_password(all[0], "battery staple"));
  CHECK_FALSE(is_password(all[0], "correct horse"));
  CHECK_FALSE(has(all[0].secret, "battery"));
}

TEST_CASE("a password for a program is printed once, and listed without it") {
  AdminWorld world;
  const auto said = world.did("config password add",
                              {"mjl", "my phone", "--scope=imap,submission", "--expires=30"});
  const auto password = said.substr(0, said.size() - 1);
  CHECK(said == password + "\n");
  CHECK(password.size() == 29);
  const auto all = credentials(world, "mjl");
  REQUIRE(all.size() == 1);
  CHECK(all[0].kind == store::CredentialKind::app);
  CHECK(all[0].scope == "imap submission");
  CHECK(all[0].expires == all[0].created + 30 * 86400);
  CHECK(is_password(all[0], password));
  CHECK(world.did("config password list", {"mjl"}) ==
        "name\tscope\tcreated\texpires\tlast used\n"
        "my phone\timap submission\t2026-01-01 00:00\t2026-01-31 00:00\tnever\n");
  CHECK(world.did("config password list", {"mjl", "--json"}) ==
        R"([{"name":"my phone","scope":"imap submission","created":1767225600,)"
        R"("expires":1769817600,"lastused":0}])"
        "\n");
  CHECK(world.failed("config password add", {"mjl", "my phone"}).kind == ErrorKind::exists);
  const auto other = world.did("config password add", {"mjl", "tablet"});
  CHECK(other != said);
  CHECK(has(world.did("config password list", {"mjl"}), "tablet\tall\t2026-01-01 00:00\tnever\t"));
  CHECK(world.did("config password rm", {"mjl", "my phone"}).empty());
  CHECK(credentials(world, "mjl").size() == 1);
  CHECK(world.did("config password list", {"ann", "--json"}) == "[]\n");
}

TEST_CASE("the account's own password is none of those for programs") {
  AdminWorld world;
  world.did("setaccountpassword", {"mjl"}, "correct horse\n");
  CHECK(world.did("config password list", {"mjl", "--json"}) == "[]\n");
  CHECK(world.failed("config password rm", {"mjl", "password"}).kind == ErrorKind::not_found);
  world.did("config password add", {"mjl", "password"});
  CHECK(credentials(world, "mjl").size() == 2);
}

TEST_CASE("a key is added, shown, listed and removed") {
  AdminWorld world;
  const auto pem = certificate("laptop", world.clock);
  const auto key = added_key(world.did("config tlspubkey add", {"MJL@example.org"}, pem));
  const auto shown = world.did("config tlspubkey get", {key});
  CHECK(shown == "type: ed25519\nname: laptop\naccount: mjl\naddress: mjl@example.org\n"
                 "no imap preauth: false\n\n" +
                     pem);
  const auto more = added_key(world.did("config tlspubkey add",
                                        {"ann@example.net", "of a \"friend\"", "--no-imap-preauth"},
                                        certificate("x", world.clock)));
  CHECK(world.did("config tlspubkey list") ==
        "fingerprint\ttype\tname\taccount\tlogin address\tno imap preauth\n" + more +
            "\ted25519\t\"of a \\\"friend\\\"\"\tann\tann@example.net\ttrue\n" + key +
            "\ted25519\t\"laptop\"\tmjl\tmjl@example.org\tfalse\n");
  CHECK(world.did("config tlspubkey list", {"mjl", "--json"}) ==
        R"([{"fingerprint":")" + key +
            R"(","type":"ed25519","name":"laptop","account":"mjl",)"
            R"("address":"mjl@example.org","noimappreauth":false}])"
            "\n");
  CHECK(world.did("config tlspubkey rm", {key}).empty());
  CHECK(world.failed("config tlspubkey get", {key}).kind == ErrorKind::not_found);
  CHECK(world.failed("config tlspubkey rm", {key}).kind == ErrorKind::not_found);
  CHECK(has(world.did("config tlspubkey list"), more));
}

TEST_CASE("a key belongs to one login, and a name to one key") {
  AdminWorld world;
  const auto pem = certificate("laptop", world.clock);
  world.did("config tlspubkey add", {"mjl@example.org"}, pem);
  CHECK(world.failed("config tlspubkey add", {"ann@example.net"}, pem).kind == ErrorKind::exists);
  const auto other = certificate("laptop", world.clock);
  const auto taken = world.failed("config tlspubkey add", {"mjl@example.org"}, other);
  CHECK(taken.kind == ErrorKind::exists);
  CHECK(has(taken.text, "a key called \"laptop\" already"));
  world.did("config tlspubkey add", {"mjl@example.org", "desk"}, other);
}

TEST_CASE("a key is for somebody who logs in, and has a name") {
  AdminWorld world;
  const auto pem = certificate("laptop", world.clock);
  for (const auto* login : {"nobody@example.org", "team@example.org", "mjl", ""}) {
    CAPTURE(login);
    const auto error = world.failed("config tlspubkey add", {login}, pem);
    CHECK(error.kind == ErrorKind::not_found);
    CHECK(has(error.text, "no account logs in as"));
  }
  CHECK(world.failed("config tlspubkey add", {"mjl@example.org", "a\nb"}, pem).kind ==
        ErrorKind::invalid);
  CHECK(world.failed("config tlspubkey add", {"mjl@example.org", ""}, pem).kind ==
        ErrorKind::invalid);
}
