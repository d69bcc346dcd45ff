#include "resolver/zone_resolver.h"
#include "spfverify/verify.h"
#include "support/catch.h"
#include "support/run_task.h"

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

using namespace mox;
using namespace mox::test;
using spf::Verdict;

namespace {

using Resolving = resolver::ZoneResolver;

Resolving zone(std::string_view text) {
  auto parsed = dns::parse_zone(text);
  if (!parsed) FAIL(parsed.error().text);
  return Resolving(*std::move(parsed));
}

dns::Name name(std::string_view text) {
  return dns::parse_name(text, {.underscore = true}).value();
}

SteadyTime in(std::chrono::milliseconds time) {
  return std::chrono::steady_clock::now() + time;
}

spfverify::Request request_of(std::string_view ip, std::string_view mail_from,
                              std::string_view helo = "mx.client.example") {
  return {.ip = net::Address::parse(ip).value(),
          .sender = spf::sender_of(mail_from, helo),
          .domain = {},
          .helo = std::string(helo),
          .receiver = name("mx.receiver.example"),
          .time = WallTime(std::chrono::seconds(1767225600))};
}

spfverify::Outcome run(resolver::Resolver& resolver, spfverify::Request request,
                       std::chrono::milliseconds time = std::chrono::seconds(20)) {
  Loop loop;
  return loop.run(spfverify::verify(resolver, std::move(request), in(time)));
}

spfverify::Outcome run(std::string_view zone_text, std::string_view ip,
                       std::string_view mail_from = "user@a.example") {
  auto resolver = zone(zone_text);
  return run(resolver, request_of(ip, mail_from));
}

} // namespace

TEST_CASE("a pass says what matched and why, through includes and redirects") {
  const auto* const text = R"(;!secure
a.example. TXT "v=spf1 redirect=_spf.a.example"
_spf.a.example. TXT "v=spf1 mx include:b.example -all exp=exp.a.example"
a.example. MX 10 mx.a.example.
mx.a.example. A 192.0.2.1
_spf.a.example. MX 10 mx.a.example.
b.example. TXT "v=spf1 ?ip4:198.51.100.0/24 include:c.example -all"
c.example. TXT "v=spf1 a:h.c.example/24 -all"
h.c.example. A 203.0.113.1
exp.a.example. TXT "%{i} is not one of %{d}, says %{r} at %{t} to %{h}: %{l} %{o} %{c}"
)";
  auto outcome = run(text, "192.0.2.1");
  CHECK(outcome.verdict == Verdict::pass);
  CHECK(outcome.domain.ascii() == "a.example");
  CHECK(outcome.record == "v=spf1 redirect=_spf.a.example");
  CHECK(outcome.mechanism == "mx");
  CHECK(outcome.reason == "mx.a.example has the address 192.0.2.1");
  CHECK(outcome.authentic);
  CHECK(outcome.terms == 2);
  CHECK(outcome.queries == 4);
  REQUIRE(outcome.steps.size() == 1);
  CHECK(outcome.steps[0].domain.ascii() == "_spf.a.example");

  outcome = run(text, "203.0.113.77");
  CHECK(outcome.verdict == Verdict::pass);
  CHECK(outcome.mechanism == "include:b.example");
  REQUIRE(outcome.steps.size() == 3);
  CHECK(outcome.steps[1].mechanism == "include:c.example");
  CHECK(outcome.steps[2].domain.ascii() == "c.example");
  CHECK(outcome.steps[2].mechanism == "a:h.c.example/24");

  outcome = run(text, "2001:db8::5");
  CHECK(outcome.verdict == Verdict::fail);
  CHECK(outcome.mechanism == "-all");
  CHECK(outcome.explanation ==
        "2.0.0.1.0.D.B.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.5 is not one of "
        "_spf.a.example, says mx.receiver.example at 1767225600 to mx.client.example: user "
        "a.example 2001:db8::5");
}

