// Who gets mail, may send and may log in, as the configuration says and the store has it.
#include "accounts/accounts.h"
#include "config/files.h"
#include "store/txn.h"
#include "support/catch.h"
#include "support/fake_clock.h"
#include "support/fake_random.h"
#include "support/temporary_folder.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using namespace mox;
using Kind = delivery::Lookup::Kind;

namespace {

constexpr std::string_view host_text = R"(data-dir = "data"
hostname = "mx.example.org"
quota-message-size = 5000
[postmaster]
account = "mjl"
mailbox = "Postmaster"
[listeners.public]
ips = ["127.0.0.1"]
)";

constexpr std::string_view domains_text = R"(
[domains."example.org"]
localpart-catchall-separator = "+"
[domains."bücher.example"]
[domains."closed.example"]
disabled = true

[accounts.mjl]
domain = "example.org"
[accounts.mjl.destinations]
"mjl@example.org" = {}
"mjl@closed.example" = {}
"lists@example.org" = { mailbox = "Lists/All" }
"@bücher.example" = {}

[accounts.ann]
domain = "example.org"
login-disabled = "ask at the desk"
quota-message-size = 700
[accounts.ann.destinations]
"ann@example.org" = {}
"gone@example.org" = { smtp-error = "550 moved away" }
"away@example.org" = { smtp-error = "550" }
"busy@example.org" = { smtp-error = "421" }
"later@example.org" = { smtp-error = "421 in the evening" }

[accounts.free]
domain = "example.org"
quota-message-size = -1
[accounts.free.destinations]
"free@example.org" = {}

[domains."example.org".aliases.team]
addresses = ["mjl@example.org", "ann@example.org", "lists@example.org"]
[domains."example.org".aliases.all]
addresses = ["ann@example.org"]
post-public = true
allow-msg-from = true
[domains."example.org".aliases.staff]
addresses = ["ann@example.org"]
allow-msg-from = true
)";

class World {
public:
  explicit World(std::string_view domains = domains_text, std::string_view host = host_text) {
    store = store::Store::open({.folder = folder / "store", .engine = store::Engine::memory}, clock,
                               random, {})
                .value();
    accounts = std::make_unique<accounts::Accounts>(*store);
    use(domains, host);
  }

  void use(std::string_view domains_toml, std::string_view host_toml = host_text) const {
    const auto host = std::make_shared<const config::Static>(
        config::parse_static(host_toml, "/etc/mox/mox.toml").value());
    const auto domains = config::parse_domains(domains_toml, "/etc/mox/domains.toml", *host);
    INFO((domains ? std::string() : config::to_string(domains.error())));
    REQUIRE(domains);
    REQUIRE(accounts->use(host, std::make_shared<const config::Domains>(*domains)));
  }

  delivery::Lookup find(std::string localpart, std::string domain = "example.org") const {
    return accounts->find(
        smtp::Path{.localpart = std::move(localpart), .domain = std::move(domain)});
  }

  bool may_post(std::string alias, std::string_view from) const {
    return accounts->may_post({.localpart = std::move(alias), .domain = "example.org"}, from);
  }

  bool may_send_as(std::string_view account, std::string localpart,
                   std::string domain = "example.org") const {
    return accounts->may_send_as(*accounts->id_of(account),
                                 {.localpart = std::move(localpart), .domain = std::move(domain)});
  }

  std::vector<std::string> mailboxes(std::string_view account) const {
    std::vector<std::string> names;
    for (const auto& mailbox : store->read().mailboxes(*accounts->id_of(account)))
      names.push_back(mailbox.name);
    return names;
  }

  std::uint64_t quota(std::string_view account) const {
    return store->read().account(*accounts->id_of(account))->quota;
  }

  test::TemporaryFolder folder;
  test::FakeClock clock;
  test::FakeRandom random;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<accounts::Accounts> accounts;
};

