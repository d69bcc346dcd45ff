#include "iprev/iprev.h"
#include "resolver/zone_resolver.h"
#include "support/catch.h"
#include "support/run_task.h"

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

using namespace mox;
using namespace mox::test;
using iprev::Status;

namespace {

iprev::Outcome lookup(std::string_view zone_text, std::string_view ip) {
  auto zone = dns::parse_zone(zone_text);
  if (!zone) FAIL(zone.error().text);
  resolver::ZoneResolver resolver(*std::move(zone));
  Loop loop;
  return loop.run(iprev::lookup(resolver, net::Address::parse(ip).value(),
                                std::chrono::steady_clock::now() + std::chrono::seconds(5)));
}

constexpr std::string_view ptr = "1.2.0.192.in-addr.arpa.";
constexpr std::string_view ptr6 =
    "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.";

} // namespace

TEST_CASE("each status of iprev (RFC 8601 section 3)") {
  struct Row {
    std::string_view name;
    std::string zone;
    Status want;
    std::string_view found;
    std::size_t names;
  };

  const std::vector<Row> rows = {
      {"no name", "", Status::permerror, "", 0},
      {"no PTR", fmt::format("{} TXT \"x\"\n", ptr), Status::permerror, "", 0},
      {"the DNS fails", fmt::format(";!servfail {}\n", ptr), Status::temperror, "", 0},
      {"back", fmt::format("{} PTR h.example.\nh.example. A 192.0.2.1\n", ptr), Status::pass,
       "h.example", 1},
      {"by an alias",
       fmt::format("{} CNAME 1.sub.\n1.sub. PTR h.example.\nh.example. CNAME i.example.\n"
                   "i.example. A 192.0.2.1\n",
                   ptr),
       Status::pass, "h.example", 1},
      {"elsewhere", fmt::format("{} PTR h.example.\nh.example. A 192.0.2.2\n", ptr), Status::fail,
       "", 1},
      {"nowhere", fmt::format("{} PTR h.example.\n", ptr), Status::fail, "", 1},
      {"other family", fmt::format("{} PTR h.example.\nh.example. AAAA 2001:db8::1\n", ptr),
       Status::fail, "", 1},
      {"back fails", fmt::format("{} PTR h.example.\n;!timeout h.example.\n", ptr),
       Status::temperror, "", 1},
      {"one fails, one is elsewhere",
       fmt::format("{0} PTR h.example.\n{0} PTR i.example.\n;!timeout h.example.\ni.example. A "
                   "192.0.2.2\n",
                   ptr),
       Status::temperror, "", 2},
      {"one fails, one leads back",
       fmt::format("{0} PTR h.example.\n{0} PTR i.example.\n;!timeout h.example.\ni.example. A "
                   "192.0.2.1\n",
                   ptr),
       Status::pass, "i.example", 2},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto outcome = lookup(row.zone, "192.0.2.1");
    CHECK(outcome.status == row.want);
    CHECK(outcome.name.ascii() == row.found);
    CHECK(outcome.names.size() == row.names);
    CHECK(outcome.problem.empty() == (row.want == Status::pass));
    CHECK(!outcome.authentic);
  }
}

TEST_CASE("IPv6 too, and IPv4 in its IPv6 form") {
  auto outcome =
      lookup(fmt::format("{} PTR h.example.\nh.example. AAAA 2001:db8::1\n", ptr6), "2001:db8::1");
  CHECK(outcome.status == Status::pass);
  outcome =
      lookup(fmt::format("{} PTR h.example.\nh.example. A 192.0.2.1\n", ptr), "::ffff:192.0.2.1");
  CHECK(outcome.status == Status::pass);
}

TEST_CASE("DNSSEC of what led to the status") {
  const auto text = fmt::format("{} PTR h.example.\nh.example. A 192.0.2.1\n", ptr);
  CHECK(lookup(";!secure\n" + text, "192.0.2.1").authentic);
  CHECK(!lookup(";!secure example.\n" + text, "192.0.2.1").authentic);
  CHECK(!lookup(";!secure arpa.\n" + text, "192.0.2.1").authentic);
  CHECK(lookup(";!secure\n", "192.0.2.1").authentic);
}

TEST_CASE("an address with many names costs few look-ups") {
  std::string text;
  for (int i = 0; i < 1'000; ++i) text += fmt::format("{} PTR h{}.example.\n", ptr, i);
  const auto outcome = lookup(text, "192.0.2.1");
  CHECK(outcome.status == Status::fail);
  CHECK(outcome.names.size() == iprev::name_limit);
}
