#include "dns/zone.h"
#include "mxlookup/hosts.h"
#include "resolver/zone_resolver.h"
#include "support/catch.h"
#include "support/fake_random.h"
#include "support/run_task.h"
#include "support/sockets.h"

#include <set>
#include <string>

using namespace mox;
using namespace mox::mxlookup;

namespace {

struct Asked {
  std::string text; // hosts in order with their preferences, or the problem
  Hosts hosts;
  bool permanent = false;
};

Asked ask(const std::string& zone, std::string_view domain, std::uint64_t seed = 1) {
  resolver::ZoneResolver resolver(dns::parse_zone(zone).value());
  test::FakeRandom random(seed);
  test::Loop loop;
  auto found = loop.run(find_hosts(
      resolver, random, dns::parse_name(domain, {.underscore = true}).value(), test::soon()));
  Asked asked;
  if (found) {
    for (const auto& host : found->all)
      asked.text += (asked.text.empty() ? "" : " ") + std::to_string(host.preference) + ":" +
                    host.name.ascii();
    asked.hosts = *found;
    return asked;
  }
  asked.permanent = found.error().permanent();
  CHECK(!found.error().text.empty());
  switch (found.error().problem) {
  case Problem::no_domain: asked.text = "no domain"; break;
  case Problem::no_mail: asked.text = "no mail"; break;
  case Problem::bad_mx: asked.text = "bad mx"; break;
  case Problem::temporary: asked.text = found.error().bogus ? "bogus" : "temporary"; break;
  }
  return asked;
}

} // namespace

TEST_CASE("hosts of a domain") {
  const std::string zone = R"(
plain.example. 300 IN MX 20 b.example.
plain.example. 300 IN MX 10 a.example.
none.example. 300 IN A 127.0.0.1
null.example. 300 IN MX 0 .
both.example. 300 IN MX 0 .
both.example. 300 IN MX 5 a.example.
alias.example. 300 IN CNAME plain.example.
twice.example. 300 IN MX 10 a.example.
twice.example. 300 IN MX 20 a.example.
under.example. 300 IN MX 10 my_mx.example.
loop.example. 300 IN CNAME loop.example.
aliasnone.example. 300 IN CNAME none.example.
;!servfail fail.example.
fail.example. 300 IN A 127.0.0.1
;!bogus bogus.example.
bogus.example. 300 IN MX 10 a.example.
;!timeout slow.example.
slow.example. 300 IN A 127.0.0.1
)";

  struct Row {
    const char* domain;
    const char* want;
    bool permanent;
  };

  for (const auto& row : {Row{"plain.example", "10:a.example 20:b.example", false},
                          {"none.example", "0:none.example", false},
                          {"null.example", "no mail", true},
                          {"both.example", "5:a.example", false},
                          {"alias.example", "10:a.example 20:b.example", false},
                          {"twice.example", "10:a.example", false},
                          {"under.example", "10:my_mx.example", false},
                          {"aliasnone.example", "0:aliasnone.example", false},
                          {"missing.example", "no domain", true},
                          {"loop.example", "temporary", false},
                          {"fail.example", "temporary", false},
                          {"bogus.example", "bogus", false},
                          {"slow.example", "temporary", false}}) {
    CAPTURE(row.domain);
    const auto asked = ask(zone, row.domain);
    CHECK(asked.text == row.want);
    CHECK(asked.permanent == row.permanent);
  }
  CHECK(ask(zone, "alias.example").hosts.expanded.ascii() == "plain.example");
  CHECK(ask(zone, "none.example").hosts.implicit);
  CHECK_FALSE(ask(zone, "plain.example").hosts.implicit);
}

TEST_CASE("what DNSSEC proves of them") {
  const std::string zone = R"(
;!secure secure.example.
secure.example. 300 IN MX 10 a.example.
host.secure.example. 300 IN A 127.0.0.1
to.insecure.example. 300 IN MX 10 a.example.
alias.secure.example. 300 IN CNAME to.insecure.example.
from.insecure.example. 300 IN CNAME secure.example.
)";
  CHECK(ask(zone, "secure.example").hosts.authentic);
  CHECK_FALSE(ask(zone, "to.insecure.example").hosts.authentic);
  // A link that is not proved is enough.
  CHECK_FALSE(ask(zone, "alias.secure.example").hosts.authentic);
  CHECK_FALSE(ask(zone, "from.insecure.example").hosts.authentic);
  // That there is none is proved as well.
  CHECK(ask(zone, "host.secure.example").hosts.authentic);
}

TEST_CASE("hosts of one preference come in any order, and not too many") {
  std::string zone;
  for (int i = 0; i < 5; ++i)
    zone += "d.example. 300 IN MX 10 h" + std::to_string(i) + ".example.\n";
  zone += "d.example. 300 IN MX 5 first.example.\n";
  std::set<std::string> orders;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto asked = ask(zone, "d.example", seed);
    CHECK(asked.text.starts_with("5:first.example "));
    CHECK(asked.hosts.all.size() == 6);
    orders.insert(asked.text);
  }
  CHECK(orders.size() > 5);
  for (int i = 0; i < 100; ++i)
    zone += "d.example. 300 IN MX 50 x" + std::to_string(i) + ".example.\n";
  const auto asked = ask(zone, "d.example");
  CHECK(asked.hosts.all.size() == host_limit);
  CHECK(asked.text.starts_with("5:first.example "));
}