std::string without(std::string_view part) {
  std::string text(domains_text);
  const auto at = text.find(part);
  REQUIRE(at != std::string::npos);
  return text.erase(at, part.size());
}

} // namespace

TEST_CASE("accounts: before there is a configuration there is nobody") {
  test::TemporaryFolder folder;
  test::FakeClock clock;
  test::FakeRandom random;
  const auto store =
      store::Store::open({.folder = folder / "store", .engine = store::Engine::memory}, clock,
                         random, {})
          .value();
  const accounts::Accounts accounts(*store);
  CHECK(accounts.book() == nullptr);
  CHECK_FALSE(accounts.id_of("mjl"));
  CHECK(accounts.find(smtp::Path{.localpart = "mjl", .domain = "example.org"}).kind ==
        Kind::unknown_domain);
  CHECK_FALSE(accounts.find("mjl@example.org"));
  CHECK_FALSE(accounts.may_post({.localpart = "team", .domain = "example.org"}, "mjl@example.org"));
  CHECK_FALSE(
      accounts.may_send_as(store::AccountId{1}, {.localpart = "mjl", .domain = "example.org"}));
}

TEST_CASE("accounts: an address leads to an account and a mailbox, or the answer says why not") {
  struct Row {
    const char* localpart;
    const char* domain;
    Kind kind;
    std::string_view mailbox = {};
  };

  const World world;
  const Row rows[] = {
      {"mjl", "example.org", Kind::found, "Inbox"},
      {"MJL+tag", "Example.ORG", Kind::found, "Inbox"},
      {"lists", "example.org", Kind::found, "Lists/All"},
      {"anybody", "bücher.example", Kind::found, "Inbox"},
      {"anybody", "xn--bcher-kva.example", Kind::found, "Inbox"},
      {"postmaster", "", Kind::found, "Postmaster"},
      {"postmaster", "mx.example.org", Kind::found, "Postmaster"},
      {"Postmaster", "example.org", Kind::found, "Postmaster"},
      {"nobody", "example.org", Kind::unknown_user},
      {"nobody", "", Kind::unknown_user},
      {"mjl", "other.example", Kind::unknown_domain},
      {"mjl", "[127.0.0.1]", Kind::unknown_domain},
      {"mjl", "not a domain", Kind::unknown_domain},
      {"mjl", "closed.example", Kind::disabled},
  };
  for (const auto& row : rows) {
    CAPTURE(row.localpart, row.domain);
    const auto lookup = world.find(row.localpart, row.domain);
    CHECK(lookup.kind == row.kind);
    CHECK_FALSE(lookup.alias);
    if (row.kind != Kind::found) {
      CHECK(lookup.destinations.empty());
      continue;
    }
    REQUIRE(lookup.destinations.size() == 1);
    CHECK(lookup.destinations[0].account == world.accounts->id_of("mjl"));
    CHECK(lookup.destinations[0].mailbox == row.mailbox);
  }
}

TEST_CASE("accounts: an owner's refusal has its code and its text") {
  struct Row {
    const char* localpart;
    bool temporary;
    std::string_view text;
  };

  const World world;
  const Row rows[] = {
      {"gone", false, "moved away"},
      {"away", false, "no such user(s)"},
      {"busy", true, "error processing"},
      {"later", true, "in the evening"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.localpart);
    const auto lookup = world.find(row.localpart);
    CHECK(lookup.kind == Kind::refused);
    CHECK(lookup.temporary == row.temporary);
    CHECK(lookup.text == row.text);
    CHECK(lookup.destinations.empty());
  }
}

TEST_CASE("accounts: an alias leads to its members") {
  const World world;
  const auto lookup = world.find("Team");
  CHECK(lookup.kind == Kind::found);
  CHECK(lookup.alias);
  std::vector<std::pair<store::AccountId, std::string>> got;
  for (const auto& one : lookup.destinations) got.emplace_back(one.account, one.mailbox);
  const auto mjl = *world.accounts->id_of("mjl");
  const auto ann = *world.accounts->id_of("ann");
  CHECK(got == decltype(got){{mjl, "Inbox"}, {ann, "Inbox"}, {mjl, "Lists/All"}});
}

