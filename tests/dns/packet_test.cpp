#include "dns/packet.h"
#include "support/catch.h"
#include "text/base64.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox;
using namespace std::string_literals;
using dns::Question;
using dns::Rcode;
using dns::ResponseFault;
using dns::Type;

namespace {

constexpr std::uint16_t id = 0x1234;

dns::Name name(std::string_view text) {
  const auto parsed = dns::parse_name(text, {.any_printable = true});
  REQUIRE(parsed);
  return *parsed;
}

std::string number(unsigned value) {
  return {static_cast<char>(value >> 8U), static_cast<char>(value & 0xffU)};
}

std::string wire(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto label = text.substr(0, text.find('.'));
    result += static_cast<char>(label.size());
    result += label;
    text.remove_prefix(std::min(label.size() + 1, text.size()));
  }
  return result + '\0';
}

std::string record(std::string_view owner, unsigned type, unsigned ttl, const std::string& data) {
  return wire(owner) + number(type) + number(1) + number(ttl >> 16U) + number(ttl & 0xffffU) +
         number(static_cast<unsigned>(data.size())) + data;
}

struct Parts {
  unsigned flags = 0x8180; // a response, RD, RA
  unsigned id = 0x1234;
  std::vector<std::string> answer;
  std::vector<std::string> authority;
  std::vector<std::string> additional;
};

std::string joined(const std::vector<std::string>& records) {
  std::string result;
  for (const auto& one : records) result += one;
  return result;
}

const std::string mx_question = wire("example.org") + number(15) + number(1);

std::string packet(const Parts& parts, const std::string& question = mx_question) {
  const auto count = [](const auto& list) { return number(static_cast<unsigned>(list.size())); };
  return number(parts.id) + number(parts.flags) + number(question.empty() ? 0 : 1) +
         count(parts.answer) + count(parts.authority) + count(parts.additional) + question +
         joined(parts.answer) + joined(parts.authority) + joined(parts.additional);
}

const Question asked{*dns::parse_name("example.org"), Type::mx};

Result<dns::Response, ResponseFault> parse(const std::string& bytes) {
  return dns::parse_response(bytes, dns::make_query(asked, {.id = id}), asked);
}

std::string mx(unsigned preference, std::string_view host) {
  return number(preference) + wire(host);
}

const std::string soa = wire("ns.example.org") + wire("x.example.org") + std::string(16, '\0') +
                        number(0) + number(120);

} // namespace

TEST_CASE("a question as bytes") {
  CHECK(text::hex_encode(dns::make_query(asked, {.id = id})) ==
        "123401200001000000000001"           // header: RD, AD
        "076578616d706c65036f726700000f0001" // the question
        "00002904d0000080000000");           // OPT: 1232 bytes, DO
  CHECK(text::hex_encode(dns::make_query({{}, Type::ns}, {.id = 1, .edns = false})) ==
        "0001012000010000000000000000020001");
}

TEST_CASE("answers that are read") {
  const auto response = parse(packet({.flags = 0x81a0,
                                      .answer = {record("example.org", 15, 300, mx(10, "mx1.a")),
                                                 record("EXAMPLE.org", 15, 200, mx(20, ""))}}));
  REQUIRE(response);
  CHECK(response->rcode == Rcode::noerror);
  CHECK(response->authentic);
  REQUIRE(response->records.size() == 2);
  CHECK(dns::to_string(response->records[0].data) == "10 mx1.a.");
  CHECK(dns::to_string(response->records[1].data) == "20 .");
  CHECK(response->records[1].owner == asked.name);
  CHECK(response->ttl == std::chrono::seconds(200));
  CHECK(response->aliases.empty());
  CHECK(response->name == asked.name);
}

