#include "config/files.h"
#include "config/lookup.h"
#include "support/catch.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox;
using namespace mox::config;

namespace {

std::shared_ptr<const Static> host() {
  return std::make_shared<const Static>(parse_static(R"(
data-dir = "data"
hostname = "mx.example.org"
postmaster = { account = "admin", mailbox = "Postmaster" }
local-submission = { www-data = ["shop@elsewhere.example", "no@example.org", "second@example.org"], off = ["mjl@closed.example", "x@elsewhere.example"] }
[listeners.public]
ips = ["127.0.0.1"]
hostname = "in.example.org"
smtp = { enabled = true, no-starttls = true }
[listeners.inside]
ips = ["127.0.0.2"]
hostname = "inside.example.org"
)",
                                                     "/mox.toml")
                                            .value());
}

std::shared_ptr<const Domains> domains() {
  return std::make_shared<const Domains>(parse_domains(R"(
[domains."example.org"]
localpart-catchall-separators = ["+", "--"]
[domains."example.org".aliases.Team]
addresses = ["mjl@example.org", "eva@case.example", "second@example.org"]
allow-msg-from = true
[domains."example.org".aliases.quiet]
addresses = ["mjl@example.org"]
[domains."case.example"]
localpart-case-sensitive = true
[domains."all.example"]
[domains."closed.example"]
disabled = true
[domains."straße.example"]

[accounts.admin]
domain = "example.org"
[accounts.mjl]
domain = "example.org"
[accounts.mjl.destinations]
"Mjl@example.org" = { mailbox = "Mine" }
"second@example.org" = {}
"müller@straße.example" = {}
"mjl@closed.example" = {}
"\"a b\"@example.org" = {}
[accounts.eva]
domain = "case.example"
[accounts.eva.destinations]
"eva@case.example" = {}
"@all.example" = { mailbox = "All" }
"named@all.example" = {}
"postmaster@case.example" = {}
)",
                                                       "/domains.toml", *host())
                                             .value());
}

struct Parts {
  address::Localpart localpart;
  dns::Name domain;
};

Parts parts_of(const std::string& text) {
  const auto at = text.rfind('@');
  Parts parts{.localpart = address::parse_localpart(text.substr(0, at)).value()};
  if (at != std::string::npos) parts.domain = dns::parse_name(text.substr(at + 1)).value();
  return parts;
}

std::string words(const Recipient& recipient) {
  if (const auto* account = std::get_if<AccountAddress>(&recipient))
    return std::string(account->account) + "/" + account->destination->mailbox + " " +
           std::string(account->address);
  if (const auto* alias = std::get_if<AliasAddress>(&recipient)) {
    std::string text = "alias " + std::string(alias->address) + ":";
    for (const auto& member : *alias->members) text += " " + std::string(member.address);
    return text;
  }
  switch (std::get<NoAddress>(recipient)) {
  case NoAddress::unknown_domain: return "unknown domain";
  case NoAddress::domain_disabled: return "disabled";
  case NoAddress::unknown_user: return "unknown user";
  }
  return {};
}

} // namespace

TEST_CASE("who gets mail to an address") {
  struct Row {
    std::string address;
    std::string_view want;
  };

  const std::vector<Row> rows = {
      {"mjl@example.org", "mjl/Mine mjl@example.org"},
      {"MJL@Example.ORG", "mjl/Mine mjl@example.org"},
      {"mjl+list@example.org", "mjl/Mine mjl@example.org"},
      {"mjl--x+y@example.org", "mjl/Mine mjl@example.org"},
      {"mjl-x@example.org", "unknown user"},
      {"+mjl@example.org", "unknown user"},
      {"\"A b\"@example.org", "mjl/Inbox \"a b\"@example.org"},
      {"\"mjl\"@example.org", "mjl/Mine mjl@example.org"},
      {"MÜLLER@straße.example", "mjl/Inbox müller@xn--strae-oqa.example"},
      {"müller@xn--strae-oqa.example", "mjl/Inbox müller@xn--strae-oqa.example"},
      {"eva@case.example", "eva/Inbox eva@case.example"},
      {"Eva@case.example", "unknown user"},
      {"eva+x@case.example", "unknown user"},
      {"team@example.org",
       "alias team@example.org: mjl@example.org eva@case.example second@example.org"},
      {"TEAM+x@example.org",
       "alias team@example.org: mjl@example.org eva@case.example second@example.org"},
      {"named@all.example", "eva/Inbox named@all.example"},
      {"anybody@all.example", "eva/All @all.example"},
      {"mjl@closed.example", "disabled"},
      {"nobody@closed.example", "disabled"},
      {"mjl@elsewhere.example", "unknown domain"},
      {"mjl@sub.example.org", "unknown domain"},
      {"mjl@mx.example.org", "unknown user"},
      {"mjl", "unknown user"},
      // Of the host.
      {"postmaster", "admin/Postmaster postmaster"},
      {"PostMaster", "admin/Postmaster postmaster"},
      {"postmaster@mx.example.org", "admin/Postmaster postmaster"},
      {"POSTMASTER@in.example.org", "admin/Postmaster postmaster"},
      {"postmaster@inside.example.org", "unknown domain"},
      {"root@mx.example.org", "admin/Postmaster postmaster"},
      {"root@in.example.org", "admin/Postmaster postmaster"},
      {"Root@mx.example.org", "unknown user"},
      {"root@example.org", "unknown user"},
      {"root@inside.example.org", "unknown domain"},
      // A user's first address that is ours.
      {"www-data@mx.example.org", "mjl/Inbox second@example.org"},
      {"www-data@in.example.org", "mjl/Inbox second@example.org"},
      {"WWW-data@mx.example.org", "unknown user"},
      {"www-data@example.org", "unknown user"},
      {"off@mx.example.org", "unknown user"},
      // Of a domain.
      {"postmaster@example.org", "admin/Postmaster postmaster"},
      {"postmaster+x@example.org", "admin/Postmaster postmaster"},
      {"POSTMASTER@case.example", "eva/Inbox postmaster@case.example"},
      {"postmaster@all.example", "eva/All @all.example"},
      {"postmaster@closed.example", "disabled"},
      {"postmaster@elsewhere.example", "unknown domain"},
  };
  const AddressBook book(host(), domains());
  for (const auto& row : rows) {
    CAPTURE(row.address);
    const auto [localpart, domain] = parts_of(row.address);
    CHECK(words(book.find(localpart, domain)) == row.want);
  }
}

