#include "rdap/lookup.h"

#include "rdap/response.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mox::rdap {

namespace {

// RFC 7480 section 5.2: a server may send us to another.
constexpr unsigned redirects = 5;
constexpr std::size_t most_servers = 3; // that are tried

Failure failed(Problem problem, std::string text) {
  return {.problem = problem, .text = std::move(text)};
}

async::Task<Result<std::string, Failure>> fetch(httpclient::Client& client, std::string url,
                                                std::size_t limit, SteadyTime deadline) {
  httpclient::Request request{.url = url,
                              .addresses = {},
                              .body_limit = limit,
                              .redirects = redirects,
                              .accept = "application/rdap+json, application/json"};
  auto response = co_await client.get(std::move(request), deadline);
  if (!response) co_return failure(failed(Problem::temporary, response.error().text));
  if (response->status == 404)
    co_return failure(failed(Problem::no_domain, fmt::format("{}: there is none (404)", url)));
  if (response->status != 200)
    co_return failure(
        failed(Problem::temporary, fmt::format("{}: the status is {}", url, response->status)));
  co_return std::move(response->body);
}

async::Task<Result<Registration, Failure>> ask(httpclient::Client& client, std::string server,
                                               dns::Name domain, SteadyTime deadline) {
  const auto url = fmt::format("{}domain/{}", server, domain.ascii());
  MOX_CO_TRY_ASSIGN(body, co_await fetch(client, url, response_limit, deadline));
  const auto when = registration(body);
  if (!when)
    co_return failure(failed(Problem::syntax, fmt::format("{}: {}", url, when.error().text)));
  if (!*when)
    co_return failure(
        failed(Problem::no_date, fmt::format("{}: it has no date of registration", url)));
  co_return Registration{**when, std::move(server)};
}

std::string counted(std::int64_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

} // namespace

async::Task<Result<Registration, Failure>> lookup_registration(httpclient::Client& client,
                                                               std::string bootstrap,
                                                               dns::Name domain,
                                                               SteadyTime deadline) {
  auto list = co_await fetch(client, bootstrap, bootstrap_limit, deadline);
  if (!list) co_return failure(failed(Problem::temporary, std::move(list.error().text)));
  const auto servers = find_servers(*list, domain);
  if (!servers)
    co_return failure(
        failed(Problem::syntax, fmt::format("{}: {}", bootstrap, servers.error().text)));
  if (servers->empty())
    co_return failure(failed(Problem::no_registry,
                             fmt::format("no RDAP server is known for {}", domain.ascii())));
  Failure last;
  for (std::size_t i = 0; i < std::min(servers->size(), most_servers); ++i) {
    auto found = co_await ask(client, (*servers)[i], domain, deadline);
    if (found || found.error().problem != Problem::temporary) co_return found;
    last = std::move(found).error();
  }
  co_return failure(std::move(last));
}

std::string age_text(std::chrono::sys_seconds registered, std::chrono::sys_seconds now) {
  const auto days = std::max<std::int64_t>(
      0, std::chrono::duration_cast<std::chrono::days>(now - registered).count());
  const auto years = days / 365;
  if (years == 0) return counted(days, "day");
  return fmt::format("{}, {}", counted(years, "year"), counted(days % 365, "day"));
}

} // namespace mox::rdap