TEST_CASE("aliases are followed within the answer section alone") {
  const auto cname = [](std::string_view from, std::string_view to, unsigned ttl) {
    return record(from, 5, ttl, wire(to));
  };
  const auto response = parse(
      packet({.answer = {record("c.example", 15, 50, mx(1, "mx")), // before its alias
                         cname("example.org", "b.example", 60), cname("b.example", "c.example", 40),
                         record("other.example", 15, 1, mx(9, "evil"))},
              .additional = {record("example.org", 15, 1, mx(9, "evil"))}}));
  REQUIRE(response);
  REQUIRE(response->records.size() == 1);
  CHECK(response->records[0].owner == name("c.example"));
  CHECK(response->name == name("c.example"));
  CHECK(response->aliases == std::vector{name("example.org"), name("b.example")});
  CHECK(response->ttl == std::chrono::seconds(40));

  SECTION("a loop") {
    CHECK(parse(packet({.answer = {cname("example.org", "b.example", 1),
                                   cname("b.example", "example.org", 1)}}))
              .error() == ResponseFault::malformed);
    CHECK(parse(packet({.answer = {cname("example.org", "example.org", 1)}})).error() ==
          ResponseFault::malformed);
  }

  SECTION("as long as allowed, and longer") {
    std::vector<std::string> chain;
    std::string from = "example.org";
    for (std::size_t i = 0; i < dns::answer_alias_limit; ++i) {
      const auto to = "x" + std::to_string(i);
      chain.push_back(cname(from, to, 10));
      from = to;
    }
    auto whole = chain;
    whole.push_back(record(from, 15, 10, mx(1, "mx")));
    CHECK(parse(packet({.answer = whole}))->records.size() == 1);
    chain.push_back(cname(from, "end", 10));
    CHECK(parse(packet({.answer = chain})).error() == ResponseFault::malformed);
  }
}

TEST_CASE("answers without records") {
  const auto with_soa = parse(packet({.authority = {record("org", 6, 60, soa)}}));
  REQUIRE(with_soa);
  CHECK(with_soa->records.empty());
  CHECK(with_soa->negative_ttl == std::chrono::seconds(60));
  const auto minimum = parse(packet({.flags = 0x8183, .authority = {record("org", 6, 600, soa)}}));
  CHECK(minimum->rcode == Rcode::nxdomain);
  CHECK(minimum->negative_ttl == std::chrono::seconds(120));
  CHECK_FALSE(parse(packet({.authority = {record("com", 6, 60, soa)}}))->negative_ttl);
  CHECK_FALSE(parse(packet({}))->negative_ttl);
  CHECK_FALSE(parse(packet({}))->is_referral);
  const auto ns = record("org", 2, 60, wire("ns.org"));
  CHECK(parse(packet({.flags = 0x8100, .authority = {ns}}))->is_referral);
  CHECK_FALSE(parse(packet({.flags = 0x8180, .authority = {ns}}))->is_referral);
  CHECK_FALSE(parse(packet({.flags = 0x8500, .authority = {ns}}))->is_referral);
}

TEST_CASE("records that cannot be understood are counted") {
  const auto response = parse(packet({.answer = {record("example.org", 15, 1, mx(1, "good")),
                                                 record("example.org", 15, 1, mx(1, "b\tad")),
                                                 record("example.org", 15, 1,
                                                        number(1) +
                                                            "\x03"
                                                            "a.b"s +
                                                            '\0')}}));
  REQUIRE(response);
  CHECK(response->records.size() == 1);
  CHECK(response->unreadable == 2);
  // An alias to such a name leads nowhere.
  CHECK_FALSE(parse(packet({.answer = {record("example.org", 5, 1, wire("b\tad"))}})));
}

TEST_CASE("TTLs") {
  const auto negative =
      parse(packet({.answer = {record("example.org", 15, 0x80000000, mx(1, "a"))}}));
  REQUIRE(negative);
  CHECK(negative->ttl == std::chrono::seconds(0));
  CHECK(negative->records.at(0).ttl == std::chrono::seconds(0));
}

TEST_CASE("answers to something else are foreign") {
  const std::vector<std::string> rows = {
      "",
      "\x12\x34",
      packet({.id = 0x1235}),
      packet({.flags = 0x0180}),                                // a question
      packet({.flags = 0x8980}),                                // another opcode
      packet({}, wire("example.com") + number(15) + number(1)), // another name
      packet({}, wire("example.org") + number(16) + number(1)), // another type
      packet({}, wire("example.org") + number(15) + number(3)), // another class
      packet({}, ""),                                           // no question
      packet({}).substr(0, 20),                                 // cut within it
      number(id) + number(0x8180) + number(2) + std::string(6, '\0') + mx_question + mx_question,
  };
  for (const auto& row : rows) {
    CAPTURE(text::hex_encode(row));
    const auto response = parse(row);
    REQUIRE_FALSE(response);
    CHECK(response.error() == ResponseFault::foreign);
  }
  CHECK(parse(packet({}, wire("eXAMPLE.ORG") + number(15) + number(1))));
  // One that does not know EDNS need not repeat the question.
  const auto formerr = parse(packet({.flags = 0x8181}, ""));
  REQUIRE(formerr);
  CHECK(formerr->rcode == Rcode::formerr);
}

