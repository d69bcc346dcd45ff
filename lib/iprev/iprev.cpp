#include "iprev/iprev.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mox::iprev {

namespace {

// Addresses of the client's family only: others cannot be its own.
async::Task<Result<resolver::Values<net::Address>, resolver::Failure>>
lookup_addresses(resolver::Resolver& resolver, dns::Name name, bool v4, SteadyTime deadline) {
  if (v4) co_return co_await resolver::lookup_a(resolver, std::move(name), deadline);
  co_return co_await resolver::lookup_aaaa(resolver, std::move(name), deadline);
}

std::string listed(const std::vector<dns::Name>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name.ascii();
  return text;
}

} // namespace

std::string_view to_string(Status status) {
  switch (status) {
  case Status::pass: return "pass";
  case Status::fail: return "fail";
  case Status::temperror: return "temperror";
  case Status::permerror: return "permerror";
  }
  return {};
}

async::Task<Outcome> lookup(resolver::Resolver& resolver, net::Address ip, SteadyTime deadline) {
  Outcome outcome;
  auto names = co_await resolver::lookup_ptr(resolver, ip, deadline);
  if (!names) {
    const auto& failure = names.error();
    outcome.status = failure.absent() ? Status::permerror : Status::temperror;
    outcome.authentic = failure.absent() && failure.authentic;
    outcome.problem =
        failure.absent() ? fmt::format("{} has no name", ip.to_string()) : failure.text;
    co_return outcome;
  }
  outcome.names = std::move(names->values);
  outcome.authentic = names->authentic;
  if (outcome.names.size() > name_limit) outcome.names.resize(name_limit);
  bool failed = false;
  for (const auto& name : outcome.names) {
    auto found = co_await lookup_addresses(resolver, name, ip.is_v4(), deadline);
    if (found && std::ranges::find(found->values, ip) != found->values.end()) {
      outcome.status = Status::pass;
      outcome.name = name;
      outcome.authentic = names->authentic && found->authentic;
      outcome.problem.clear();
      co_return outcome;
    }
    outcome.authentic &= found ? found->authentic : found.error().authentic;
    if (!found && !found.error().absent() && !failed) {
      failed = true;
      outcome.problem = found.error().text;
    }
  }
  outcome.status = failed ? Status::temperror : Status::fail;
  if (!failed)
    outcome.problem =
        outcome.names.empty()
            ? fmt::format("the names of {} cannot be read", ip.to_string())
            : fmt::format("{} does not lead back to {}", listed(outcome.names), ip.to_string());
  co_return outcome;
}

} // namespace mox::iprev
