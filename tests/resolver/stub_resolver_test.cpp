#include "name_server.h"
#include "resolver/response.h"
#include "resolver/stub_resolver.h"
#include "support/catch.h"
#include "support/fake_clock.h"
#include "support/fake_random.h"
#include "support/run_task.h"

#include <chrono>
#include <set>
#include <string>

using namespace mox;
using namespace std::chrono_literals;
using namespace std::string_literals;
using dns::Type;
using resolver::Problem;
using resolver::StubResolver;
using test::NameServer;
using test::Query;
using test::reply;
using test::wire_name;
using test::wire_record;

namespace {

constexpr unsigned good = 0x8180;
constexpr unsigned authentic = 0x81a0;
constexpr unsigned servfail = 0x8182;
constexpr unsigned nxdomain = 0x8183;
constexpr unsigned refused = 0x8185;
constexpr unsigned formerr = 0x8181;
constexpr unsigned truncated = 0x8380;

const std::string address_data = "\xc0\x00\x02\x01"s;

std::string a(std::string_view owner) {
  return wire_record(owner, 1, 300, address_data);
}

std::string cname(std::string_view owner, std::string_view target) {
  return wire_record(owner, 5, 300, wire_name(target));
}

std::string soa(std::string_view owner) {
  return wire_record(owner, 6, 60,
                     wire_name("ns") + wire_name("x") + std::string(18, '\0') + "\x00\x3c"s);
}

dns::Name name(std::string_view text) {
  return *dns::parse_name(text, {.any_printable = true});
}

std::vector<std::string> found(const Query& query) {
  return {reply(query, authentic, {.answer = {a("host.example")}})};
}

std::vector<std::string> silence(const Query& /*query*/) {
  return {};
}

// A resolver that asks these servers, in a world of its own.
struct World {
  explicit World(const std::vector<const NameServer*>& servers) {
    StubResolver::Options options{.timeout = 2s};
    for (const auto* server : servers) options.servers.push_back({.endpoint = server->endpoint()});
    resolver.emplace(options, random, cache);
  }

  explicit World(StubResolver::Options options) { resolver.emplace(options, random, cache); }

  resolver::Outcome ask(std::string_view asked = "host.example", Type type = Type::a,
                        std::chrono::milliseconds time = 10s) {
    return loop.run(resolver->query(name(asked), type, std::chrono::steady_clock::now() + time));
  }

  test::Loop loop;
  test::FakeClock clock;
  test::FakeRandom random;
  resolver::Cache cache{clock};
  std::optional<StubResolver> resolver;
};

Problem problem(const resolver::Outcome& outcome) {
  REQUIRE_FALSE(outcome);
  CAPTURE(outcome.error().text);
  return outcome.error().problem;
}

// A port where nobody is.
net::Endpoint nobody() {
  const NameServer server(silence);
  return server.endpoint();
}

} // namespace

TEST_CASE("an answer, and again from the cache") {
  const NameServer server(found);
  World world({&server});
  const auto answer = world.ask();
  REQUIRE(answer);
  REQUIRE(answer->records.size() == 1);
  CHECK(dns::to_string(answer->records[0].data) == "192.0.2.1");
  CHECK(answer->authentic); // it is on this machine
  CHECK(answer->name == name("host.example"));
  world.clock.advance(100s);
  CHECK(world.ask()->ttl == 200s);
  CHECK(server.queries().size() == 1);
  world.clock.advance(200s);
  CHECK(world.ask());
  CHECK(server.queries().size() == 2);
}

TEST_CASE("that there is none is remembered when a SOA says for how long") {
  const NameServer server([](const Query& query) -> std::vector<std::string> {
    if (query.asks_for("none.example"))
      return {reply(query, nxdomain, {.authority = {soa("example")}})};
    if (query.asks_for("other.example")) return {reply(query, nxdomain)};
    return {reply(query, authentic, {.authority = {soa("example")}})};
  });
  World world({&server});
  for (int i = 0; i < 2; ++i) {
    const auto outcome = world.ask("none.example");
    CHECK(problem(outcome) == Problem::nxdomain);
    CHECK_FALSE(outcome.error().authentic);
    CHECK(outcome.error().text == "none.example A: no such name");
  }
  CHECK(server.queries().size() == 1);
  CHECK(problem(world.ask("other.example")) == Problem::nxdomain);
  CHECK(problem(world.ask("other.example")) == Problem::nxdomain);
  CHECK(server.queries().size() == 3);
  const auto no_data = world.ask("host.example", Type::mx);
  CHECK(problem(no_data) == Problem::no_data);
  CHECK(no_data.error().authentic);
}