TEST_CASE("accounts: who may post to an alias") {
  struct Row {
    const char* alias;
    const char* from;
    bool may;
  };

  const World world;
  const Row rows[] = {
      {"all", "stranger@elsewhere.example", true}, // open to all
      {"all", "", true},
      {"team", "mjl@example.org", true}, // a member
      {"team", "Mjl+x@EXAMPLE.org", true},
      {"team", "lists@example.org", true},
      {"team", "free@example.org", false}, // one of ours, and no member
      {"team", "stranger@elsewhere.example", false},
      {"team", "team@example.org", false}, // not allowed to send as
      {"team", "", false},
      {"team", "no address", false},
      {"staff", "staff@example.org", true},        // allowed to
      {"staff", "all@example.org", false},         // another
      {"mjl", "stranger@elsewhere.example", true}, // was an alias when the recipient was named
  };
  for (const auto& row : rows) {
    CAPTURE(row.alias, row.from);
    CHECK(world.may_post(row.alias, row.from) == row.may);
  }
  CHECK_FALSE(
      world.accounts->may_post({.localpart = "team", .domain = "[::1]"}, "mjl@example.org"));
}

TEST_CASE("accounts: who may send as what") {
  const World world;
  CHECK(world.may_send_as("mjl", "mjl"));
  CHECK(world.may_send_as("mjl", "MJL+tag"));
  CHECK(world.may_send_as("mjl", "anything", "xn--bcher-kva.example"));
  CHECK_FALSE(world.may_send_as("mjl", "mjl", "closed.example"));
  CHECK_FALSE(world.may_send_as("mjl", "ann"));
  CHECK_FALSE(world.may_send_as("mjl", "team"));
  CHECK(world.may_send_as("ann", "staff"));
  CHECK_FALSE(world.may_send_as("mjl", "staff"));
  CHECK_FALSE(world.may_send_as("mjl", "mjl", "other.example"));
  CHECK_FALSE(world.may_send_as("mjl", "mjl", "[::1]"));
  CHECK_FALSE(world.accounts->may_send_as(store::AccountId{4711},
                                          {.localpart = "mjl", .domain = "example.org"}));
}

TEST_CASE("accounts: a login is an address of an account, in its canonical form") {
  const World world;
  const auto mjl = world.accounts->find("Mjl@Example.ORG");
  REQUIRE(mjl);
  CHECK(mjl->account == world.accounts->id_of("mjl"));
  CHECK(mjl->login == "mjl@example.org");
  CHECK(mjl->disabled.empty());
  CHECK(world.accounts->find("ann@example.org")->disabled == "ask at the desk");
  // Its mail can be read while a domain takes none.
  CHECK(world.accounts->find("mjl@closed.example"));
  for (const auto* login : {"", "mjl", "@example.org", "nobody@example.org", "team@example.org",
                            "mjl@other.example", "postmaster@mx.example.org", "a b@example.org"}) {
    CAPTURE(login);
    CHECK_FALSE(world.accounts->find(login));
  }
}

TEST_CASE("accounts: those that are missing are made, with mailboxes and quota") {
  const World world;
  CHECK(world.mailboxes("mjl") ==
        std::vector<std::string>{"Archive", "Drafts", "Inbox", "Junk", "Sent", "Trash"});
  CHECK(world.store->read().subscriptions(*world.accounts->id_of("mjl")) == world.mailboxes("mjl"));
  CHECK(world.quota("mjl") == 5000);
  CHECK(world.quota("ann") == 700);
  CHECK(world.quota("free") == 0);
  const auto id = *world.accounts->id_of("mjl");
  const auto find = [&](std::string_view name) {
    return world.store->read().find_mailbox(id, name)->special_use;
  };
  using enum store::SpecialUse;
  const auto bits = [](store::SpecialUse use) { return static_cast<std::uint8_t>(use); };
  CHECK(find("Inbox") == bits(none));
  CHECK(find("Archive") == bits(archive));
  CHECK(find("Drafts") == bits(drafts));
  CHECK(find("Junk") == bits(junk));
  CHECK(find("Sent") == bits(sent));
  CHECK(find("Trash") == bits(trash));
}

