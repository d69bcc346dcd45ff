#include "dns/zone.h"
#include "support/catch.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox;
using dns::Type;

namespace {

dns::Name name(std::string_view text) {
  if (text.empty()) return {};
  const auto parsed = dns::parse_name(text, {.any_printable = true});
  REQUIRE(parsed);
  return *parsed;
}

dns::Zone zone(std::string_view text) {
  auto parsed = dns::parse_zone(text);
  if (!parsed) FAIL(parsed.error().text);
  return *std::move(parsed);
}

// The data of all records found, as text.
std::vector<std::string> data(const dns::Zone& zone, std::string_view owner, Type type) {
  std::vector<std::string> result;
  for (const auto& record : zone.find(name(owner), type).records) {
    CHECK(record.owner == name(owner));
    result.push_back(dns::to_string(record.data));
  }
  return result;
}

using Strings = std::vector<std::string>;

} // namespace

TEST_CASE("records of a zone file") {
  const auto read = zone("$TTL 300\n"
                         "$ORIGIN example.org.\n"
                         "@ 1h IN SOA ns hostmaster 7 1 2 3 120 ; of the zone\n"
                         "  NS ns\n"
                         "  MX 10 mx1\n"
                         "  MX 20 mx2.example.net.\n"
                         "  TXT \"v=spf1 \" \"-all\" unquoted\n"
                         "ns A 192.0.2.1\n"
                         "   AAAA 2001:db8::1\n"
                         "null IN MX 0 .\n"
                         "WWW 60 CNAME @\n"
                         "_25._tcp.mx1 TLSA ( 3 1 1\n"
                         "  0123456789abcdef0123456789abcdef ; two lines\n"
                         "  0123456789abcdef0123456789abcdef )\n"
                         "_imaps._tcp SRV 0 1 993 ns\n"
                         "$ORIGIN 2.0.192.in-addr.arpa.\n"
                         "1 PTR ns.example.org.\n"
                         "2 CAA 0 issue \"ca.example\"\n");
  CHECK(data(read, "example.org", Type::soa) ==
        Strings{"ns.example.org. hostmaster.example.org. 7 0 0 0 120"});
  CHECK(data(read, "example.org", Type::ns) == Strings{"ns.example.org."});
  CHECK(data(read, "Example.ORG", Type::mx) ==
        Strings{"10 mx1.example.org.", "20 mx2.example.net."});
  CHECK(data(read, "example.org", Type::txt) == Strings{"\"v=spf1 -allunquoted\""});
  CHECK(data(read, "ns.example.org", Type::a) == Strings{"192.0.2.1"});
  CHECK(data(read, "ns.example.org", Type::aaaa) == Strings{"2001:db8::1"});
  CHECK(data(read, "null.example.org", Type::mx) == Strings{"0 ."});
  CHECK(data(read, "_25._tcp.mx1.example.org", Type::tlsa) ==
        Strings{"3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"});
  CHECK(data(read, "_imaps._tcp.example.org", Type::srv) == Strings{"0 1 993 ns.example.org."});
  CHECK(data(read, "1.2.0.192.in-addr.arpa", Type::ptr) == Strings{"ns.example.org."});
  CHECK(read.find(name("2.2.0.192.in-addr.arpa"), Type::a).exists);
  CHECK(read.record_count() == 13);

  const auto alias = read.find(name("www.example.org"), Type::mx);
  CHECK(alias.is_alias);
  REQUIRE(alias.records.size() == 1);
  CHECK(alias.records[0].ttl == std::chrono::seconds(60));
  CHECK(dns::to_string(alias.records[0].data) == "example.org.");
  CHECK_FALSE(read.find(name("www.example.org"), Type::cname).is_alias);
  CHECK(read.find(name("example.org"), Type::soa).records.at(0).ttl == std::chrono::hours(1));
  CHECK(read.find(name("null.example.org"), Type::mx).records[0].ttl == std::chrono::seconds(300));
}

