#include "async/loop.h"
#include "async/pool.h"
#include "clock/clock.h"
#include "commands.h"
#include "dialing.h"
#include "https.h"
#include "json/writer.h"
#include "rdap/lookup.h"
#include "resolving.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <string>
#include <utility>

namespace mox::cmd {

namespace {

constexpr std::chrono::minutes time_limit{1};

int code_of(rdap::Problem problem) {
  return problem == rdap::Problem::temporary ? exit_temporary : exit_fails;
}

void print(const cli::Invocation& invocation, const rdap::Registration& found) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto age = rdap::age_text(found.when, now);
  if (!invocation.given("--json")) {
    fmt::print(invocation.output(), "{}\n", age);
    return;
  }
  json::Writer json(2);
  json.object();
  json.member("age", age);
  json.member("registered",
              fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                          fmt::gmtime(std::chrono::system_clock::to_time_t(found.when))));
  json.member("server", found.server);
  json.end();
  fmt::print(invocation.output(), "{}\n", std::move(json).text());
}

} // namespace

Result<int> rdap_domainage(const cli::Invocation& invocation) {
  auto domain = parse_domain(invocation.argument("DOMAIN"));
  if (!domain) return end(invocation, exit_wrong_use, domain.error().text);
  const SystemClock clock;
  async::Loop loop;
  async::Pool pool(1);
  httpclient::CurlClient client(pool, clock, curl_options(invocation));
  const auto found =
      loop.run(rdap::lookup_registration(client, std::string(invocation.text("--bootstrap")),
                                         *std::move(domain), clock.steady() + time_limit));
  if (!found) return end(invocation, code_of(found.error().problem), found.error().text);
  print(invocation, *found);
  return exit_holds;
}

} // namespace mox::cmd
