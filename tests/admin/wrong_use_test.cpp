// What each operation says to wrong names, things that are there already or are not, and too few or
// too many arguments. Nothing may change then.
#include "admin/admin_world.h"

#include <algorithm>
#include <set>

using namespace mox;
using test::AdminWorld;
using test::has;

namespace {

struct Row {
  std::string_view command;
  std::vector<std::string> parameters;
  std::string_view input;
  ErrorKind kind;
  std::string_view want;
};

using enum ErrorKind;

// The handler asks no more of the store once the operation has failed, so the files tell all.
const std::vector<Row> wrong = {
    {"dance", {}, "", unsupported, "does not know the command \"dance\""},

    {"setaccountpassword",
     {"nobody"},
     "long enough\n",
     not_found,
     "there is no account \"nobody\""},
    {"setaccountpassword", {"mjl"}, "short\n", invalid, "8"},
    {"setaccountpassword", {"mjl"}, "", invalid, "password is empty"},

    {"config account addresses", {"nobody"}, "", not_found, "\"config account list\" names all"},
    {"config account add", {"mjl", "new@example.org"}, "", exists, "an account \"mjl\" already"},
    {"config account add", {"new", "mjl@example.org"}, "", invalid, "is the same address as"},
    {"config account add", {"new", "MJL@example.org"}, "", invalid, "is the same address as"},
    {"config account add", {"new", "new"}, "", invalid, "\"new\": address has no at sign"},
    {"config account add", {"new", "new@other.example"}, "", invalid, "not a domain of this file"},
    {"config account add", {"a/b", "new@example.org"}, "", invalid, "a/b"},
    {"config account add", {"", "new@example.org"}, "", invalid, ""},
    {"config account add", {"a\nb", "new@example.org"}, "", invalid, ""},
    {"config account rm", {"nobody"}, "", not_found, "there is no account \"nobody\""},
    {"config account rm", {"mjl"}, "", refused, "mjl is the postmaster's account"},
    {"config account rm", {"ann"}, "", invalid, "is not an address of an account"},
    {"config account disable", {"nobody", "why"}, "", not_found, "nobody"},
    {"config account disable", {"mjl", ""}, "", invalid, "1 to 256 printable ASCII"},
    {"config account disable", {"mjl", "a\nb"}, "", invalid, "printable"},
    {"config account disable", {"mjl", "für immer"}, "", invalid, "printable"},
    {"config account disable", {"mjl", std::string(257, 'x')}, "", invalid, "256"},
    {"config account enable", {"nobody"}, "", not_found, "nobody"},
    {"config account logins", {"nobody"}, "", not_found, "nobody"},
    {"config account logins", {"--limit=0"}, "", invalid, "from 1 to 100000"},
    {"config account logins", {"--limit=-1"}, "", invalid, "from 1 to 100000"},
    {"config account logins", {"mjl", "--limit=many"}, "", invalid, "\"many\""},

    {"config address add", {"new@example.org", "nobody"}, "", not_found, "nobody"},
    {"config address add", {"mjl@example.org", "ann"}, "", exists, "is an address of mjl already"},
    {"config address add", {"Mjl@EXAMPLE.org", "ann"}, "", exists, "is an address of mjl already"},
    {"config address add", {"team@example.org", "ann"}, "", invalid, "team"},
    {"config address add", {"a+b@example.org", "ann"}, "", invalid, "separator"},
    {"config address add", {"a@other.example", "ann"}, "", invalid, "not a domain of this file"},
    {"config address add", {"@other.example", "ann"}, "", invalid, "not a domain of this file"},
    {"config address add", {"a b@example.org", "ann"}, "", invalid, ""},
    {"config address add", {"", "ann"}, "", invalid, ""},
    {"config address add", {"@", "ann"}, "", invalid, ""},
    {"config address rm", {"new@example.org"}, "", not_found, "no account has the address"},
    {"config address rm", {"@example.org"}, "", not_found, "no account has the address"},
    {"config address rm", {"mjl@example.org"}, "", invalid, "is not an address of an account"},
    {"config address rm", {"x"}, "", invalid, "\"x\": "},
    {"config address account", {"new@example.org"}, "", not_found, "no account has the address"},
    {"config address account", {"team@example.org"}, "", not_found, "no account has the address"},

    {"config domain add", {"example.org", "mjl"}, "", exists, "example.org is configured already"},
    {"config domain add", {"EXAMPLE.ORG", "mjl"}, "", exists, "example.org is configured already"},
    {"config domain add", {"new.example", "new"}, "", invalid, "there is no account \"new\""},
    {"config domain add", {"new..example", "mjl"}, "", invalid, "\"new..example\": "},
    {"config domain add", {"new.example", "mjl", "a b"}, "", invalid, ""},
    {"config domain add", {"new.example", "mjl", "a+b"}, "", invalid, "separator"},
    {"config domain add", {"new.example", "x/y", "me"}, "", invalid, ""},
    {"config domain rm", {"other.example"}, "", not_found, "not one of the configured domains"},
    {"config domain rm", {"example.net"}, "", invalid, "is not a domain of this file"},
    {"config domain rm", {"a b"}, "", invalid, "\"a b\": "},
    {"config domain disable", {"other.example"}, "", not_found, "other.example"},
    {"config domain enable", {"other.example"}, "", not_found, "other.example"},

    {"config alias list", {"other.example"}, "", not_found, "other.example"},
    {"config alias print",
     {"nobody@example.org"},
     "",
     not_found,
     "\"config alias list example.org\""},
    {"config alias print", {"nobody@other.example"}, "", not_found, "other.example"},
    {"config alias print", {"nobody"}, "", invalid, "\"nobody\": "},
    {"config alias add",
     {"team@example.org", "mjl@example.org"},
     "",
     exists,
     "is an alias already"},
    {"config alias add",
     {"TEAM@example.org", "mjl@example.org"},
     "",
     exists,
     "is an alias already"},
    {"config alias add", {"mjl@example.org", "ann@example.net"}, "", invalid, "of the account"},
    {"config alias add",
     {"new@example.org", "nobody@example.org"},
     "",
     invalid,
     "not an address of"},
    {"config alias add", {"new@example.org", "team@example.org"}, "", invalid, "not an address of"},
    {"config alias add", {"new@example.org", "a b"}, "", invalid, "\"a b\": "},
    {"config alias add",
     {"new@example.org", "mjl@example.org", "Mjl@example.org"},
     "",
     invalid,
     "stands twice"},
    {"config alias add", {"a+b@example.org", "mjl@example.org"}, "", invalid, "separator"},
    {"config alias update", {"nobody@example.org"}, "", not_found, "nobody@example.org"},
    {"config alias update", {"team@example.org", "--postpublic=maybe"}, "", invalid, "\"maybe\""},
    {"config alias rm", {"nobody@example.org"}, "", not_found, "nobody@example.org"},
    {"config alias addaddr", {"nobody@example.org", "mjl@example.org"}, "", not_found, "nobody"},
    {"config alias addaddr", {"team@example.org", "mjl@example.org"}, "", invalid, "stands twice"},
    {"config alias addaddr",
     {"team@example.org", "x@example.org"},
     "",
     invalid,
     "not an address of"},
    {"config alias rmaddr",
     {"team@example.org", "x@example.org"},
     "",
     not_found,
     "is not a member"},
    {"config alias rmaddr",
     {"team@example.org", "mjl@example.org", "mjl@example.org"},
     "",
     not_found,
     "is not a member"},
    {"config alias rmaddr",
     {"team@example.org", "mjl@example.org", "ann@example.net"},
     "",
     invalid,
     "must not be empty"},

    {"config password add", {"nobody", "phone"}, "", not_found, "nobody"},
    {"config password add", {"mjl", ""}, "", invalid, "1 to 100 bytes"},
    {"config password add", {"mjl", std::string(101, 'x')}, "", invalid, "1 to 100 bytes"},
    {"config password add", {"mjl", "a\tb"}, "", invalid, "control characters"},
    {"config password add", {"mjl", "x", "--scope=web"}, "", invalid, "\"web\" is not among"},
    {"config password add", {"mjl", "x", "--scope=imap,web"}, "", invalid, "\"web\" is not among"},
    {"config password add", {"mjl", "x", "--expires=0"}, "", invalid, "from 1 to 36500"},
    {"config password add", {"mjl", "x", "--expires=36501"}, "", invalid, "from 1 to 36500"},
    {"config password add", {"mjl", "x", "--expires=-1"}, "", invalid, "from 1 to 36500"},
    {"config password add", {"mjl", "x", "--expires=soon"}, "", invalid, "\"soon\""},
    {"config password add", {"mjl", "x", "--expires=1d"}, "", invalid, "\"1d\""},
    {"config password list", {"nobody"}, "", not_found, "nobody"},
    {"config password rm", {"nobody", "phone"}, "", not_found, "nobody"},
    {"config password rm", {"mjl", "phone"}, "", not_found, "mjl has no password called \"phone\""},

    {"config tlspubkey list", {"nobody"}, "", not_found, "nobody"},
    {"config tlspubkey get", {"AAAA"}, "", not_found, "no account has the key AAAA"},
    {"config tlspubkey get", {"not base64!"}, "", not_found, "no account has the key"},
    {"config tlspubkey add", {"mjl@example.org"}, "", invalid, ""},
    {"config tlspubkey add", {"mjl@example.org"}, "no certificate", invalid, ""},
    {"config tlspubkey rm", {"AAAA"}, "", not_found, "no account has the key AAAA"},

    {"loglevels", {"loud"}, "", invalid, "\"loud\" is not one of error"},
    {"loglevels", {""}, "", invalid, "\"\" is not one of error"},
    {"loglevels", {"loud", "queue"}, "", invalid, "\"loud\" is not one of error"},
};

} // namespace