TEST_CASE("names that are not in a zone file, and wildcards") {
  const auto read = zone("$ORIGIN example.org.\n"
                         "@ 60 SOA ns hostmaster 1 1 1 1 120\n"
                         "a.b.c A 192.0.2.1\n"
                         "*.wild TXT found\n"
                         "*.wild MX 5 @\n"
                         "there.wild A 192.0.2.2\n"
                         "*.alias CNAME a.b.c\n");
  const auto absent = read.find(name("x.example.org"), Type::a);
  CHECK_FALSE(absent.exists);
  CHECK(absent.negative_ttl == std::chrono::seconds(60));
  CHECK(read.find(name("b.c.example.org"), Type::a).exists); // an empty non-terminal
  CHECK(read.find(name("b.c.example.org"), Type::a).records.empty());
  CHECK_FALSE(read.find(name("x.a.b.c.example.org"), Type::a).exists);
  CHECK_FALSE(read.find(name("com"), Type::a).exists);
  CHECK_FALSE(read.find(name(""), Type::a).records.size() == 1);
  CHECK(data(read, "x.wild.example.org", Type::txt) == Strings{"\"found\""});
  CHECK(data(read, "x.y.wild.example.org", Type::mx) == Strings{"5 example.org."});
  CHECK(read.find(name("x.wild.example.org"), Type::a).exists);
  // What exists keeps the wildcard away from itself and from below.
  CHECK(data(read, "there.wild.example.org", Type::txt).empty());
  CHECK_FALSE(read.find(name("x.there.wild.example.org"), Type::txt).exists);
  CHECK(read.find(name("x.alias.example.org"), Type::a).is_alias);
}

TEST_CASE("odd names and bytes in a zone file") {
  const auto read = zone("$ORIGIN example.org.\n"
                         "a\\;b\\(c\\\\d\\\"e A 192.0.2.1\n"
                         "with\\032space A 192.0.2.2\n"
                         "also\\ space A 192.0.2.3\n"
                         "\\@ A 192.0.2.4\n"
                         "100%.{d} A 192.0.2.5\n"
                         "t TXT \"a;b(c)d\\\"e\\\\f\\255\\000g\" \"\"\n"
                         "u TXT \"gr\xC3\xBC\xC3\x9F\"\n"
                         "empty TXT \"\"\n");
  CHECK(data(read, "a;b(c\\d\"e.example.org", Type::a) == Strings{"192.0.2.1"});
  CHECK(data(read, "with space.example.org", Type::a) == Strings{"192.0.2.2"});
  CHECK(data(read, "also space.example.org", Type::a) == Strings{"192.0.2.3"});
  CHECK(data(read, "@.example.org", Type::a) == Strings{"192.0.2.4"});
  CHECK(data(read, "100%.{d}.example.org", Type::a) == Strings{"192.0.2.5"});
  const auto txt = read.find(name("t.example.org"), Type::txt).records.at(0).data;
  CHECK(std::get<dns::Txt>(txt).text == std::string("a;b(c)d\"e\\f\xFF\0g", 14));
  CHECK(dns::to_string(txt) == "\"a;b(c)d\\\"e\\\\f\\255\\000g\"");
  const auto unicode = read.find(name("u.example.org"), Type::txt).records.at(0).data;
  CHECK(std::get<dns::Txt>(unicode).text == "gr\xC3\xBC\xC3\x9F");
  CHECK(data(read, "empty.example.org", Type::txt) == Strings{"\"\""});

  // What is written is read back as the same.
  const std::string long_text(600, 'x');
  for (const auto& value :
       {dns::Data(dns::Txt{long_text}), txt, unicode,
        dns::Data(dns::Mx{7, name("a b;\"(@.example")}), dns::Data(dns::Srv{1, 2, 3, {}})}) {
    const auto text = dns::to_string(value);
    CAPTURE(text);
    const auto type = dns::type_of(value);
    const auto again = zone("x " + std::string(dns::to_string(type)) + " " + text + "\n");
    CHECK(again.find(name("x"), type).records.at(0).data == value);
  }
}

