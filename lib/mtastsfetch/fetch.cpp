#include "mtastsfetch/fetch.h"

#include <fmt/format.h>

#include <utility>

namespace mox::mtastsfetch {

namespace {

using HttpProblem = httpclient::Problem;

Problem problem_of(mtasts::RecordProblem problem) {
  switch (problem) {
  case mtasts::RecordProblem::none_found: return Problem::no_record;
  case mtasts::RecordProblem::several: return Problem::several_records;
  case mtasts::RecordProblem::syntax: return Problem::record_syntax;
  }
  return Problem::record_syntax;
}

Failure failed(Problem problem, std::string text) {
  return {.problem = problem, .text = std::move(text)};
}

Failure fetch_failure(const httpclient::Failure& why) {
  if (why.about_certificate()) return failed(Problem::certificate, why.text);
  return failed(Problem::fetch, why.text);
}

// RFC 8461 section 3.3: 200 alone, and no redirects.
Result<FoundPolicy, Failure> read(const std::string& url, httpclient::Response response) {
  if (response.status == 404)
    return failure(failed(Problem::no_policy, fmt::format("{}: there is no such page (404)", url)));
  if (response.status != 200)
    return failure(
        failed(Problem::fetch, fmt::format("{}: the status is {}, not 200", url, response.status)));
  const auto type = response.header("content-type");
  if (!mtasts::is_policy_type(type))
    return failure(failed(Problem::fetch, fmt::format("{}: its Content-Type is \"{}\", not "
                                                      "text/plain",
                                                      url, type.substr(0, 100))));
  auto policy = mtasts::parse_policy(response.body);
  if (!policy) return failure(failed(Problem::policy_syntax, policy.error().text));
  return FoundPolicy{*std::move(policy), std::move(response.body)};
}

} // namespace

std::string_view Failure::result_type() const {
  switch (problem) {
  case Problem::no_record:
  case Problem::dns: return "";
  case Problem::several_records:
  case Problem::record_syntax:
  case Problem::policy_syntax: return "sts-policy-invalid";
  case Problem::certificate: return "sts-webpki-invalid";
  case Problem::no_policy:
  case Problem::fetch: return "sts-policy-fetch-error";
  }
  return "";
}

std::string_view Failure::reason() const {
  switch (problem) {
  case Problem::no_record: return "no-record";
  case Problem::dns: return "dns";
  case Problem::several_records: return "several-records";
  case Problem::record_syntax: return "record-syntax";
  case Problem::no_policy: return "no-policy";
  case Problem::certificate: return "certificate";
  case Problem::fetch: return "fetch";
  case Problem::policy_syntax: return "policy-syntax";
  }
  return "";
}

async::Task<Result<FoundRecord, Failure>> lookup_record(resolver::Resolver& resolver,
                                                        dns::Name domain, SteadyTime deadline) {
  auto name = mtasts::record_name(domain);
  if (!name) co_return failure(failed(Problem::no_record, name.error().text));
  auto answer = co_await resolver::lookup_txt(resolver, *name, deadline);
  if (!answer) {
    auto& why = answer.error();
    co_return failure(
        failed(why.absent() ? Problem::no_record : Problem::dns, std::move(why.text)));
  }
  auto record = mtasts::choose_record(answer->values);
  if (!record)
    co_return failure(failed(problem_of(record.error().problem),
                             fmt::format("{}: {}", name->ascii(), record.error().text)));
  std::string text;
  for (auto& each : answer->values)
    if (mtasts::is_record(each)) text = std::move(each);
  co_return FoundRecord{*std::move(record), std::move(text), answer->authentic};
}

async::Task<Result<FoundPolicy, Failure>> fetch_policy(resolver::Resolver& resolver,
                                                       httpclient::Client& client, dns::Name domain,
                                                       SteadyTime deadline) {
  auto host = mtasts::policy_host(domain);
  if (!host) co_return failure(failed(Problem::no_policy, host.error().text));
  auto addresses = co_await resolver::lookup_addresses(resolver, *host, deadline);
  if (!addresses) {
    auto& why = addresses.error();
    co_return failure(
        failed(why.absent() ? Problem::no_policy : Problem::fetch, std::move(why.text)));
  }
  const auto url = fmt::format("https://{}/.well-known/mta-sts.txt", host->ascii());
  httpclient::Request request{.url = url,
                              .addresses = std::move(addresses->values),
                              .body_limit = mtasts::policy_limit,
                              .redirects = 0,
                              .accept = "text/plain"};
  auto response = co_await client.get(std::move(request), deadline);
  if (!response) co_return failure(fetch_failure(response.error()));
  co_return read(url, *std::move(response));
}

} // namespace mox::mtastsfetch