TEST_CASE("DNSSEC counts when all answers have it") {
  CHECK(run(";!secure\na.example. TXT \"v=spf1 a -all\"\na.example. A 192.0.2.1\n", "192.0.2.1")
            .authentic);
  CHECK(!run("a.example. TXT \"v=spf1 a -all\"\na.example. A 192.0.2.1\n", "192.0.2.1").authentic);
  CHECK(!run(";!secure\n;!insecure b.example.\na.example. TXT \"v=spf1 a:b.example -all\"\n"
             "b.example. A 192.0.2.1\n",
             "192.0.2.1")
             .authentic);
  // That there is nothing is proven too.
  CHECK(run(";!secure\na.example. TXT \"v=spf1 a:b.example -all\"\n", "192.0.2.1").authentic);
}

TEST_CASE("no policy, several, and a wrong one") {
  auto outcome = run("a.example. TXT \"something else\"\n", "192.0.2.1");
  CHECK(outcome.verdict == Verdict::none);
  CHECK(outcome.problem == "a.example has no record of SPF");
  outcome = run("", "192.0.2.1");
  CHECK(outcome.verdict == Verdict::none);
  outcome = run("a.example. TXT \"v=spf1 -all\"\na.example. TXT \"v=spf1 +all\"\n", "192.0.2.1");
  CHECK(outcome.verdict == Verdict::permerror);
  CHECK(outcome.problem == "a.example has 2 records of SPF, where one may be");
  outcome = run("a.example. TXT \"v=spf1 moo\"\n", "192.0.2.1");
  CHECK(outcome.verdict == Verdict::permerror);
  CHECK(outcome.problem == "the record of a.example: \"moo\": no such mechanism, at 7");
  CHECK(outcome.record == "v=spf1 moo");
  outcome = run("a.example. TXT \"v=spf1 -all\"\n", "192.0.2.1", "user@[192.0.2.1]");
  CHECK(outcome.verdict == Verdict::none);
  CHECK(outcome.problem == "\"[192.0.2.1]\" is no domain name that could have a policy");
  // Strings of one record are joined, without a space.
  CHECK(run("a.example. TXT \"v=spf1 ip4:192.\" \"0.2.1 -all\"\n", "192.0.2.1").verdict ==
        Verdict::pass);
}

TEST_CASE("each way in which the DNS fails") {
  struct Row {
    std::string_view mark;
    Verdict want;
  };

  const std::vector<Row> rows = {
      {";!servfail", Verdict::temperror},
      {";!timeout", Verdict::temperror},
      {";!refused", Verdict::temperror},
      {";!bogus", Verdict::temperror},
  };
  for (const auto& row : rows) {
    CAPTURE(row.mark);
    CHECK(run(fmt::format("{} a.example. TXT\n", row.mark), "192.0.2.1").verdict == row.want);
    for (const auto* const term : {"a:b.example", "mx:b.example", "exists:b.example",
                                   "include:b.example", "redirect=b.example"}) {
      CAPTURE(term);
      const auto text =
          fmt::format("{} b.example.\na.example. TXT \"v=spf1 {}\"\n", row.mark, term);
      const auto outcome = run(text, "192.0.2.1");
      CHECK(outcome.verdict == row.want);
      CHECK(!outcome.problem.empty());
      if (std::string_view(term) != "redirect=b.example") CHECK(outcome.mechanism == term);
    }
    // RFC 7208 section 5.5: names of the client do not matter so much.
    CHECK(run(fmt::format("{} 1.2.0.192.in-addr.arpa.\na.example. TXT \"v=spf1 ptr -all\"\n",
                          row.mark),
              "192.0.2.1")
              .verdict == Verdict::fail);
    // And neither do explanations (section 6.2).
    CHECK(
        run(fmt::format("{} b.example.\na.example. TXT \"v=spf1 -all exp=b.example\"\n", row.mark),
            "192.0.2.1")
            .explanation.empty());
  }
}