TEST_CASE("another server is asked when one fails") {
  const NameServer good_server(found);
  SECTION("with a failure") {
    const NameServer bad(
        [](const Query& query) -> std::vector<std::string> { return {reply(query, servfail)}; });
    World world({&bad, &good_server});
    CHECK(world.ask());
    CHECK(bad.queries().size() == 1);
  }
  SECTION("with a refusal") {
    const NameServer bad(
        [](const Query& query) -> std::vector<std::string> { return {reply(query, refused)}; });
    World world({&bad, &good_server});
    CHECK(world.ask());
  }
  SECTION("with silence") {
    const NameServer bad(silence);
    World world({&bad, &good_server});
    // Its share of the time, not all of it.
    CHECK(world.ask("host.example", Type::a, 1s));
  }
  SECTION("because nobody is there") {
    World world(StubResolver::Options{
        .servers = {{.endpoint = nobody()}, {.endpoint = good_server.endpoint()}}});
    CHECK(world.ask());
  }
  SECTION("with what makes no sense") {
    const NameServer bad([](const Query& query) -> std::vector<std::string> {
      return {reply(query, good, {.answer = {"x"}})};
    });
    World world({&bad, &good_server});
    CHECK(world.ask());
  }
  SECTION("because it names other servers") {
    const NameServer bad([](const Query& query) -> std::vector<std::string> {
      return {
          reply(query, 0x8100, {.authority = {wire_record("example", 2, 60, wire_name("ns"))}})};
    });
    World world({&bad, &good_server});
    CHECK(world.ask());
  }
}

TEST_CASE("when no server gives an answer, the failure says why") {
  SECTION("nobody is there") {
    World world(StubResolver::Options{.servers = {{.endpoint = nobody()}}});
    CHECK(problem(world.ask()) == Problem::network);
  }
  SECTION("nobody answers") {
    const NameServer server(silence);
    World world({&server});
    const auto start = std::chrono::steady_clock::now();
    CHECK(problem(world.ask("host.example", Type::a, 300ms)) == Problem::timeout);
    CHECK(std::chrono::steady_clock::now() - start < 2s);
    CHECK(server.queries().size() == 2);
  }
  SECTION("the deadline has passed already") {
    const NameServer server(found);
    World world({&server});
    CHECK(problem(world.ask("host.example", Type::a, 0ms)) == Problem::timeout);
    CHECK(server.queries().empty());
  }
  SECTION("refused, which says more than silence") {
    const NameServer first(
        [](const Query& query) -> std::vector<std::string> { return {reply(query, refused)}; });
    const NameServer second(silence);
    World world({&first, &second});
    CHECK(problem(world.ask("host.example", Type::a, 400ms)) == Problem::refused);
  }
  SECTION("a failure is remembered for a moment") {
    const NameServer server(
        [](const Query& query) -> std::vector<std::string> { return {reply(query, servfail)}; });
    World world({&server});
    CHECK(problem(world.ask()) == Problem::servfail);
    const auto asked = server.queries().size();
    CHECK(problem(world.ask()) == Problem::servfail);
    CHECK(server.queries().size() == asked);
    world.clock.advance(6s);
    CHECK(problem(world.ask()) == Problem::servfail);
    CHECK(server.queries().size() > asked);
  }
  SECTION("not genuine, by the extended error") {
    const NameServer server([](const Query& query) -> std::vector<std::string> {
      const auto opt = "\0"s + test::number16(41) + test::number16(1232) + "\0\0\x80\0"s +
                       test::number16(6) + test::number16(15) + test::number16(2) +
                       test::number16(7);
      return {reply(query, servfail, {.additional = {opt}})};
    });
    World world({&server});
    const auto outcome = world.ask();
    CHECK(problem(outcome) == Problem::bogus);
    CHECK(outcome.error().text.find("signature expired") != std::string::npos);
    CHECK(outcome.error().extended_errors == std::vector{dns::ExtendedError{7, ""}});
    CHECK(server.queries().size() == 1); // no other server will say better
  }
}

TEST_CASE("answers that are too large for a datagram come over TCP") {
  const NameServer server([](const Query& query) -> std::vector<std::string> {
    if (!query.over_tcp) return {reply(query, truncated)};
    test::Sections sections;
    for (int i = 0; i < 500; ++i)
      sections.answer.push_back(
          wire_record("host.example", 16, 60, "\x64"s + std::string(100, 'x')));
    return {reply(query, good, sections)};
  });
  World world({&server});
  const auto answer = world.ask("host.example", Type::txt);
  REQUIRE(answer);
  CHECK(answer->records.size() == 500);
  CHECK_FALSE(answer->authentic);
}

