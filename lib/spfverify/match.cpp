// The mechanisms (RFC 7208 section 5).
#include "spfverify/check.h"

#include <fmt/format.h>

#include <algorithm>

namespace mox::spfverify {

using spf::Mechanism;
using spf::Verdict;

async::Task<Check::Tried<Check::Match>> Check::match(dns::Name domain,
                                                     const spf::Directive& directive) {
  switch (directive.mechanism) {
  case Mechanism::all: co_return Match{.matches = true};
  case Mechanism::ip4:
    co_return Match{.matches = spf::in_network(ip_, directive.network, directive.prefix4)};
  case Mechanism::ip6:
    co_return Match{.matches = spf::in_network(ip_, directive.network, directive.prefix6)};
  default: co_return co_await match_asking(std::move(domain), directive);
  }
}

async::Task<Check::Tried<Check::Match>> Check::match_asking(dns::Name domain,
                                                            const spf::Directive& directive) {
  if (auto counted = count_term(); !counted) co_return std::unexpected(counted.error());
  auto name = co_await target(std::move(domain), directive.domain);
  if (!name) co_return std::unexpected(name.error());
  if (!*name) {
    // RFC 7208 section 4.8: not a name, so that there is nothing. An include of nothing is an
    // error.
    if (directive.mechanism != Mechanism::include) co_return Match{};
    co_return std::unexpected(
        Trouble{Verdict::permerror, "the target of the include is no domain name"});
  }
  switch (directive.mechanism) {
  case Mechanism::include: co_return co_await match_include(**name);
  case Mechanism::a: co_return co_await match_a(**name, directive);
  case Mechanism::mx: co_return co_await match_mx(**name, directive);
  case Mechanism::ptr: co_return co_await match_ptr(**name);
  default: co_return co_await match_exists(**name);
  }
}

// The table of RFC 7208 section 5.2.
async::Task<Check::Tried<Check::Match>> Check::match_include(dns::Name target) {
  auto decision = co_await check_host(target);
  switch (decision.verdict) {
  case Verdict::pass:
    co_return Match{
        .matches = true, .reason = std::move(decision.reason), .steps = std::move(decision.steps)};
  case Verdict::temperror:
  case Verdict::permerror:
    co_return std::unexpected(Trouble{decision.verdict, std::move(decision.problem)});
  case Verdict::none:
    co_return std::unexpected(Trouble{Verdict::permerror, "include: " + decision.problem});
  default: co_return Match{};
  }
}

async::Task<Check::Tried<Check::Match>> Check::match_a(dns::Name target,
                                                       const spf::Directive& directive) {
  auto found = co_await addresses(target);
  if (!found) {
    if (auto absent = absent_or_trouble(found.error()); !absent)
      co_return std::unexpected(absent.error());
    co_return Match{};
  }
  for (const auto& address : *found) {
    if (!in_network(address, directive)) continue;
    co_return Match{.matches = true,
                    .reason =
                        fmt::format("{} has the address {}", target.ascii(), address.to_string())};
  }
  co_return Match{};
}

async::Task<Check::Tried<Check::Match>> Check::match_mx(dns::Name target,
                                                        const spf::Directive& directive) {
  ++outcome_.queries;
  auto hosts = co_await resolver::lookup_mx(resolver_, target, deadline_);
  note(hosts ? hosts->authentic : hosts.error().authentic);
  if (!hosts) {
    if (auto absent = absent_or_trouble(hosts.error()); !absent)
      co_return std::unexpected(absent.error());
    co_return Match{};
  }
  if (hosts->values.size() > request_.limits.mx_hosts)
    co_return std::unexpected(Trouble{
        Verdict::permerror, fmt::format("{} has more than {} mail hosts (RFC 7208 section 4.6.4)",
                                        target.ascii(), request_.limits.mx_hosts)});
  for (const auto& host : hosts->values) {
    if (host.host.empty()) continue; // RFC 7505
    auto matched = co_await match_a(host.host, directive);
    if (!matched || matched->matches) co_return matched;
  }
  co_return Match{};
}

async::Task<Check::Tried<Check::Match>> Check::match_ptr(dns::Name target) {
  co_await validate_names();
  for (const auto& name : *validated_) {
    if (!name.is_same_or_below(target)) continue;
    co_return Match{.matches = true,
                    .reason = fmt::format("the client is called {}", name.ascii())};
  }
  co_return Match{};
}

// An A look-up, whatever the client's family.
async::Task<Check::Tried<Check::Match>> Check::match_exists(dns::Name target) {
  ++outcome_.queries;
  auto found = co_await resolver::lookup_a(resolver_, target, deadline_);
  note(found ? found->authentic : found.error().authentic);
  if (found) co_return Match{.matches = true, .reason = fmt::format("{} exists", target.ascii())};
  if (auto absent = absent_or_trouble(found.error()); !absent)
    co_return std::unexpected(absent.error());
  co_return Match{};
}

async::Task<Result<std::vector<net::Address>, resolver::Failure>> Check::addresses(dns::Name name) {
  ++outcome_.queries;
  Result<resolver::Values<net::Address>, resolver::Failure> found;
  if (ip_.v6)
    found = co_await resolver::lookup_aaaa(resolver_, name, deadline_);
  else
    found = co_await resolver::lookup_a(resolver_, name, deadline_);
  note(found ? found->authentic : found.error().authentic);
  if (!found) co_return std::unexpected(std::move(found).error());
  co_return std::move(found->values);
}

bool Check::in_network(const net::Address& address, const spf::Directive& directive) const {
  return spf::in_network(ip_, to_spf(address), ip_.v6 ? directive.prefix6 : directive.prefix4);
}

} // namespace mox::spfverify
