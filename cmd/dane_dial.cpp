#include "async/loop.h"
#include "clock/clock.h"
#include "commands.h"
#include "dane/tlsa.h"
#include "daneverify/tlsa_lookup.h"
#include "daneverify/verifier.h"
#include "dialing.h"
#include "net/dialer.h"
#include "piping.h"
#include "resolving.h"

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mox::cmd {

namespace {

constexpr std::chrono::seconds lookup_time{30};
constexpr std::chrono::seconds dial_time{30};

Result<unsigned> parse_usages(std::string_view text) {
  unsigned usages = 0;
  while (!text.empty()) {
    const auto end = std::min(text.find(','), text.size());
    MOX_TRY_ASSIGN(usage, dane::parse_usage(text.substr(0, end)));
    if (usage > static_cast<std::uint8_t>(dane::Usage::dane_ee))
      return failure(ErrorKind::invalid, fmt::format("the usage {} has no meaning", usage));
    usages |= 1u << usage;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (usages == 0) return failure(ErrorKind::invalid, "--usages names no usage");
  return usages;
}

struct Wish {
  dns::Name host;
  std::uint16_t port = 0;
  unsigned usages = 0;
};

std::vector<dns::Tlsa> allowed(std::vector<dns::Tlsa> records, unsigned usages) {
  std::erase_if(records,
                [&](const dns::Tlsa& record) { return ((usages >> record.usage) & 1u) == 0; });
  return records;
}

int end_without_records(const cli::Invocation& invocation, const daneverify::Records& records) {
  const bool later = records.state == mxpolicy::Dane::unknown;
  const auto text = records.text.empty() ? "no TLSA record has an allowed usage" : records.text;
  return end(invocation, later ? exit_temporary : exit_fails, text);
}

async::Task<Result<net::Connection>> connect(const daneverify::Server& server, const Wish& wish,
                                             tls::ClientContext& context, std::string name,
                                             int& code) {
  const SystemClock clock;
  net::SystemDialer dialer;
  Error last{.kind = ErrorKind::temporary, .text = "there is no address"};
  for (const auto& address : server.addresses) {
    const auto deadline = clock.steady() + dial_time;
    auto connection = co_await dialer.connect({address, wish.port}, {}, deadline);
    code = exit_temporary;
    if (!connection) {
      last = std::move(connection).error();
      continue;
    }
    auto secured = co_await connection->start_tls_client(context, name, deadline);
    if (secured) co_return connection;
    code = exit_fails;
    last = std::move(secured).error();
  }
  co_return failure(std::move(last));
}

async::Task<int> dial(const cli::Invocation& invocation, resolver::Resolver& resolver,
                      tls::ClientContext& trusted, Wish wish) {
  const SystemClock clock;
  const auto deadline = clock.steady() + lookup_time;
  auto server = co_await daneverify::find_server(resolver, wish.host, deadline);
  if (!server) {
    const auto code = server.error().absent() ? exit_fails : exit_temporary;
    co_return end(invocation, code, server.error().text);
  }
  auto records = co_await daneverify::find_records(resolver, *server, wish.port, deadline);
  records.records = allowed(std::move(records.records), wish.usages);
  if (records.records.empty()) co_return end_without_records(invocation, records);
  const auto names = daneverify::names_for(records, *server, wish.host, wish.host);
  dane::Expectation expectation{
      .names = names, .now = {}, .usages = wish.usages, .authorities = trusted.authorities_store()};
  auto context = tls::ClientContext::checked_by(
      std::make_shared<const daneverify::Verifier>(records.records, std::move(expectation), clock));
  if (!context) co_return end(invocation, exit_fails, context.error().text);
  int code = exit_temporary;
  auto connection = co_await connect(*server, wish, *context, names.front().ascii(), code);
  if (!connection) co_return end(invocation, code, connection.error().text);
  ConnectionFacts facts;
  facts.add("server", wish.host.ascii());
  facts.add("address", connection->peer().to_string());
  facts.add("tlsa-base", records.base.ascii());
  facts.add("tlsa-records", std::to_string(records.records.size()));
  facts.add(connection->tls());
  facts.print(invocation);
  co_await pipe_through(*std::move(connection), invocation);
  co_return exit_holds;
}

} // namespace

Result<int> dane_dial(const cli::Invocation& invocation) {
  auto target = parse_target(invocation.argument("HOST:PORT"), {});
  if (target && target->address)
    target = failure(ErrorKind::invalid, "DANE needs the name of a host, not an address");
  if (!target) return end(invocation, exit_wrong_use, target.error().text);
  const auto usages = parse_usages(invocation.text("--usages"));
  if (!usages) return end(invocation, exit_wrong_use, usages.error().text);
  MOX_TRY_ASSIGN(trusted, trusting_context(invocation));
  async::Loop loop;
  MOX_TRY_ASSIGN(resolver, make_resolver(invocation, loop.executor()));
  Wish wish{std::move(target->name), target->port, *usages};
  return loop.run(dial(invocation, *resolver, trusted, std::move(wish)));
}

} // namespace mox::cmd