TEST_CASE("accounts: the mailboxes of a new account are those of the configuration") {
  const auto host = std::string(host_text) + "[initial-mailboxes]\nregular = ['Lists', 'Work']\n"
                                             "special-use = { archive = '', sent = 'Gesendet' }\n";
  const World world(domains_text, host);
  CHECK(world.mailboxes("ann") ==
        std::vector<std::string>{"Drafts", "Gesendet", "Inbox", "Junk", "Lists", "Trash", "Work"});
}

TEST_CASE("accounts: a new configuration counts at once, and what is there stays") {
  const World world;
  const auto mjl = *world.accounts->id_of("mjl");
  REQUIRE(world.store->write_blocking<void>([&](store::Txn& txn) -> Result<> {
    MOX_TRY(txn.create_mailbox(mjl, "Mine", 0));
    return txn.delete_mailbox(mjl, "Junk");
  }));
  const auto old = world.accounts->book();
  world.use(without("quota-message-size = 700\n") + "[accounts.new]\ndomain = 'example.org'\n");
  CHECK(world.accounts->id_of("mjl") == mjl);
  CHECK(world.mailboxes("mjl") ==
        std::vector<std::string>{"Archive", "Drafts", "Inbox", "Mine", "Sent", "Trash"});
  CHECK(world.quota("ann") == 5000);
  CHECK(world.accounts->id_of("new"));
  CHECK(world.accounts->book() != old);
  CHECK_FALSE(old->domains().accounts.contains("new"));
}

TEST_CASE("accounts: one that is no longer configured is out of reach, and has its mail when it is "
          "again") {
  const World world;
  const auto free = *world.accounts->id_of("free");
  world.use(without("[accounts.free]\ndomain = \"example.org\"\nquota-message-size = -1\n"
                    "[accounts.free.destinations]\n\"free@example.org\" = {}\n"));
  CHECK_FALSE(world.accounts->id_of("free"));
  CHECK(world.find("free").kind == Kind::unknown_user);
  CHECK_FALSE(world.accounts->find("free@example.org"));
  CHECK_FALSE(world.accounts->may_send_as(free, {.localpart = "free", .domain = "example.org"}));
  world.use(domains_text);
  CHECK(world.accounts->id_of("free") == free);
}

TEST_CASE("accounts: more of them than one change of the store makes") {
  std::string text(domains_text);
  constexpr int count = 250;
  for (int i = 0; i < count; ++i)
    text += "[accounts.a" + std::to_string(i) + "]\ndomain = 'example.org'\n";
  const World world(text);
  for (int i = 0; i < count; ++i) CHECK(world.accounts->id_of("a" + std::to_string(i)));
  CHECK(world.store->read().accounts().size() == count + 3);
}

TEST_CASE("accounts: who asks while it changes has the one or the other") {
  const World world;
  const auto other = without("\"lists@example.org\" = { mailbox = \"Lists/All\" }\n");
  const auto without_member = [&] {
    std::string text = other;
    const std::string_view member = ", \"lists@example.org\"";
    return text.erase(text.find(member), member.size());
  }();
  std::atomic<bool> done = false;
  std::atomic<int> asked = 0;
  std::thread asking([&] {
    while (!done || asked == 0) {
      const auto lookup = world.find("team");
      // Its members are as many as one of the two has.
      if (lookup.destinations.size() != 2 && lookup.destinations.size() != 3) std::abort();
      ++asked;
    }
  });
  for (int i = 0; i < 20; ++i)
    world.use(i % 2 == 0 ? std::string_view(without_member) : domains_text);
  done = true;
  asking.join();
  CHECK(asked > 0);
}