TEST_CASE("TCP that goes wrong") {
  std::string over_tcp;
  const NameServer server([&](const Query& query) -> std::vector<std::string> {
    if (!query.over_tcp) return {reply(query, truncated)};
    if (over_tcp == "truncated") return {reply(query, truncated)};
    if (over_tcp == "foreign") {
      auto other = query;
      other.bytes[0] = static_cast<char>(other.bytes[0] + 1);
      return {reply(other, good, {.answer = {a("host.example")}})};
    }
    return {};
  });
  for (const auto* how : {"truncated", "foreign", "closed"}) {
    CAPTURE(how);
    over_tcp = how;
    World world({&server});
    CHECK(problem(world.ask()) == (how == "closed"s ? Problem::network : Problem::malformed));
  }
}

TEST_CASE("datagrams that do not belong to the question are passed over") {
  const NameServer server([](const Query& query) -> std::vector<std::string> {
    const auto evil = wire_record("host.example", 1, 300, "\x06\x06\x06\x06"s);
    auto wrong_id = query;
    wrong_id.bytes[1] = static_cast<char>(wrong_id.bytes[1] + 1);
    auto wrong_name = query;
    wrong_name.bytes[13] = static_cast<char>(wrong_name.bytes[13] + 1);
    return {reply(wrong_id, authentic, {.answer = {evil}}),
            reply(wrong_name, authentic, {.answer = {evil}}),
            query.bytes,
            "nonsense",
            "",
            reply(query, good, {.answer = {a("host.example")}})};
  });
  World world({&server});
  const auto answer = world.ask();
  REQUIRE(answer);
  CHECK(dns::to_string(answer->records.at(0).data) == "192.0.2.1");
  CHECK(server.queries().size() == 1);
}

TEST_CASE("each question has an id and a port of its own") {
  const NameServer server(
      [](const Query& query) -> std::vector<std::string> { return {reply(query, nxdomain)}; });
  World world({&server});
  std::set<std::string> ids;
  std::set<std::uint16_t> ports;
  for (int i = 0; i < 50; ++i) problem(world.ask("x" + std::to_string(i)));
  for (const auto& query : server.queries()) {
    ids.insert(query.id());
    ports.insert(query.port);
  }
  CHECK(ids.size() >= 48);
  CHECK(ports.size() >= 48);
}

TEST_CASE("a server that does not know EDNS is asked without") {
  const NameServer server([](const Query& query) -> std::vector<std::string> {
    if (query.has_edns()) return {query.id() + test::number16(formerr) + std::string(8, '\0')};
    return {reply(query, good, {.answer = {a("host.example")}})};
  });
  World world({&server});
  CHECK(world.ask());
  CHECK(server.queries().size() == 2);
}

TEST_CASE("aliases that a server leaves to be followed") {
  const NameServer server([](const Query& query) -> std::vector<std::string> {
    if (query.asks_for("alias.example"))
      return {reply(query, authentic, {.answer = {cname("alias.example", "host.example")}})};
    if (query.asks_for("host.example"))
      return {reply(query, good, {.answer = {a("host.example")}})};
    if (query.asks_for("dangling.example"))
      return {reply(query, authentic, {.answer = {cname("dangling.example", "none.example")}})};
    if (query.asks_for("none.example"))
      return {reply(query, nxdomain, {.authority = {soa("example")}})};
    if (query.asks_for("a.loop"))
      return {reply(query, good, {.answer = {cname("a.loop", "b.loop")}})};
    if (query.asks_for("b.loop"))
      return {reply(query, good, {.answer = {cname("b.loop", "a.loop")}})};
    // Every name is an alias of a longer one.
    const auto label = query.question().substr(1, static_cast<std::size_t>(query.question()[0]));
    return {reply(query, good, {.answer = {cname(label, label + "x")}})};
  });
  World world({&server});
  const auto answer = world.ask("alias.example");
  REQUIRE(answer);
  CHECK(answer->aliases == std::vector{name("alias.example")});
  CHECK(answer->name == name("host.example"));
  CHECK_FALSE(answer->authentic); // one of the two is not
  CHECK(problem(world.ask("dangling.example")) == Problem::nxdomain);
  CHECK(problem(world.ask("a.loop")) == Problem::malformed);
  const auto before = server.queries().size();
  CHECK(problem(world.ask("x")) == Problem::malformed);
  CHECK(server.queries().size() - before < 20);
}

TEST_CASE("what a server says about DNSSEC counts only when it is to be trusted") {
  const dns::Question question{name("host.example"), Type::a};
  dns::Response response{.authentic = true, .name = question.name, .ttl = 60s};
  CHECK_FALSE(resolver::outcome_of(response, question, false).error().authentic);
  CHECK(resolver::outcome_of(response, question, true).error().authentic);
  response.records = {{question.name, 60s, dns::A{}}};
  CHECK_FALSE(resolver::outcome_of(response, question, false)->authentic);
  CHECK(resolver::outcome_of(response, question, true)->authentic);
  response.records.clear();
  response.unreadable = 1;
  CHECK(problem(resolver::outcome_of(response, question, true)) == Problem::malformed);
  CHECK_THROWS(World(StubResolver::Options{}));
}