TEST_CASE("marks in a zone file") {
  using Fault = dns::Zone::Fault;
  const auto read = zone(";!secure\n"
                         "$ORIGIN example.org.\n"
                         ";!insecure open\n"
                         ";!secure closed.open\n"
                         ";! bogus b mx\n"
                         ";!servfail s\n"
                         ";!refused r TXT\n"
                         ";!timeout nowhere.example.\n"
                         ";!slow 50 *.slow\n"
                         ";!bogus *.slow TXT\n"
                         "*.slow A 192.0.2.1\n"
                         "b A 192.0.2.1\n");
  const auto find = [&](std::string_view owner, Type type) { return read.find(name(owner), type); };
  CHECK(find("b.example.org", Type::a).secure);
  CHECK(find("x.com", Type::a).secure);
  CHECK_FALSE(find("open.example.org", Type::a).secure);
  CHECK_FALSE(find("x.open.example.org", Type::a).secure);
  CHECK(find("x.closed.open.example.org", Type::a).secure);
  CHECK_FALSE(find("closed.open.example.org", Type::a).exists);
  CHECK(find("b.example.org", Type::mx).fault == Fault::bogus);
  CHECK(find("b.example.org", Type::a).fault == Fault::none);
  CHECK(find("s.example.org", Type::a).fault == Fault::servfail);
  CHECK(find("x.s.example.org", Type::a).fault == Fault::none);
  CHECK(find("r.example.org", Type::txt).fault == Fault::refused);
  CHECK(find("nowhere.example", Type::a).fault == Fault::timeout);
  CHECK(find("x.slow.example.org", Type::a).delay == std::chrono::milliseconds(50));
  CHECK(find("x.slow.example.org", Type::txt).fault == Fault::bogus);
  CHECK_FALSE(zone("").find(name("x"), Type::a).secure);
}

TEST_CASE("errors of a zone file name the line") {
  struct Row {
    std::string_view input;
    std::string_view want; // beginning of the error
  };

  const std::string long_label(64, 'a');
  const std::string long_record = "x TXT " + std::string(70'000, 'y');
  const std::string long_name = "x MX 1 " + std::string(4000, 'y') + ".\n";
  const std::vector<Row> rows = {
      {"a A 192.0.2.1\nb A 192.0.2\n", "line 2: not a record"},
      {"\n\nx NONSENSE y\n", "line 3: not a record"},
      {"x MX mx\n", "line 1: not a record"},
      {"x TXT \"open\ny A 192.0.2.1\n", "line 1: a quote without its end"},
      {"x TXT (\n\"a\"\n", "line 3: the text ends within parentheses"},
      {"x TXT ((\"a\"))\n", "line 1: a parenthesis too many"},
      {"x TXT )\n", "line 1: a parenthesis too many"},
      {"x TXT \\", "line 1: a backslash at the end"},
      {"x TXT a\\\n", "line 1: a backslash at the end of the line"},
      {"x TXT \\256\n", "line 1: a backslash with other"},
      {"x TXT \\25\n", "line 1: a backslash with other"},
      {"$INCLUDE /etc/passwd\n", "line 1: $INCLUDE is not allowed"},
      {"$GENERATE 1-2\n", "line 1: $GENERATE is not allowed"},
      {"$ORIGIN\n", "line 1: $ORIGIN needs one value"},
      {"$ORIGIN a b\n", "line 1: $ORIGIN needs one value"},
      {"$ORIGIN a..b\n", "line 1: not a domain name"},
      {"$TTL x\n", "line 1: $TTL needs"},
      {"a\\.b A 192.0.2.1\n", "line 1: an owner with a dot"},
      {"a\\009 A 192.0.2.1\n", "line 1: an owner with a dot within a label, or with what"},
      {"a MX 1 b\\009\n", "line 1: a record that is not of class IN"},
      {"a CH TXT b\n", "line 1: a record that is not of class IN"},
      {";!nonsense a\n", "line 1: not a mark"},
      {";!bogus\n", "line 1: the mark needs a name"},
      {";!bogus a XX\n", "line 1: not a type"},
      {";!slow a\n", "line 1: slow needs"},
      {";!slow 60001 a\n", "line 1: slow needs"},
      {";!secure a b\n", "line 1: a mark with a word too many"},
      {long_record, "line 1: a record of more than"},
      {long_name, "line 1: not a record"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.input.substr(0, 100));
    const auto parsed = dns::parse_zone(row.input);
    REQUIRE_FALSE(parsed);
    CAPTURE(parsed.error().text);
    CHECK(parsed.error().text.starts_with(row.want));
    CHECK(parsed.error().text.find('\n') == std::string::npos);
  }
  CHECK_FALSE(dns::parse_zone(long_label + " A 192.0.2.1\n"));
  CHECK_FALSE(dns::parse_zone(std::string(dns::zone_text_limit + 1, '\n')));
  CHECK_FALSE(dns::parse_zone(" A 192.0.2.1\nx A\n"));
}