TEST_CASE("macros stand in the domains of a, mx and ptr too (RFC 7208 section 7)") {
  const auto with = [&](std::string_view term, std::string_view more) {
    return fmt::format("a.example. TXT \"v=spf1 {} -all\"\n{}", term, more);
  };
  CHECK(run(with("a:%{l}.x.%{d}", "user.x.a.example. A 192.0.2.1\n"), "192.0.2.1").verdict ==
        Verdict::pass);
  CHECK(run(with("mx:%{d1r}.%{d}", "a.a.example. MX 1 m.example.\nm.example. A 192.0.2.1\n"),
            "192.0.2.1")
            .verdict == Verdict::pass);
  CHECK(run(with("ptr:%{d1}.test", "1.2.0.192.in-addr.arpa. PTR h.example.test.\n"
                                   "h.example.test. A 192.0.2.1\n"),
            "192.0.2.1")
            .verdict == Verdict::pass);
  CHECK(
      run(with("include:%{o}.b.example", "a.example.b.example. TXT \"v=spf1 +all\"\n"), "192.0.2.1")
          .verdict == Verdict::pass);
  CHECK(run("a.example. TXT \"v=spf1 redirect=%{d}.b.example\"\n"
            "a.example.b.example. TXT \"v=spf1 +all\"\n",
            "192.0.2.1")
            .verdict == Verdict::pass);
}

TEST_CASE("the name of the client, as a macro: the domain, one below it, or any") {
  const auto with = [](std::string_view names) {
    return fmt::format("a.example. TXT \"v=spf1 exists:%{{p}}.x.example -all exp=e.example\"\n"
                       "e.example. TXT \"%{{p}}\"\n{}"
                       "h.a.example. A 192.0.2.1\nh.b.example. A 192.0.2.1\na.example. A "
                       "192.0.2.1\nlost.a.example. A 192.0.2.2\n",
                       names);
  };
  const std::string ptr = "1.2.0.192.in-addr.arpa. PTR ";
  CHECK(run(with(""), "192.0.2.1").explanation == "unknown");
  CHECK(run(with(ptr + "lost.a.example.\n"), "192.0.2.1").explanation == "unknown");
  CHECK(run(with(ptr + "h.b.example.\n"), "192.0.2.1").explanation == "h.b.example");
  CHECK(run(with(ptr + "h.b.example.\n" + ptr + "h.a.example.\n"), "192.0.2.1").explanation ==
        "h.a.example");
  CHECK(
      run(with(ptr + "h.b.example.\n" + ptr + "h.a.example.\n" + ptr + "a.example.\n"), "192.0.2.1")
          .explanation == "a.example");
}

TEST_CASE("limits (RFC 7208 section 4.6.4)") {
  const auto terms = [](int count) {
    std::string record = "v=spf1";
    for (int i = 0; i < count; ++i) record += " a:h.example";
    return "h.example. A 192.0.2.9\na.example. TXT \"" + record + "\"\n";
  };
  CHECK(run(terms(10), "192.0.2.1").verdict == Verdict::neutral);
  const auto eleven = run(terms(11), "192.0.2.1");
  CHECK(eleven.verdict == Verdict::permerror);
  CHECK(eleven.problem == "more than 10 terms that ask the DNS (RFC 7208 section 4.6.4)");
  CHECK(run(terms(11), "192.0.2.9").verdict == Verdict::pass);

  const auto* const voids = "a.example. TXT \"v=spf1 a:x.example mx:y.example exists:z.example "
                            "ip4:192.0.2.1 -all\"\n";
  const auto three = run(voids, "192.0.2.1");
  CHECK(three.verdict == Verdict::permerror);
  CHECK(three.problem == "more than 2 look-ups that find nothing (RFC 7208 section 4.6.4)");
  auto resolver = zone(voids);
  auto request = request_of("192.0.2.1", "user@a.example");
  request.limits.void_lookups = 3;
  CHECK(run(resolver, request).verdict == Verdict::pass);

  const auto hosts = [](int count) {
    std::string text = "a.example. TXT \"v=spf1 mx -all\"\n";
    for (int i = 0; i < count; ++i)
      text += fmt::format("a.example. MX {0} m{0}.example.\nm{0}.example. A 192.0.2.{0}\n", i);
    return text;
  };
  CHECK(run(hosts(10), "192.0.2.9").verdict == Verdict::pass);
  CHECK(run(hosts(11), "192.0.2.0").verdict == Verdict::permerror);

  const auto names = [](int count) {
    std::string text = "a.example. TXT \"v=spf1 ptr -all\"\n";
    for (int i = 0; i < count; ++i)
      text += fmt::format("1.2.0.192.in-addr.arpa. PTR x{}.example.\n", i);
    return text + "1.2.0.192.in-addr.arpa. PTR h.a.example.\nh.a.example. A 192.0.2.1\n";
  };
  CHECK(run(names(9), "192.0.2.1").verdict == Verdict::pass);
  const auto many = run(names(500), "192.0.2.1");
  CHECK(many.verdict == Verdict::fail);
  CHECK(many.queries <= 13);
  CHECK(many.void_lookups == 0);
}