TEST_CASE("an address of the configuration comes before the host's users") {
  auto config = *host();
  const auto address = [](std::string_view text) { return address::parse_address(text).value(); };
  config.hostname = dns::parse_name("example.org").value();
  config.local_submission = {{"mjl", {address("eva@case.example")}},
                             {"root", {address("team@example.org")}},
                             {"eva", {address("mjl@closed.example")}}};
  const AddressBook book(std::make_shared<const Static>(std::move(config)), domains());

  struct Row {
    std::string address;
    std::string_view want;
  };

  const std::vector<Row> rows = {
      {"mjl@example.org", "mjl/Mine mjl@example.org"},
      {"postmaster@example.org", "admin/Postmaster postmaster"},
      // Also root can be somebody else's.
      {"root@example.org",
       "alias team@example.org: mjl@example.org eva@case.example second@example.org"},
      {"eva@example.org", "unknown user"},
      {"nobody@example.org", "unknown user"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.address);
    const auto [localpart, domain] = parts_of(row.address);
    CHECK(words(book.find(localpart, domain)) == row.want);
  }
  const auto [localpart, domain] = parts_of("root@example.org");
  CHECK_FALSE(book.find_login(localpart, domain));
}

TEST_CASE("whose login an address is") {
  struct Row {
    std::string address;
    std::string_view want; // empty for nobody's
  };

  const std::vector<Row> rows = {
      {"mjl@example.org", "mjl"},
      {"MJL+x@example.org", "mjl"},
      {"mjl@closed.example", "mjl"},
      {"team@example.org", ""},
      {"postmaster", ""},
      {"postmaster@example.org", ""},
      {"postmaster@mx.example.org", ""},
      {"root@mx.example.org", ""},
      {"www-data@mx.example.org", ""},
      {"postmaster@case.example", "eva"},
      {"any@all.example", "eva"},
      {"nobody@example.org", ""},
      {"mjl@elsewhere.example", ""},
  };
  const AddressBook book(host(), domains());
  for (const auto& row : rows) {
    CAPTURE(row.address);
    const auto [localpart, domain] = parts_of(row.address);
    const auto login = book.find_login(localpart, domain);
    CHECK((login ? login->account : "") == row.want);
  }
}

TEST_CASE("who may send as an address") {
  struct Row {
    std::string_view account;
    std::string address;
    MaySend want;
  };

  const std::vector<Row> rows = {
      {"mjl", "mjl@example.org", MaySend::yes},
      {"mjl", "mjl+any@example.org", MaySend::yes},
      {"eva", "mjl@example.org", MaySend::no},
      {"mjl", "team@example.org", MaySend::yes},
      {"eva", "team@example.org", MaySend::yes},
      {"admin", "team@example.org", MaySend::no},
      {"mjl", "quiet@example.org", MaySend::no},
      {"eva", "any@all.example", MaySend::yes},
      {"admin", "postmaster@example.org", MaySend::yes},
      {"mjl", "postmaster@example.org", MaySend::no},
      {"mjl", "mjl@closed.example", MaySend::domain_disabled},
      {"eva", "mjl@closed.example", MaySend::domain_disabled},
      {"mjl", "mjl@elsewhere.example", MaySend::no},
      {"mjl", "nobody@example.org", MaySend::no},
      {"nobody", "mjl@example.org", MaySend::no},
      {"admin", "root@mx.example.org", MaySend::yes},
      {"mjl", "root@mx.example.org", MaySend::no},
      {"mjl", "www-data@mx.example.org", MaySend::yes},
      {"eva", "www-data@mx.example.org", MaySend::no},
  };
  const AddressBook book(host(), domains());
  for (const auto& row : rows) {
    CAPTURE(row.account, row.address);
    const auto [localpart, domain] = parts_of(row.address);
    CHECK(book.may_send_as(row.account, localpart, domain) == row.want);
  }
}

TEST_CASE("the address book keeps the configuration that it is made of") {
  const AddressBook book(host(), domains());
  CHECK(book.host().hostname.ascii() == "mx.example.org");
  CHECK(book.domains().accounts.contains("mjl"));
}
