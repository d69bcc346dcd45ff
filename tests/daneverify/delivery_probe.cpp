// What a delivery would do, short of handing over a message: delivery_probe RESOLVER DOMAIN
// SMTP-PORT CA-FILE CONNECT-TO REQUIRE-TLS, with "127.0.0.1:5353", "example.org", "2525", a file in
// PEM, "HOST:443:127.0.0.1:8443" or "-", and "null", "true" or "false". Prints a line for each
// host.
#include "async/loop.h"
#include "async/pool.h"
#include "clock/clock.h"
#include "file/file.h"
#include "httpclient/curl_client.h"
#include "mtastsfetch/policies.h"
#include "mxlookup/hosts.h"
#include "net/dialer.h"
#include "random/random.h"
#include "resolver/cache.h"
#include "resolver/stub_resolver.h"
#include "smtpclient/client.h"
#include "smtpclient/host_plan.h"
#include "text/ascii.h"
#include "tls/session.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace mox;
using namespace std::chrono_literals;

namespace {

struct Arguments {
  net::Endpoint resolver;
  dns::Name domain;
  std::uint16_t port = 0;
  std::string authorities;
  std::vector<std::string> connect_to;
  std::optional<bool> require_tls;
};

std::string_view shown(const smtpclient::TlsPolicy& tls) {
  using Demand = smtpclient::TlsPolicy::Demand;
  if (tls.verifies()) return "verified";
  return tls.demand() == Demand::required ? "required" : "opportunistic";
}

struct Probe {
  const Arguments& arguments;
  resolver::Resolver& resolver;
  httpclient::Client& web;
  const smtpclient::DeliveryContexts& contexts;
  SystemClock clock;
  SystemRandom random;
};

// "TLS", "plaintext" or why not.
async::Task<std::string> converse(Probe& probe, const smtpclient::HostPlan& plan,
                                  smtpclient::TlsPolicy tls, smtpclient::Error& error) {
  net::SystemDialer dialer;
  smtpclient::Options options{
      .hello = "client.example", .server = plan.server.host.ascii(), .tls = std::move(tls)};
  options.timeouts.handshake = 3s;
  options.timeouts.greeting = 3s;
  const net::Endpoint remote{plan.server.addresses.front(), probe.arguments.port};
  auto client = co_await smtpclient::Client::connect(dialer, remote, {}, options, probe.clock);
  if (!client) {
    error = std::move(client).error();
    std::string text(error.cause == smtpclient::Cause::tls ? "tls" : "error");
    if (error.tls) text += fmt::format(" {} {}", error.tls->result_type, error.tls->reason);
    co_return text;
  }
  std::string text = client->tls() != nullptr ? "TLS" : "plaintext";
  if (client->tls() != nullptr && client->tls()->certificate_problem) {
    const auto seen = smtpclient::tls_failure(*client->tls()->certificate_problem);
    text += fmt::format(" (seen: {})", seen.result_type);
  }
  if (plan.decision.say_require_tls)
    text += client->extensions().require_tls ? " REQUIRETLS" : " without REQUIRETLS";
  co_await client->quit();
  co_return text;
}

async::Task<> deliver(Probe& probe, const smtpclient::HostPlan& plan, std::string& line) {
  line += fmt::format("; {}", shown(plan.tls));
  smtpclient::Error error;
  line += "; " + co_await converse(probe, plan, plan.tls, error);
  if (error.cause != smtpclient::Cause::tls || !plan.decision.may_retry_plaintext) co_return;
  smtpclient::Error second;
  line += "; again: " + co_await converse(probe, plan, smtpclient::TlsPolicy::none(), second);
}

async::Task<> probe_domain(Probe& probe) {
  const auto& arguments = probe.arguments;
  mtastsfetch::MemoryCache cache;
  mtastsfetch::Policies policies(probe.resolver, probe.web, cache, probe.clock);
  auto sts = co_await policies.get(arguments.domain);
  if (!sts && arguments.require_tls != false) {
    fmt::print("postponed: {}\n", sts.error().text);
    co_return;
  }
  if (sts && !sts->result_type.empty())
    fmt::print("mta-sts: {} {}\n", sts->result_type, sts->reason);
  const auto deadline = probe.clock.steady() + 30s;
  const auto hosts =
      co_await mxlookup::find_hosts(probe.resolver, probe.random, arguments.domain, deadline);
  if (!hosts) {
    fmt::print("{}: {}\n", hosts.error().permanent() ? "failed" : "postponed", hosts.error().text);
    co_return;
  }
  const smtpclient::DeliveryWish wish{.sts = sts ? sts->policy : std::nullopt,
                                      .require_tls = arguments.require_tls,
                                      .never_plaintext = false,
                                      .port = arguments.port};
  for (const auto& host : hosts->all) {
    const auto plan = co_await smtpclient::plan_host(probe.resolver, *hosts, host, wish,
                                                     probe.contexts, deadline);
    auto line = fmt::format("{}: {}", host.name.ascii(), to_string(plan.decision.action));
    if (plan.problem) {
      fmt::print("{}: no address\n", host.name.ascii());
      continue;
    }
    if (!plan.records.result_type.empty()) line += " " + plan.records.result_type;
    if (plan.decision.report_sts_mismatch) line += " mismatch";
    if (plan.decision.action == mxpolicy::Action::deliver) co_await deliver(probe, plan, line);
    fmt::print("{}\n", line);
  }
}

std::optional<Arguments> read(int count, char** words) {
  if (count != 7) return std::nullopt;
  const std::string_view endpoint(words[1]);
  const auto colon = endpoint.rfind(':');
  const auto address = net::Address::parse(endpoint.substr(0, colon));
  const auto port = text::parse_number<std::uint16_t>(endpoint.substr(colon + 1));
  auto domain = dns::parse_name(words[2]);
  const auto smtp = text::parse_number<std::uint16_t>(words[3]);
  if (!address || !port || !domain || !smtp) return std::nullopt;
  Arguments arguments{.resolver = {*address, *port},
                      .domain = *std::move(domain),
                      .port = *smtp,
                      .authorities = words[4],
                      .connect_to = {},
                      .require_tls = {}};
  if (std::string_view(words[5]) != "-") arguments.connect_to.emplace_back(words[5]);
  const std::string_view wish(words[6]);
  if (wish != "null") arguments.require_tls = wish == "true";
  return arguments;
}

} // namespace

int main(int count, char** words) {
  const auto arguments = read(count, words);
  if (!arguments) {
    fmt::print(stderr, "delivery_probe RESOLVER DOMAIN SMTP-PORT CA-FILE CONNECT-TO REQUIRE-TLS\n");
    return 2;
  }
  const SystemClock clock;
  SystemRandom random;
  async::Loop loop;
  async::Pool pool(1);
  resolver::Cache cache(clock);
  resolver::StubResolver resolver({.servers = {{.endpoint = arguments->resolver, .trusted = true}}},
                                  random, cache);
  httpclient::CurlClient web(
      pool, clock, {.authorities = arguments->authorities, .connect_to = arguments->connect_to});
  const auto pem = file::read_file(arguments->authorities, 1 << 20).value();
  auto authorities = tls::ClientContext::authorities(pem).value();
  auto observing = tls::ClientContext::like(authorities).value();
  observing.only_observe();
  const smtpclient::DeliveryContexts contexts{authorities, observing, clock};
  Probe probe{*arguments, resolver, web, contexts, {}, {}};
  loop.run(probe_domain(probe));
  return 0;
}