TEST_CASE("records that include or redirect to themselves end") {
  for (const auto* const record :
       {"include:a.example", "redirect=a.example", "include:b.example -all",
        "include:%{d} include:%{d} include:%{d}", "a mx redirect=b.example"}) {
    CAPTURE(record);
    const auto outcome = run(fmt::format("a.example. TXT \"v=spf1 {}\"\n"
                                         "b.example. TXT \"v=spf1 include:a.example "
                                         "redirect=a.example\"\na.example. A 192.0.2.9\n"
                                         "a.example. MX 1 a.example.\n",
                                         record),
                             "192.0.2.1");
    CHECK(outcome.verdict == Verdict::permerror);
    CHECK(outcome.queries <= 130);
  }
}

TEST_CASE("huge sets of records cost no more look-ups") {
  std::string text = "a.example. TXT \"v=spf1 mx a -all\"\n";
  for (int i = 0; i < 1'000; ++i) {
    text += fmt::format("a.example. TXT \"nothing {}\"\n", i);
    text += fmt::format("b.example. MX {0} m{0}.example.\n", i);
  }
  auto outcome = run(text, "192.0.2.1");
  CHECK(outcome.verdict == Verdict::fail);
  outcome = run(text + "c.example. TXT \"v=spf1 mx:b.example -all\"\n", "192.0.2.1", "x@c.example");
  CHECK(outcome.verdict == Verdict::permerror);
  CHECK(outcome.queries == 2);
  // As many mechanisms as a record can hold, without the DNS.
  std::string large = "v=spf1";
  while (large.size() < 60'000) large += " ip4:198.51.100.1";
  std::string strings;
  for (std::size_t i = 0; i < large.size(); i += 250) strings += " \"" + large.substr(i, 250) + '"';
  CHECK(run("a.example. TXT" + strings + "\n", "192.0.2.1").verdict == Verdict::neutral);
}

TEST_CASE("a check ends at its deadline") {
  auto resolver = zone(";!slow 10000 b.example.\na.example. TXT \"v=spf1 a:b.example -all\"\n"
                       "b.example. A 192.0.2.1\n");
  const auto begin = std::chrono::steady_clock::now();
  const auto outcome =
      run(resolver, request_of("192.0.2.1", "user@a.example"), std::chrono::milliseconds(50));
  CHECK(outcome.verdict == Verdict::temperror);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5));
}

TEST_CASE("internationalised mail (RFC 8616 section 4)") {
  const auto* const text =
      "xn--mller-kva.example. TXT \"v=spf1 exists:%{l}.x.example exists:%{h}.y.example "
      "-all exp=e.example\"\nxn--mller-kva.example.y.example. A 127.0.0.2\n"
      "e.example. TXT \"%{L}@%{o}\"\n";
  auto resolver = zone(text);
  auto outcome = run(resolver, request_of("192.0.2.1", "j\xc3\xbcrgen@m\xc3\xbcller.example",
                                          "m\xc3\xbcller.example"));
  CHECK(outcome.verdict == Verdict::pass);
  CHECK(outcome.mechanism == "exists:%{h}.y.example");
  outcome = run(resolver, request_of("192.0.2.1", "j\xc3\xbcrgen@m\xc3\xbcller.example"));
  CHECK(outcome.explanation == "j%C3%BCrgen@xn--mller-kva.example");
}

TEST_CASE("names that the DNS cannot have are not there (RFC 7208 section 4.8)") {
  auto with = [](std::string_view term) {
    return run(fmt::format("a.example. TXT \"v=spf1 {} -all\"\n", term), "192.0.2.1",
               "a..b@a.example");
  };
  CHECK(with("exists:%{l}.example").verdict == Verdict::fail);
  CHECK(with("a:x..example").verdict == Verdict::fail);
  CHECK(with("a:" + std::string(64, 'x') + ".example").verdict == Verdict::fail);
  CHECK(with("include:%{l}.example").verdict == Verdict::permerror);
  CHECK(with("redirect=x..example ?a:a..example").verdict == Verdict::fail);
  CHECK(run("a.example. TXT \"v=spf1 redirect=x..example\"\n", "192.0.2.1").verdict ==
        Verdict::permerror);
  CHECK(run("a.example. TXT \"v=spf1 include:%{d1}\"\n", "192.0.2.1").verdict ==
        Verdict::permerror);
}

