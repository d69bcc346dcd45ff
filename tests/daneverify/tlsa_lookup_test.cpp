#include "daneverify/tlsa_lookup.h"
#include "dns/zone.h"
#include "resolver/zone_resolver.h"
#include "support/catch.h"
#include "support/run_task.h"
#include "support/sockets.h"

#include <string>

using namespace mox;
using namespace mox::daneverify;
using mxpolicy::Dane;

namespace {

const std::string hash(64, 'a');

// Two zones, of which one is secure.
const std::string zone = R"(
;!secure s.example.
plain.s.example. 300 IN A 127.0.0.1
_25._tcp.plain.s.example. 300 IN TLSA 3 1 1 )" +
                         hash + R"(
none.s.example. 300 IN A 127.0.0.1
unusable.s.example. 300 IN A 127.0.0.1
_25._tcp.unusable.s.example. 300 IN TLSA 1 1 1 )" +
                         hash + R"(
mixed.s.example. 300 IN A 127.0.0.1
_25._tcp.mixed.s.example. 300 IN TLSA 0 1 1 )" +
                         hash + R"(
_25._tcp.mixed.s.example. 300 IN TLSA 2 0 1 )" +
                         hash + R"(
alias.s.example. 300 IN CNAME plain.s.example.
_25._tcp.alias.s.example. 300 IN TLSA 2 1 1 )" +
                         hash + R"(
barealias.s.example. 300 IN CNAME none.s.example.
_25._tcp.barealias.s.example. 300 IN TLSA 2 1 1 )" +
                         hash + R"(
out.s.example. 300 IN CNAME plain.i.example.
_25._tcp.out.s.example. 300 IN TLSA 3 1 1 )" +
                         hash + R"(
broken.s.example. 300 IN A 127.0.0.1
;!servfail _25._tcp.broken.s.example.
bogus.s.example. 300 IN A 127.0.0.1
_25._tcp.bogus.s.example. 300 IN TLSA 3 1 1 )" +
                         hash + R"(
;!bogus _25._tcp.bogus.s.example.
holed.s.example. 300 IN A 127.0.0.1
;!insecure _tcp.holed.s.example.
_25._tcp.holed.s.example. 300 IN TLSA 3 1 1 )" +
                         hash + R"(
plain.i.example. 300 IN A 127.0.0.1
_25._tcp.plain.i.example. 300 IN TLSA 3 1 1 )" +
                         hash + R"(
in.i.example. 300 IN CNAME plain.s.example.
)";

struct World {
  resolver::ZoneResolver resolver{dns::parse_zone(zone).value()};
  test::Loop loop;

  Server server(std::string_view host) {
    auto found = loop.run(find_server(resolver, dns::parse_name(host).value(), test::soon()));
    REQUIRE(found);
    return *found;
  }

  Records smtp(std::string_view host, bool mx_authentic = true) {
    return loop.run(find_smtp_records(resolver, server(host), 25, mx_authentic, test::soon()));
  }

  Records any(std::string_view host) {
    return loop.run(find_records(resolver, server(host), 25, test::soon()));
  }
};

} // namespace

TEST_CASE("records for SMTP") {
  World world;

  struct Row {
    const char* host;
    Dane state;
    const char* base;
    std::size_t count;
    const char* result_type;
  };

  for (const auto& row :
       {Row{"plain.s.example", Dane::usable, "plain.s.example", 1, ""},
        {"none.s.example", Dane::none, "none.s.example", 0, ""},
        {"unusable.s.example", Dane::unusable, "unusable.s.example", 0, "tlsa-invalid"},
        {"mixed.s.example", Dane::usable, "mixed.s.example", 1, ""},
        // At the end of the aliases first, then at their beginning.
        {"alias.s.example", Dane::usable, "plain.s.example", 1, ""},
        {"barealias.s.example", Dane::usable, "barealias.s.example", 1, ""},
        {"out.s.example", Dane::none, "out.s.example", 0, ""},
        {"broken.s.example", Dane::unknown, "broken.s.example", 0, "tlsa-invalid"},
        {"bogus.s.example", Dane::unknown, "bogus.s.example", 0, "dnssec-invalid"},
        {"holed.s.example", Dane::none, "holed.s.example", 0, ""},
        {"plain.i.example", Dane::none, "plain.i.example", 0, ""},
        {"in.i.example", Dane::none, "in.i.example", 0, ""}}) {
    CAPTURE(row.host);
    const auto records = world.smtp(row.host);
    CHECK(records.state == row.state);
    CHECK(records.base.ascii() == row.base);
    CHECK(records.records.size() == row.count);
    CHECK(records.result_type == row.result_type);
    CHECK(records.text.empty() == (row.state == Dane::usable));
  }
}

TEST_CASE("MX records that are not proved turn DANE off") {
  World world;
  const auto records = world.smtp("plain.s.example", false);
  CHECK(records.state == Dane::none);
  CHECK(records.text == "DNSSEC does not prove the MX records of plain.s.example");
}

TEST_CASE("records for others") {
  World world;
  CHECK(world.any("unusable.s.example").state == Dane::usable);
  CHECK(world.any("mixed.s.example").records.size() == 2);
  CHECK(world.any("alias.s.example").base.ascii() == "plain.s.example");
  // The way is not proved, the record of the name itself is.
  CHECK(world.any("out.s.example").state == Dane::usable);
  CHECK(world.any("out.s.example").base.ascii() == "out.s.example");
  CHECK(world.any("plain.i.example").state == Dane::none);
}

TEST_CASE("names that a certificate may have") {
  World world;
  const auto server = world.server("alias.s.example");
  const auto records = world.smtp("alias.s.example");
  const auto domain = dns::parse_name("domain.example").value();
  std::string all;
  for (const auto& name : names_for(records, server, domain, domain)) all += name.ascii() + " ";
  CHECK(all == "plain.s.example alias.s.example domain.example ");
}