TEST_CASE("what is wrong is said, and nothing changes") {
  AdminWorld world;
  for (const auto& row : wrong) {
    CAPTURE(row.command, row.parameters, row.input);
    const auto error = world.failed(std::string(row.command), row.parameters, row.input);
    CAPTURE(error.text);
    CHECK(error.kind == row.kind);
    CHECK(has(error.text, row.want));
    CHECK(world.domains() == test::domains_text);
  }
}

TEST_CASE("each operation is among the wrong uses, but for those that nothing can be wrong with") {
  std::set<std::string_view> tried = {"config account list"};
  for (const auto& row : wrong) tried.insert(row.command);
  for (const auto& operation : admin::operations()) {
    CAPTURE(operation.words);
    CHECK(tried.contains(operation.words));
  }
}

TEST_CASE("each operation counts its arguments") {
  AdminWorld world;
  for (const auto& operation : admin::operations()) {
    CAPTURE(operation.words);
    const std::vector<std::string> few(operation.least - std::min<std::size_t>(operation.least, 1),
                                       "x");
    if (operation.least > 0) {
      const auto error = world.failed(std::string(operation.words), few);
      CHECK(error.kind == invalid);
      CHECK(has(error.text, "arguments, not"));
    }
    if (operation.most > 1000) continue;
    const std::vector<std::string> many(operation.most + 1, "x");
    const auto error = world.failed(std::string(operation.words), many);
    CHECK(error.kind == invalid);
    CHECK(has(error.text, "arguments, not"));
  }
  CHECK(world.domains() == test::domains_text);
}

