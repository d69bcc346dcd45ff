#include "resolver/stub_resolver.h"

#include "dns/packet.h"
#include "resolver/exchange.h"
#include "resolver/response.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <utility>

namespace mox::resolver {

namespace {

constexpr std::uint16_t dns_port = 53;

// Nothing more can be found out by asking another server.
bool is_final(const Outcome& outcome) {
  return outcome || outcome.error().absent() || outcome.error().problem == Problem::bogus ||
         outcome.error().problem == Problem::unsupported;
}

// Of what several servers have said, or not: the one that says most.
int worth(Problem problem) {
  switch (problem) {
  case Problem::network: return 0;
  case Problem::timeout: return 1;
  case Problem::malformed: return 2;
  case Problem::refused: return 3;
  default: return 4;
  }
}

} // namespace

StubResolver::StubResolver(Options options, Random& random, Cache& cache)
    : options_(std::move(options)), random_(random), cache_(cache) {
  if (options_.servers.empty()) throw std::logic_error("no name server to ask");
}

async::Task<Outcome> StubResolver::query(dns::Name name, dns::Type type, SteadyTime deadline) {
  if (std::chrono::steady_clock::now() >= deadline)
    co_return failure(failed(Problem::timeout, name, type));
  if (auto known = cache_.find(name, type)) co_return *std::move(known);
  auto outcome = co_await ask(name, type, deadline);
  cache_.keep(name, type, outcome);
  co_return outcome;
}

// A server that does not ask others may leave an alias for us to follow.
async::Task<Outcome> StubResolver::ask(dns::Name name, dns::Type type, SteadyTime deadline) {
  auto whole = co_await ask_servers({name, type}, deadline);
  while (whole && whole->records.empty()) {
    auto rest = co_await ask_servers({whole->name, type}, deadline);
    if (!rest) {
      rest.error().authentic = rest.error().authentic && whole->authentic;
      rest.error().ttl = std::min(rest.error().ttl, whole->ttl);
      co_return rest;
    }
    for (const auto& alias : rest->aliases)
      if (std::ranges::find(whole->aliases, alias) != whole->aliases.end())
        co_return failure(failed(Problem::malformed, name, type, "aliases that do not end"));
    std::ranges::move(rest->aliases, std::back_inserter(whole->aliases));
    if (whole->aliases.size() > dns::answer_alias_limit)
      co_return failure(failed(Problem::malformed, name, type, "aliases that do not end"));
    whole->records = std::move(rest->records);
    whole->name = std::move(rest->name);
    whole->authentic = whole->authentic && rest->authentic;
    whole->ttl = std::min(whole->ttl, rest->ttl);
    whole->unreadable = rest->unreadable;
  }
  co_return whole;
}

// An answer without records is an alias whose end the server did not give.
async::Task<Outcome> StubResolver::ask_servers(dns::Question question, SteadyTime deadline) {
  std::optional<Failure> best;
  const auto tries = options_.servers.size() * static_cast<std::size_t>(options_.attempts);
  for (std::size_t i = 0; i < tries; ++i) {
    const auto now = std::chrono::steady_clock::now();
    if (now >= deadline) break;
    // Each server gets its share of what is left, so that the last one is asked too.
    const auto share = (deadline - now) / static_cast<std::int64_t>(tries - i);
    const auto until = now + std::min<SteadyTime::duration>(share, options_.timeout);
    const auto& server = options_.servers[i % options_.servers.size()];
    auto reply = co_await exchange(question, server.endpoint, random_, until);
    const bool trusted = server.trusted || server.endpoint.address.is_loopback();
    auto outcome = reply ? outcome_of(*std::move(reply), question, trusted)
                         : failure(failed(reply.error(), question.name, question.type,
                                          server.endpoint.to_string()));
    if (is_final(outcome)) co_return outcome;
    if (!best || worth(outcome.error().problem) >= worth(best->problem))
      best = std::move(outcome).error();
  }
  if (!best) best = failed(Problem::timeout, question.name, question.type);
  co_return failure(*std::move(best));
}

StubResolver::Options options_of(const ResolvConf& conf) {
  StubResolver::Options options{.timeout = conf.timeout, .attempts = conf.attempts};
  for (const auto& address : conf.servers)
    options.servers.push_back({{address, dns_port}, conf.trust_ad});
  return options;
}

} // namespace mox::resolver