TEST_CASE("an IPv4 client in its IPv6 form is IPv4 (RFC 7208 section 5)") {
  const auto* const text = "a.example. TXT \"v=spf1 ip4:192.0.2.1 -all\"\n";
  CHECK(run(text, "::ffff:192.0.2.1").verdict == Verdict::pass);
  CHECK(run("a.example. TXT \"v=spf1 ip6:::ffff:192.0.2.1 -all\"\n", "192.0.2.1").verdict ==
        Verdict::fail);
}

TEST_CASE("what stands in the message about it") {
  auto resolver = zone("xn--mller-kva.example. TXT \"v=spf1 ip4:192.0.2.1 -all\"\n");
  auto request = request_of("192.0.2.1", "a.b@m\xc3\xbcller.example", "mx.m\xc3\xbcller.example");
  auto outcome = run(resolver, request);
  auto field = received_spf(request, outcome, false);
  CHECK(field.verdict == Verdict::pass);
  CHECK(field.comment == "domain xn--mller-kva.example");
  CHECK(field.envelope_from == "a.b@xn--mller-kva.example");
  CHECK(field.helo == "mx.xn--mller-kva.example");
  CHECK(field.mechanism == "ip4:192.0.2.1");
  CHECK(field.receiver == "mx.receiver.example");
  CHECK(field.identity == "mailfrom");
  field = received_spf(request, outcome, true);
  CHECK(field.comment == "domain m\xc3\xbcller.example [xn--mller-kva.example]");
  CHECK(field.envelope_from == "a.b@m\xc3\xbcller.example");

  request = request_of("192.0.2.2", "", "mx.none.example");
  outcome = run(resolver, request);
  field = received_spf(request, outcome, false);
  CHECK(field.comment == "domain mx.none.example, from ehlo because mailfrom is empty");
  CHECK(field.envelope_from == "postmaster@mx.none.example");
  CHECK(field.identity == "helo");
  CHECK(field.problem == "mx.none.example has no record of SPF");

  request = request_of("192.0.2.2", "", "[192.0.2.2]");
  outcome = run(resolver, request);
  field = received_spf(request, outcome, false);
  CHECK(field.verdict == Verdict::none);
  CHECK(field.comment == "no domain, from ehlo because mailfrom is empty");
}

TEST_CASE("the policy of another domain than the sender's") {
  auto resolver = zone("b.example. TXT \"v=spf1 exists:%{o}.%{d} -all\"\n"
                       "a.example.b.example. A 127.0.0.2\n");
  auto request = request_of("192.0.2.1", "user@a.example");
  request.domain = name("b.example");
  CHECK(run(resolver, request).verdict == Verdict::pass);
  request.domain = name("localhost");
  const auto outcome = run(resolver, request);
  CHECK(outcome.verdict == Verdict::none);
  CHECK(outcome.problem == "\"localhost\" is no domain name that could have a policy");
}

TEST_CASE("the record of a domain") {
  auto resolver = zone("a.example. TXT \"v=spf1 mx -all\"\nb.example. TXT \"v=spf1 moo\"\n"
                       ";!timeout c.example.\n");
  Loop loop;
  const auto lookup = [&](std::string_view domain) {
    return loop.run(spfverify::lookup(resolver, name(domain), in(std::chrono::seconds(5))));
  };
  const auto found = lookup("a.example");
  REQUIRE(found);
  CHECK(found->record.directives.size() == 2);
  CHECK(lookup("b.example").error().verdict == Verdict::permerror);
  CHECK(lookup("b.example").error().record == "v=spf1 moo");
  CHECK(lookup("c.example").error().verdict == Verdict::temperror);
  CHECK(lookup("d.example").error().verdict == Verdict::none);
}
