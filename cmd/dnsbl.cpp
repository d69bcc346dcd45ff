#include "dnsbl/dnsbl.h"

#include "async/loop.h"
#include "cli/invocation.h"
#include "clock/clock.h"
#include "commands.h"
#include "json/writer.h"
#include "resolving.h"

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

namespace mox::cmd {

namespace {

constexpr std::chrono::seconds time_limit{30};

int exit_code(dnsbl::Status status) {
  switch (status) {
  case dnsbl::Status::pass: return exit_holds;
  case dnsbl::Status::fail: return exit_fails;
  case dnsbl::Status::temperror: return exit_temporary;
  }
  return exit_fails;
}

Result<dns::Name> zone_of(const cli::Invocation& invocation) {
  const auto text = invocation.argument("ZONE");
  auto name = dns::parse_name(text, {.underscore = true, .trailing_dot = true});
  if (!name)
    return failure(ErrorKind::invalid,
                   fmt::format("\"{}\" is no domain name: {}", text, name.error().text));
  return name;
}

SteadyTime deadline() {
  return SystemClock().steady() + time_limit;
}

void print_text(const cli::Invocation& invocation, const dnsbl::Outcome& outcome) {
  auto* const to = invocation.output();
  fmt::print(to, "status: {}\n", dnsbl::to_string(outcome.status));
  for (const auto& code : outcome.codes) fmt::print(to, "code: {}\n", code.to_string());
  if (!outcome.explanation.empty()) fmt::print(to, "explanation: {}\n", outcome.explanation);
  if (!outcome.problem.empty()) fmt::print(to, "problem: {}\n", outcome.problem);
  fmt::print(to, "dnssec: {}\n", outcome.authentic ? "yes" : "no");
}

void print_json(const cli::Invocation& invocation, const dnsbl::Outcome& outcome) {
  json::Writer json(2);
  json.object();
  json.member("status", dnsbl::to_string(outcome.status));
  json.key("codes").array();
  for (const auto& code : outcome.codes) json.value(code.to_string());
  json.end();
  json.member("explanation", outcome.explanation);
  json.member("problem", outcome.problem);
  json.member("dnssec", outcome.authentic);
  json.end();
  fmt::print(invocation.output(), "{}\n", std::move(json).text());
}

} // namespace

Result<int> dnsbl_check(const cli::Invocation& invocation) {
  const auto zone = zone_of(invocation);
  if (!zone) return wrong_use(invocation, zone.error().text);
  const auto ip = net::Address::parse(invocation.argument("IP"));
  if (!ip)
    return wrong_use(invocation, fmt::format("\"{}\" is no IP address", invocation.argument("IP")));
  async::Loop loop;
  const auto resolver = make_resolver(invocation, loop.executor());
  if (!resolver) return refused(invocation, resolver.error());
  const auto outcome = loop.run(dnsbl::check(**resolver, *zone, *ip, deadline()));
  if (invocation.given("--json"))
    print_json(invocation, outcome);
  else
    print_text(invocation, outcome);
  return exit_code(outcome.status);
}

Result<int> dnsbl_checkhealth(const cli::Invocation& invocation) {
  const auto zone = zone_of(invocation);
  if (!zone) return wrong_use(invocation, zone.error().text);
  const auto family = invocation.given("--ipv6") ? dnsbl::Family::ipv6 : dnsbl::Family::ipv4;
  async::Loop loop;
  const auto resolver = make_resolver(invocation, loop.executor());
  if (!resolver) return refused(invocation, resolver.error());
  const auto health = loop.run(dnsbl::check_health(**resolver, *zone, family, deadline()));
  if (invocation.given("--json")) {
    json::Writer json(2);
    json.object();
    json.member("status", dnsbl::to_string(health.status));
    json.member("problem", health.problem);
    json.end();
    fmt::print(invocation.output(), "{}\n", std::move(json).text());
  } else {
    fmt::print(invocation.output(), "status: {}\n", dnsbl::to_string(health.status));
    if (!health.problem.empty()) fmt::print(invocation.output(), "problem: {}\n", health.problem);
  }
  return exit_code(health.status);
}

} // namespace mox::cmd
