#include "resolver/response.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace mox::resolver {

namespace {

std::optional<Problem> problem_of(const dns::Response& response) {
  switch (response.rcode) {
  case dns::Rcode::noerror: return std::nullopt;
  case dns::Rcode::nxdomain: return Problem::nxdomain;
  case dns::Rcode::refused: return Problem::refused;
  default:
    return std::ranges::any_of(response.extended_errors, dns::is_dnssec_failure)
               ? Problem::bogus
               : Problem::servfail;
  }
}

std::string detail_of(const dns::Response& response) {
  std::string detail;
  for (const auto& error : response.extended_errors)
    detail += (detail.empty() ? "" : "; ") + dns::to_string(error);
  return detail;
}

Failure absence(const dns::Response& response, const dns::Question& question, Problem problem,
                bool trusted) {
  auto failure = failed(problem, question.name, question.type, detail_of(response));
  failure.extended_errors = response.extended_errors;
  failure.authentic = trusted && response.authentic;
  // Aliases on the way may change sooner. A server that gives no SOA has nothing to say on how
  // long.
  failure.ttl = std::min(response.negative_ttl.value_or(std::chrono::seconds(0)), response.ttl);
  return failure;
}

} // namespace

Outcome outcome_of(dns::Response response, const dns::Question& question, bool trusted) {
  const auto failed_with = [&](Problem problem, std::string_view detail) {
    auto why = failed(problem, question.name, question.type, detail);
    why.extended_errors = response.extended_errors;
    return failure(std::move(why));
  };
  // RFC 2308 section 2.1, RFC 6604 section 3: of the name where the aliases lead.
  if (const auto problem = problem_of(response)) {
    if (*problem == Problem::nxdomain)
      return failure(absence(response, question, *problem, trusted));
    return failed_with(*problem, detail_of(response));
  }
  if (response.records.empty() && response.unreadable > 0)
    return failed_with(Problem::malformed, "no record that can be read");
  if (response.is_referral)
    return failed_with(Problem::servfail, "the server names others instead of asking them");
  const bool followed = response.aliases.empty() || response.negative_ttl;
  if (response.records.empty() && followed)
    return failure(absence(response, question, Problem::no_data, trusted));
  return Answer{.records = std::move(response.records),
                .name = std::move(response.name),
                .aliases = std::move(response.aliases),
                .authentic = trusted && response.authentic,
                .ttl = response.ttl,
                .unreadable = response.unreadable,
                .extended_errors = std::move(response.extended_errors)};
}

} // namespace mox::resolver
