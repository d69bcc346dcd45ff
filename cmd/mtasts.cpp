#include "async/loop.h"
#include "async/pool.h"
#include "clock/clock.h"
#include "commands.h"
#include "dialing.h"
#include "https.h"
#include "json/writer.h"
#include "mtastsfetch/fetch.h"
#include "resolving.h"

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <utility>

namespace mox::cmd {

namespace {

constexpr std::chrono::minutes time_limit{1};

int code_of(const mtastsfetch::Failure& why) {
  switch (why.problem) {
  case mtastsfetch::Problem::dns:
  case mtastsfetch::Problem::fetch: return exit_temporary;
  default: return exit_fails;
  }
}

void print_text(std::FILE* to, const mtastsfetch::FoundRecord& record,
                const mtastsfetch::FoundPolicy* policy) {
  fmt::print(to, "record: {}\ndnssec: {}\nid: {}\n", mtasts::to_string(record.record),
             record.authentic ? "yes" : "no", record.record.id);
  if (policy == nullptr) return;
  fmt::print(to, "mode: {}\nmax-age: {}\n", mtasts::to_string(policy->policy.mode),
             policy->policy.max_age.count());
  for (const auto& pattern : policy->policy.mx) fmt::print(to, "mx: {}\n", to_string(pattern));
}

void print_json(std::FILE* to, const mtastsfetch::FoundRecord& record,
                const mtastsfetch::FoundPolicy* policy) {
  json::Writer json(2);
  json.object();
  json.member("record", record.text);
  json.member("dnssec", record.authentic);
  json.member("id", record.record.id);
  if (policy != nullptr) {
    json.key("policy").object();
    json.member("mode", mtasts::to_string(policy->policy.mode));
    json.member("max-age", policy->policy.max_age.count());
    json.key("mx").array();
    for (const auto& pattern : policy->policy.mx) json.value(to_string(pattern));
    json.end();
    json.member("text", policy->text);
    json.end();
  }
  json.end();
  fmt::print(to, "{}\n", std::move(json).text());
}

async::Task<int> lookup(const cli::Invocation& invocation, resolver::Resolver& resolver,
                        httpclient::Client& client, dns::Name domain) {
  const auto deadline = SystemClock().steady() + time_limit;
  const auto record = co_await mtastsfetch::lookup_record(resolver, domain, deadline);
  if (!record) co_return end(invocation, code_of(record.error()), record.error().text);
  const auto policy = co_await mtastsfetch::fetch_policy(resolver, client, domain, deadline);
  const auto* found = policy ? &*policy : nullptr;
  if (invocation.given("--json"))
    print_json(invocation.output(), *record, found);
  else
    print_text(invocation.output(), *record, found);
  if (policy) co_return exit_holds;
  co_return end(invocation, code_of(policy.error()), policy.error().text);
}

} // namespace

Result<int> mtasts_lookup(const cli::Invocation& invocation) {
  auto domain = parse_domain(invocation.argument("DOMAIN"));
  if (!domain) return end(invocation, exit_wrong_use, domain.error().text);
  const SystemClock clock;
  async::Loop loop;
  async::Pool pool(1);
  httpclient::CurlClient client(pool, clock, curl_options(invocation));
  MOX_TRY_ASSIGN(resolver, make_resolver(invocation, loop.executor()));
  return loop.run(lookup(invocation, *resolver, client, *std::move(domain)));
}

} // namespace mox::cmd