TEST_CASE("each operation bounds its input") {
  AdminWorld world;
  for (const auto& operation : admin::operations()) {
    if (operation.input == 0) continue;
    CAPTURE(operation.words);
    const std::vector<std::string> parameters(operation.least, "mjl");
    const std::string input(operation.input + 1, 'x');
    const auto error = world.failed(std::string(operation.words), parameters, input);
    CHECK(error.kind == invalid);
    CHECK(has(error.text, "bytes"));
  }
}

TEST_CASE("a file that somebody has broken is not written over, and the error names the line") {
  AdminWorld world;
  const auto broken = std::string(test::domains_text) + "nonsense\n";
  REQUIRE(file::replace(world.domains_file(), broken));
  const auto error = world.failed("config account add", {"new", "new@example.org"});
  CHECK(error.kind == invalid);
  CHECK(has(error.text, "domains.toml:"));
  CHECK(world.domains() == broken);
  // What is in use stays so.
  CHECK(world.did("config address account", {"mjl@example.org"}) == "mjl\n");
}

TEST_CASE("a file that cannot be written fails the operation, and nothing else") {
  AdminWorld world;
  std::filesystem::create_directory(world.folder / "domains.toml.before");
  const auto error = world.failed("config account add", {"new", "new@example.org"});
  CAPTURE(error.text);
  CHECK(world.domains() == test::domains_text);
  std::filesystem::remove(world.folder / "domains.toml.before");
  CHECK(has(world.did("config account add", {"new", "new@example.org"}), "account new added"));
}