TEST_CASE("malformed and truncated answers") {
  const auto whole = packet({.answer = {record("example.org", 15, 1, mx(1, "good"))}});
  for (auto size = 12 + mx_question.size(); size < whole.size(); ++size) {
    CAPTURE(size);
    CHECK(parse(whole.substr(0, size)).error() == ResponseFault::malformed);
  }
  auto truncated = whole;
  truncated[2] = static_cast<char>(truncated[2] | 0x02);
  for (auto size = 12 + mx_question.size(); size <= truncated.size(); ++size) {
    CAPTURE(size);
    const auto response = parse(truncated.substr(0, size));
    REQUIRE(response);
    CHECK(response->truncated);
    CHECK(response->records.empty());
  }
  // A compressed name that points at itself.
  CHECK_FALSE(parse(number(id) + number(0x8180) + number(1) + number(1) + std::string(4, '\0') +
                    mx_question + "\xc0\x1d" + std::string(10, '\0')));
  CHECK_FALSE(dns::parse_trusted_response(std::string(70'000, '\0'), asked));
}

TEST_CASE("codes and extended errors") {
  const auto option = [](unsigned code, const std::string& value) {
    return number(code) + number(static_cast<unsigned>(value.size())) + value;
  };
  const auto opt = [](unsigned extended_rcode, const std::string& options) {
    return "\0"s + number(41) + number(1232) + number(extended_rcode << 8U) + number(0x8000) +
           number(static_cast<unsigned>(options.size())) + options;
  };
  const auto response =
      parse(packet({.flags = 0x8182,
                    .additional = {opt(0, option(10, "cookie!!") +
                                              option(15, number(7) + "sig\x1b[31m"s + '\0') +
                                              option(15, number(22)) + option(15, "x"))}}));
  REQUIRE(response);
  CHECK(response->rcode == Rcode::servfail);
  REQUIRE(response->extended_errors.size() == 2);
  CHECK(dns::to_string(response->extended_errors[0]) == "signature expired: sig?[31m");
  CHECK(dns::to_string(response->extended_errors[1]) == "no reachable authority");
  CHECK(dns::is_dnssec_failure(response->extended_errors[0]));
  CHECK_FALSE(dns::is_dnssec_failure(response->extended_errors[1]));
  CHECK(dns::to_string({.code = 999, .text = {}}) == "extended error 999");
  CHECK(parse(packet({.additional = {opt(1, "")}}))->rcode == Rcode::other); // BADVERS
  CHECK(parse(packet({.flags = 0x8185}))->rcode == Rcode::refused);
  CHECK(parse(packet({.flags = 0x8189}))->rcode == Rcode::other);
  // No more than a few.
  std::string many;
  for (int i = 0; i < 100; ++i) many += option(15, number(6));
  CHECK(parse(packet({.additional = {opt(0, many)}}))->extended_errors.size() == 4);
}

TEST_CASE("all types of records are read from bytes") {
  struct Row {
    Type type;
    std::string data;
    std::string_view want; // empty: it cannot be read
  };

  const std::vector<Row> rows = {
      {Type::a, "\xc0\x00\x02\x01"s, "192.0.2.1"},
      {Type::aaaa, "\x20\x01\x0d\xb8"s + std::string(12, '\0'), "2001:db8::"},
      {Type::ns, wire("ns.a"), "ns.a."},
      {Type::ptr, wire("host.a"), "host.a."},
      {Type::soa, soa, "ns.example.org. x.example.org. 0 0 0 0 120"},
      {Type::txt,
       "\x02"
       "ab\x01"
       "c"s,
       "\"abc\""},
      {Type::txt, "\0"s, "\"\""},
      {Type::srv, number(1) + number(2) + number(3) + wire("a"), "1 2 3 a."},
      {Type::tlsa, "\x03\x01\x01\xab\xcd"s, "3 1 1 abcd"},
      {Type::tlsa, "\x03\x01\x01"s, "3 1 1 "},
      {Type::cname, wire("a"), "a."},
  };
  for (const auto& row : rows) {
    CAPTURE(dns::to_string(row.type), text::hex_encode(row.data));
    const Question question{name("x"), row.type};
    const auto type = static_cast<unsigned>(row.type);
    const auto bytes =
        packet({.answer = {record("x", type, 1, row.data)}}, wire("x") + number(type) + number(1));
    const auto response = dns::parse_trusted_response(bytes, question);
    REQUIRE(response);
    REQUIRE(response->records.size() == 1);
    CHECK(dns::to_string(response->records[0].data) == row.want);
  }
}
