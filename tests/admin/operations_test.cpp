// What each operation does when all is right.
#include "admin/admin_world.h"

#include <filesystem>
#include <optional>

using namespace mox;
using test::AdminWorld;
using test::has;

namespace {

smtp::Path path_of(std::string localpart, std::string domain) {
  return {.localpart = std::move(localpart), .domain = std::move(domain)};
}

delivery::Lookup::Kind kind_of(const AdminWorld& world, std::string localpart, std::string domain) {
  return world.accounts->find(path_of(std::move(localpart), std::move(domain))).kind;
}

std::optional<login::User> user(const AdminWorld& world, std::string_view login) {
  return world.accounts->find(login);
}

// The text before, with `from` replaced by `to`.
std::string edited(std::string_view from, std::string_view to) {
  std::string text(test::domains_text);
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

using Kind = delivery::Lookup::Kind;

} // namespace

TEST_CASE("accounts are listed, for people and for programs") {
  AdminWorld world;
  world.did("config account disable", {"ann", "gone fishing"});
  CHECK(world.did("config account list") == "ann\t(disabled)\nmjl\n");
  CHECK(world.did("config account list", {"--json"}) ==
        R"([{"name":"ann","disabled":true,"domain":"example.net"},)"
        R"({"name":"mjl","disabled":false,"domain":"example.org"}])"
        "\n");
  CHECK(world.did("config account addresses", {"ann"}) == "ann@example.net\ngone@example.net\n");
  CHECK(world.did("config account addresses", {"ann", "--json"}) ==
        "[\"ann@example.net\",\"gone@example.net\"]\n");
}

TEST_CASE("an account is added, with its mailboxes, and the file keeps what else is in it") {
  AdminWorld world;
  const auto said = world.did("config account add", {"new", "me@example.org"});
  CHECK(said == "account new added; set a password with: mox setaccountpassword new\n");
  CHECK(test::keeps(world.domains(), test::domains_text));
  CHECK(kind_of(world, "Me", "example.org") == Kind::found);
  const auto id = world.accounts->id_of("new");
  REQUIRE(id);
  std::vector<std::string> names;
  for (const auto& mailbox : world.store->read().mailboxes(*id)) names.push_back(mailbox.name);
  CHECK(names == std::vector<std::string>{"Archive", "Drafts", "Inbox", "Junk", "Sent", "Trash"});
  CHECK(world.store->read().subscriptions(*id) == names);
  // The one before is kept.
  const auto before = file::read_file(world.folder / "domains.toml.before", 1 << 20);
  CHECK(before == std::string(test::domains_text));
}

TEST_CASE("an account is removed, with its mail, and its name is free") {
  AdminWorld world;
  world.did("config account add", {"new", "new@example.org"});
  const auto id = *world.accounts->id_of("new");
  world.did("deliver", {"new@example.org"}, "Subject: x\n\ny\n");
  world.did("setaccountpassword", {"new"}, "correct horse\n");
  CHECK(has(world.did("config account rm", {"new"}), "account new removed"));
  CHECK(kind_of(world, "new", "example.org") == Kind::unknown_user);
  CHECK_FALSE(user(world, "new@example.org"));
  CHECK_FALSE(world.store->read().find_account("new"));
  CHECK(world.store->read().credentials(id).empty());
  world.did("config account add", {"new", "new@example.org"});
  CHECK(world.accounts->id_of("new") != id);
}

TEST_CASE("mail of an account that was taken out by hand is nobody else's") {
  AdminWorld world;
  world.did("config account add", {"new", "new@example.org"});
  const auto id = *world.accounts->id_of("new");
  REQUIRE(file::replace(world.domains_file(), test::domains_text));
  CHECK(world.configuration->reload_if_changed() == true);
  CHECK_FALSE(world.accounts->id_of("new"));
  REQUIRE(world.store->read().find_account("new") == id);
  for (const auto& error : {world.failed("config account add", {"new", "new@example.org"}),
                            world.failed("config domain add", {"new.example", "new", "me"})}) {
    CHECK(error.kind == ErrorKind::exists);
    CHECK(has(error.text, "\"config account rm new\" deletes it"));
  }
  CHECK(has(world.did("config account rm", {"new"}), "account new removed"));
  CHECK(world.domains() == test::domains_text);
  world.did("config account add", {"new", "new@example.org"});
  CHECK(world.accounts->id_of("new") != id);
}

TEST_CASE("logins are refused and allowed, and mail comes all the same") {
  AdminWorld world;
  CHECK(world.did("config account disable", {"mjl", "ask at the desk"}).empty());
  CHECK(user(world, "mjl@example.org")->disabled == "ask at the desk");
  CHECK(kind_of(world, "mjl", "example.org") == Kind::found);
  world.did("config account disable", {"mjl", "ask again"});
  CHECK(user(world, "mjl@example.org")->disabled == "ask again");
  CHECK(world.did("config account enable", {"mjl"}).empty());
  CHECK(user(world, "mjl@example.org")->disabled.empty());
  CHECK(world.domains() == test::domains_text);
  CHECK(world.did("config account enable", {"mjl"}).empty());
}

TEST_CASE("addresses are added, found and removed") {
  AdminWorld world;
  CHECK(world.did("config address add", {"New@example.org", "ann"}).empty());
  CHECK(world.did("config address account", {"nEW+tag@example.org"}) == "ann\n");
  CHECK(kind_of(world, "new", "example.org") == Kind::found);
  CHECK(world.did("config address rm", {"new@example.org"}).empty());
  CHECK(world.domains() == test::domains_text);
  CHECK(kind_of(world, "new", "example.org") == Kind::unknown_user);

  CHECK(world.did("config address add", {"@example.net", "mjl"}).empty());
  CHECK(kind_of(world, "anybody", "example.net") == Kind::found);
  CHECK(world.did("config address account", {"@example.net"}) == "mjl\n");
  CHECK(world.did("config address rm", {"@example.net"}).empty());
  CHECK(kind_of(world, "anybody", "example.net") == Kind::unknown_user);
}

TEST_CASE("domains are added, for an account that is there and for a new one") {
  AdminWorld world;
  CHECK(world.did("config domain add", {"one.example", "mjl"}) == "domain one.example added\n");
  CHECK(world.did("config address account", {"postmaster@one.example"}) == "mjl\n");
  CHECK(kind_of(world, "postmaster+tag", "one.example") == Kind::found);
  CHECK(world.did("config domain add", {"two.example", "new", "me"}) ==
        "domain two.example added; set a password with: mox setaccountpassword new\n");
  CHECK(world.did("config address account", {"me@two.example"}) == "new\n");
  CHECK(world.did("config domain add", {"three.example", "mjl", "me", "--disabled"}) ==
        "domain three.example added\n");
  CHECK(kind_of(world, "me", "three.example") == Kind::disabled);
  CHECK(test::keeps(world.domains(), test::domains_text));
}

TEST_CASE("domains are removed once nobody has an address there") {
  AdminWorld world;
  world.did("config domain add", {"bücher.example", "mjl"});
  CHECK(kind_of(world, "postmaster", "xn--bcher-kva.example") == Kind::found);
  CHECK(world.failed("config domain rm", {"xn--bcher-kva.example"}).kind == ErrorKind::invalid);
  world.did("config address rm", {"postmaster@bücher.example"});
  CHECK(world.did("config domain rm", {"xn--bcher-kva.example"}).empty());
  CHECK(world.domains() == test::domains_text);
}

TEST_CASE("domains are closed and opened") {
  AdminWorld world;
  CHECK(kind_of(world, "mjl", "closed.example") == Kind::disabled);
  CHECK(world.did("config domain enable", {"closed.example"}).empty());
  CHECK(kind_of(world, "mjl", "closed.example") == Kind::found);
  CHECK(world.domains() == edited("disabled = true", "disabled = false"));
  CHECK(world.did("config domain disable", {"closed.example"}).empty());
  CHECK(world.domains() == test::domains_text);
  CHECK(world.did("config domain disable", {"example.net"}).empty());
  CHECK(kind_of(world, "ann", "example.net") == Kind::disabled);
}

TEST_CASE("aliases are listed and shown") {
  AdminWorld world;
  CHECK(world.did("config alias list", {"example.org"}) == "team@example.org\n");
  CHECK(world.did("config alias list", {"example.org", "--json"}) == "[\"team@example.org\"]\n");
  CHECK(world.did("config alias list", {"example.net"}).empty());
  CHECK(world.did("config alias list", {"example.net", "--json"}) == "[]\n");
  CHECK(world.did("config alias print", {"Team@example.org"}) ==
        "# postpublic false\n# listmembers false\n# allowmsgfrom false\n# members:\n"
        "mjl@example.org\nann@example.net\n");
  CHECK(world.did("config alias print", {"team@example.org", "--json"}) ==
        R"({"postpublic":false,"listmembers":false,"allowmsgfrom":false,)"
        R"("members":["mjl@example.org","ann@example.net"]})"
        "\n");
}

TEST_CASE("aliases are added, changed and removed") {
  AdminWorld world;
  CHECK(world.did("config alias add", {"all@example.net", "mjl@example.org"}).empty());
  CHECK(has(world.did("config alias print", {"all@example.net"}), "# postpublic true\n"));
  CHECK(kind_of(world, "all", "example.net") == Kind::found);
  world.did("config alias addaddr", {"all@example.net", "ann@example.net", "mjl@closed.example"});
  CHECK(has(world.did("config alias print", {"all@example.net"}),
            "# members:\nmjl@example.org\nann@example.net\nmjl@closed.example\n"));
  world.did("config alias rmaddr", {"all@example.net", "mjl@example.org", "mjl@closed.example"});
  CHECK(has(world.did("config alias print", {"all@example.net"}), "# members:\nann@example.net\n"));
  world.did("config alias update",
            {"all@example.net", "--postpublic=false", "--listmembers=true", "--allowmsgfrom=true"});
  CHECK(has(world.did("config alias print", {"all@example.net"}),
            "# postpublic false\n# listmembers true\n# allowmsgfrom true\n"));
  world.did("config alias update", {"all@example.net", "--listmembers=false"});
  CHECK(has(world.did("config alias print", {"all@example.net"}),
            "# postpublic false\n# listmembers false\n# allowmsgfrom true\n"));
  world.did("config alias update", {"all@example.net"});
  world.did("config alias rm", {"all@example.net"});
  CHECK(kind_of(world, "all", "example.net") == Kind::unknown_user);
  CHECK(test::keeps(world.domains(), test::domains_text));
}

TEST_CASE("levels of the log are shown and changed") {
  AdminWorld world;
  CHECK(world.did("loglevels") == "(default): error\n");
  CHECK(world.did("loglevels", {"debug"}).empty());
  CHECK(world.did("loglevels", {"trace", "smtpserver"}).empty());
  CHECK(world.did("loglevels") == "(default): debug\nsmtpserver: trace\n");
  CHECK(world.did("loglevels", {"", "smtpserver"}).empty());
  CHECK(world.did("loglevels") == "(default): debug\n");
}

TEST_CASE("a stop is handed on") {
  AdminWorld world;
  CHECK(world.did("stop").empty());
  CHECK(world.stops == 1);
}

TEST_CASE("the configuration is read again when its file has changed, and only then") {
  AdminWorld world;
  CHECK(world.configuration->reload_if_changed() == false);
  const auto more =
      std::string(test::domains_text) + "[accounts.mjl.destinations.'x@example.org']\n";
  REQUIRE(file::replace(world.domains_file(), more));
  CHECK(world.configuration->reload_if_changed() == true);
  CHECK(world.configuration->reload_if_changed() == false);
  CHECK(kind_of(world, "x", "example.org") == Kind::found);
  REQUIRE(file::replace(world.domains_file(), more + "nonsense\n"));
  const auto wrong = world.configuration->reload_if_changed();
  REQUIRE_FALSE(wrong);
  CHECK(has(wrong.error().text, "domains.toml:"));
  CHECK(kind_of(world, "x", "example.org") == Kind::found);
  // It is not told of again and again.
  CHECK(world.configuration->reload_if_changed() == false);
  // A change of ours is no change of the file to be read again.
  REQUIRE(file::replace(world.domains_file(), more));
  world.did("config address add", {"y@example.org", "mjl"});
  CHECK(world.configuration->reload_if_changed() == false);
  CHECK(kind_of(world, "y", "example.org") == Kind::found);
}

TEST_CASE("what is written into the file by hand is part of the next change") {
  AdminWorld world;
  const auto more = std::string(test::domains_text) + "# By hand.\n[domains.'hand.example']\n";
  REQUIRE(file::replace(world.domains_file(), more));
  world.did("config address add", {"mjl@hand.example", "mjl"});
  CHECK(world.domains().find("# By hand.\n") != std::string::npos);
  CHECK(kind_of(world, "mjl", "hand.example") == Kind::found);
}
