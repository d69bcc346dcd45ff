#include "async/loop.h"
#include "clock/clock.h"
#include "commands.h"
#include "daneverify/tlsa_lookup.h"
#include "dialing.h"
#include "net/dialer.h"
#include "piping.h"
#include "resolving.h"
#include "smtpclient/client.h"

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace mox::cmd {

namespace {

constexpr std::uint16_t smtp_port = 25;
constexpr std::chrono::seconds dial_time{5};
constexpr std::chrono::seconds lookup_time{30};

using smtpclient::TlsPolicy;

struct Wish {
  Target target;
  std::string name; // for SNI and the certificate; "" for an address
  smtpclient::Options options;
};

Result<tls::ClientContext> context_of(const cli::Invocation& invocation) {
  MOX_TRY_ASSIGN(context, trusting_context(invocation));
  const auto text = [&](std::string_view option) { return std::string(invocation.text(option)); };
  MOX_TRY(context.limit({.oldest = text("--tls-version-min"),
                         .newest = text("--tls-version-max"),
                         .ciphers = text("--tls-ciphers"),
                         .cipher_suites = text("--tls-ciphersuites"),
                         .groups = text("--tls-curves"),
                         .tickets = !invocation.given("--tls-no-session-tickets")}));
  if (!invocation.given("--tls-verify")) context.only_observe();
  return context;
}

TlsPolicy policy_of(const cli::Invocation& invocation, tls::ClientContext& context,
                    const std::string& name) {
  if (invocation.given("--no-tls")) return TlsPolicy::none();
  const auto start = invocation.given("--tls-immediate") ? TlsPolicy::Start::immediate
                                                         : TlsPolicy::Start::starttls;
  const bool forced = invocation.given("--force-tls");
  const bool required = forced || start == TlsPolicy::Start::immediate;
  auto policy = invocation.given("--tls-verify") ? TlsPolicy::verified(context, name, start)
                : required ? TlsPolicy::required_unverified(context, name, start)
                           : TlsPolicy::opportunistic(context, name);
  return forced ? policy.insisting() : policy;
}

void trace_to(std::FILE* errors, smtpclient::Options& options) {
  options.trace = [errors](smtpclient::Direction direction, std::string_view line) {
    const bool sent = direction == smtpclient::Direction::sent;
    fmt::print(errors, "{} {}\n", sent ? '>' : '<', line);
  };
}

async::Task<Result<std::vector<net::Address>, resolver::Failure>>
addresses_of(resolver::Resolver& resolver, const Target& target) {
  if (target.address) co_return std::vector{*target.address};
  const auto deadline = SystemClock().steady() + lookup_time;
  auto found = co_await daneverify::find_server(resolver, target.name, deadline);
  if (!found) co_return failure(std::move(found).error());
  co_return std::move(found->addresses);
}

async::Task<int> dial(const cli::Invocation& invocation, resolver::Resolver& resolver, Wish wish) {
  const SystemClock clock;
  auto addresses = co_await addresses_of(resolver, wish.target);
  if (!addresses) {
    const auto code = addresses.error().absent() ? exit_fails : exit_temporary;
    co_return end(invocation, code, addresses.error().text);
  }
  net::SystemDialer dialer;
  smtpclient::Error last;
  for (const auto& address : *addresses) {
    const net::Endpoint remote{address, wish.target.port};
    auto client = co_await smtpclient::Client::connect(dialer, remote, {}, wish.options, clock);
    if (!client) {
      last = std::move(client).error();
      continue;
    }
    ConnectionFacts facts;
    facts.add("server", wish.target.host());
    facts.add("address", remote.to_string());
    facts.add(client->tls());
    facts.print(invocation);
    co_await pipe_through(std::move(*client).release(), invocation);
    co_return exit_holds;
  }
  co_return end(invocation, code_of(last), last.text);
}

} // namespace

Result<int> smtp_dial(const cli::Invocation& invocation) {
  auto target = parse_target(invocation.argument("HOST"), smtp_port);
  if (!target) return end(invocation, exit_wrong_use, target.error().text);
  if (invocation.given("--no-tls") && invocation.given("--force-tls"))
    return end(invocation, exit_wrong_use, "--no-tls and --force-tls contradict each other");
  auto context = context_of(invocation);
  if (!context && context.error().kind == ErrorKind::invalid)
    return end(invocation, exit_wrong_use, context.error().text);
  if (!context) return failure(std::move(context).error());
  std::string name(invocation.text("--remote-hostname"));
  if (name.empty()) name = target->host();
  smtpclient::Options options{.hello = std::string(invocation.text("--ehlo-hostname")),
                              .server = target->host(),
                              .tls = policy_of(invocation, *context, name)};
  options.timeouts.connect = dial_time;
  if (invocation.given("--trace")) trace_to(invocation.errors(), options);
  async::Loop loop;
  MOX_TRY_ASSIGN(resolver, make_resolver(invocation, loop.executor()));
  Wish wish{*std::move(target), std::move(name), std::move(options)};
  return loop.run(dial(invocation, *resolver, std::move(wish)));
}

} // namespace mox::cmd
