#include "async/loop.h"
#include "clock/clock.h"
#include "commands.h"
#include "daneverify/tlsa_lookup.h"
#include "dialing.h"
#include "mxlookup/hosts.h"
#include "net/dialer.h"
#include "piping.h"
#include "random/random.h"
#include "resolving.h"
#include "smtpclient/client.h"
#include "smtpclient/host_plan.h"

#include <fmt/format.h>

#include <chrono>
#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace mox::cmd {

namespace {

constexpr std::chrono::seconds lookup_time{30};

struct Wish {
  dns::Name domain;
  std::optional<dns::Name> host; // this one alone
  std::uint16_t port = 25;
  smtpclient::Options options;
};

// What became of a host.
struct Tried {
  std::optional<smtpclient::Client> client;
  int code = exit_fails;
  std::string text;
  ConnectionFacts facts;
};

async::Task<Result<mxlookup::Hosts, mxlookup::Failure>> hosts_of(resolver::Resolver& resolver,
                                                                 const Wish& wish) {
  if (!wish.host) {
    SystemRandom random;
    const auto deadline = SystemClock().steady() + lookup_time;
    co_return co_await mxlookup::find_hosts(resolver, random, wish.domain, deadline);
  }
  // Who names the host needs no proof that it is the domain's.
  mxlookup::Hosts hosts{.domain = wish.domain, .expanded = wish.domain, .authentic = true};
  hosts.all.push_back({*wish.host, 0});
  co_return hosts;
}

async::Task<Tried> connect(const daneverify::Server& server, const daneverify::Records& records,
                           smtpclient::Options options, std::uint16_t port) {
  const SystemClock clock;
  net::SystemDialer dialer;
  Tried tried;
  for (const auto& address : server.addresses) {
    const net::Endpoint remote{address, port};
    auto client = co_await smtpclient::Client::connect(dialer, remote, {}, options, clock);
    if (!client) {
      tried.code = code_of(client.error());
      tried.text = std::move(client.error().text);
      continue;
    }
    tried.facts.add("server", server.host.ascii());
    tried.facts.add("address", remote.to_string());
    tried.facts.add("tlsa-base", records.base.ascii());
    tried.facts.add("tlsa-records", std::to_string(records.records.size()));
    tried.facts.add(client->tls());
    tried.client = *std::move(client);
    break;
  }
  co_return tried;
}

async::Task<Tried> try_host(resolver::Resolver& resolver, const mxlookup::Hosts& hosts,
                            const mxlookup::Host& host, const Wish& wish) {
  const SystemClock clock;
  const auto deadline = clock.steady() + lookup_time;
  Tried tried;
  auto nobody = tls::ClientContext::unverified();
  if (!nobody) {
    tried.text = std::move(nobody.error().text);
    co_return tried;
  }
  const smtpclient::DeliveryContexts contexts{
      .authorities = *nobody, .observing = *nobody, .clock = clock};
  const smtpclient::DeliveryWish delivery{
      .sts = {}, .require_tls = {}, .never_plaintext = true, .port = wish.port};
  const auto plan =
      co_await smtpclient::plan_host(resolver, hosts, host, delivery, contexts, deadline);
  if (plan.problem) {
    tried.code = plan.problem->absent() ? exit_fails : exit_temporary;
    tried.text = plan.problem->text;
    co_return tried;
  }
  if (!plan.decision.verify_dane) {
    const bool later = plan.decision.action == mxpolicy::Action::postpone;
    tried.code = later ? exit_temporary : exit_fails;
    tried.text = plan.records.text;
    co_return tried;
  }
  auto options = wish.options;
  options.server = host.name.ascii();
  options.tls = plan.tls;
  co_return co_await connect(plan.server, plan.records, std::move(options), wish.port);
}

async::Task<int> dial(const cli::Invocation& invocation, resolver::Resolver& resolver, Wish wish) {
  const auto hosts = co_await hosts_of(resolver, wish);
  if (!hosts) {
    const auto code = hosts.error().permanent() ? exit_fails : exit_temporary;
    co_return end(invocation, code, hosts.error().text);
  }
  int code = exit_fails;
  for (const auto& host : hosts->all) {
    auto tried = co_await try_host(resolver, *hosts, host, wish);
    if (tried.client) {
      tried.facts.print(invocation);
      co_await pipe_through(std::move(*tried.client).release(), invocation);
      co_return exit_holds;
    }
    // One that may work later makes the whole worth another try.
    const auto told =
        end(invocation, tried.code, fmt::format("{}: {}", host.name.ascii(), tried.text));
    code = std::max(code, told);
  }
  co_return code;
}

} // namespace

Result<int> dane_dialmx(const cli::Invocation& invocation) {
  auto domain = parse_domain(invocation.argument("DOMAIN"));
  if (!domain) return end(invocation, exit_wrong_use, domain.error().text);
  Wish wish{.domain = *std::move(domain), .host = {}, .port = 25, .options = {}};
  if (const auto text = invocation.argument("HOST"); !text.empty()) {
    auto host = parse_domain(text);
    if (!host) return end(invocation, exit_wrong_use, host.error().text);
    wish.host = *std::move(host);
  }
  const auto port = invocation.integer("--port").value_or(25);
  if (port < 1 || port > std::numeric_limits<std::uint16_t>::max())
    return end(invocation, exit_wrong_use, fmt::format("{} is no port", port));
  wish.port = static_cast<std::uint16_t>(port);
  wish.options.hello = invocation.text("--ehlo-hostname");
  async::Loop loop;
  MOX_TRY_ASSIGN(resolver, make_resolver(invocation, loop.executor()));
  return loop.run(dial(invocation, *resolver, std::move(wish)));
}

} // namespace mox::cmd
