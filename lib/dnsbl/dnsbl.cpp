#include "dnsbl/dnsbl.h"

#include "text/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace mox::dnsbl {

namespace {

// "2.0.0.127" before the zone; nothing when that is too long for a name.
std::optional<dns::Name> entry(std::string_view reversed, const dns::Name& zone) {
  const auto name =
      dns::parse_name(fmt::format("{}.{}", reversed, zone.ascii()), {.any_printable = true});
  return name ? std::optional(*name) : std::nullopt;
}

bool is_code(const net::Address& address) {
  return address.is_v4() && address.bytes()[12] == 127;
}

// 127.255.255.252 to 255: a query through a public resolver, too many queries, a typing error in
// the zone's name.
bool is_refusal(const net::Address& address) {
  return is_code(address) && address.bytes()[13] == 255 && address.bytes()[14] == 255;
}

std::string joined(const std::vector<net::Address>& addresses) {
  std::string text;
  for (const auto& address : addresses) text += (text.empty() ? "" : ", ") + address.to_string();
  return text;
}

std::string explanation(const std::vector<std::string>& texts) {
  std::string all;
  for (const auto& text : texts) {
    if (all.size() >= explanation_limit) break;
    if (!all.empty()) all += "; ";
    all += text.substr(0, explanation_limit);
  }
  if (all.size() > explanation_limit) all.resize(explanation_limit);
  for (char& c : all)
    if (!text::is_printable(c)) c = '?';
  return all;
}

// What the addresses of an entry mean.
Outcome judge(const dns::Name& zone, std::vector<net::Address> addresses) {
  Outcome outcome;
  if (std::ranges::any_of(addresses, is_refusal))
    outcome.problem = fmt::format("{} does not answer our queries ({}): it may not serve this "
                                  "resolver, or want a key in the name",
                                  zone.ascii(), joined(addresses));
  else if (!std::ranges::any_of(addresses, is_code))
    outcome.problem = fmt::format("{} answers {}, which is not in 127.0.0.0/8: it is no blocklist",
                                  zone.ascii(), joined(addresses));
  else
    outcome.status = Status::fail;
  outcome.codes = std::move(addresses);
  return outcome;
}

async::Task<Outcome> check_entry(resolver::Resolver& resolver, dns::Name zone, std::string reversed,
                                 SteadyTime deadline) {
  const auto name = entry(reversed, zone);
  if (!name)
    co_return Outcome{.problem = fmt::format("{} is too long for a blocklist", zone.ascii())};
  auto found = co_await resolver::lookup_a(resolver, *name, deadline);
  if (!found) {
    auto& failure = found.error();
    if (failure.absent()) co_return Outcome{.status = Status::pass, .authentic = failure.authentic};
    co_return Outcome{.problem = std::move(failure.text)};
  }
  auto outcome = judge(zone, std::move(found->values));
  outcome.authentic = found->authentic;
  if (outcome.status != Status::fail) co_return outcome;
  // Without a text it is listed all the same (RFC 5782 section 2.1).
  auto texts = co_await resolver::lookup_txt(resolver, *name, deadline);
  if (texts) outcome.explanation = explanation(texts->values);
  co_return outcome;
}

// Of the entries for tests (RFC 5782 section 5): the last number is 1 or 2.
std::string test_entry(Family family, char last) {
  if (family == Family::ipv4) return std::string(1, last) + ".0.0.127";
  std::string nibbles = std::string(1, last) + ".0.0.0.0.0.f.7.f.f.f.f";
  for (int i = 0; i < 20; ++i) nibbles += ".0";
  return nibbles;
}

} // namespace

std::string_view to_string(Status status) {
  switch (status) {
  case Status::pass: return "pass";
  case Status::fail: return "fail";
  case Status::temperror: return "temperror";
  }
  return {};
}

async::Task<Outcome> check(resolver::Resolver& resolver, dns::Name zone, net::Address ip,
                           SteadyTime deadline) {
  auto reversed = resolver::reversed(ip);
  co_return co_await check_entry(resolver, std::move(zone), std::move(reversed), deadline);
}

async::Task<Health> check_health(resolver::Resolver& resolver, dns::Name zone, Family family,
                                 SteadyTime deadline) {
  const bool v4 = family == Family::ipv4;
  const auto absent = co_await check_entry(resolver, zone, test_entry(family, '1'), deadline);
  if (absent.status == Status::temperror) co_return Health{.problem = absent.problem};
  if (absent.status == Status::fail)
    co_return Health{.status = Status::fail,
                     .problem = fmt::format("{} lists {}, so it lists everything", zone.ascii(),
                                            v4 ? "127.0.0.1" : "::ffff:7f00:1")};
  const auto present = co_await check_entry(resolver, zone, test_entry(family, '2'), deadline);
  if (present.status == Status::temperror) co_return Health{.problem = present.problem};
  if (present.status == Status::pass)
    co_return Health{.status = Status::fail,
                     .problem = fmt::format("{} does not list {}, so it lists nothing",
                                            zone.ascii(), v4 ? "127.0.0.2" : "::ffff:7f00:2")};
  co_return Health{.status = Status::pass};
}

} // namespace mox::dnsbl
