#include "async/loop.h"
#include "clock/clock.h"
#include "commands.h"
#include "dialing.h"
#include "dmarc/uri.h"
#include "dmarcverify/destination.h"
#include "dmarcverify/lookup.h"
#include "facts.h"
#include "resolving.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mox::cmd {

namespace {

using dmarcverify::Destination;
using dmarcverify::Found;
using dmarcverify::LookupFailure;

constexpr std::chrono::minutes time_limit{1};
constexpr std::string_view no_addresses =
    "the record asks for no reports: it has neither rua nor ruf";

SteadyTime soon() {
  return SystemClock().steady() + time_limit;
}

async::Task<Result<Found, LookupFailure>> look_up(const cli::Invocation& invocation,
                                                  resolver::Resolver& resolver,
                                                  const publicsuffix::List& suffixes,
                                                  dns::Name domain) {
  if (!invocation.given("--tree-walk"))
    co_return co_await dmarcverify::lookup(resolver, suffixes, std::move(domain), soon());
  const auto walk = co_await dmarcverify::walk(resolver, std::move(domain), soon());
  if (!walk) co_return std::unexpected(walk.error());
  co_return dmarcverify::applicable(*walk);
}

std::string_view status_of(LookupFailure::Kind kind) {
  switch (kind) {
  case LookupFailure::Kind::none:
  case LookupFailure::Kind::several: return "none";
  case LookupFailure::Kind::malformed: return "permerror";
  case LookupFailure::Kind::temporary: return "temperror";
  }
  return {};
}

int code_of(LookupFailure::Kind kind) {
  return kind == LookupFailure::Kind::temporary ? exit_temporary : exit_fails;
}

Facts facts_of(const dns::Name& domain, const LookupFailure& failure) {
  Facts facts;
  facts.add("domain", domain.ascii()).add("status", status_of(failure.kind));
  facts.add("why", failure.text).add("dnssec", failure.authentic);
  return facts;
}

std::string joined(const std::vector<dmarc::Uri>& uris) {
  std::string text;
  for (const auto& uri : uris) text += (text.empty() ? "" : ",") + to_string(uri);
  return text;
}

Facts facts_of(const dns::Name& domain, const Found& found) {
  const auto& record = found.record;
  Facts facts;
  facts.add("domain", domain.ascii()).add("status", std::string_view("found"));
  facts.add("record-domain", found.domain.ascii()).add("policy", to_string(record.policy));
  if (record.subdomain_policy) facts.add("subdomain-policy", to_string(*record.subdomain_policy));
  if (record.nonexistent_policy)
    facts.add("nonexistent-policy", to_string(*record.nonexistent_policy));
  facts.add("spf-alignment", to_string(record.spf_mode));
  facts.add("dkim-alignment", to_string(record.dkim_mode));
  facts.add("percentage", std::int64_t{record.percentage});
  facts.add("testing", record.testing).add("public-suffix", to_string(record.public_suffix));
  facts.add("aggregate-reports", joined(record.aggregate_reports));
  facts.add("failure-reports", joined(record.failure_reports));
  facts.add("failure-options", record.failure_options);
  facts.add("report-interval", std::int64_t{record.report_interval.count()});
  std::string problems;
  for (const auto& problem : record.problems) problems += (problems.empty() ? "" : "; ") + problem;
  facts.add("problems", problems);
  facts.add("dnssec", found.authentic).add("record", found.text);
  return facts;
}

// --- checkreportaddrs ---

struct Checked {
  Facts facts;
  int code = exit_holds;
};

Checked judged(std::string_view use, const dmarc::Uri& uri, std::string_view result,
               std::string_view why, int code) {
  Checked checked;
  checked.facts.add("use", use)
      .add("address", to_string(uri))
      .add("result", result)
      .add("why", why);
  checked.code = code;
  return checked;
}

async::Task<Checked> check(resolver::Resolver& resolver, const publicsuffix::List& suffixes,
                           const Found& found, std::string_view use, dmarc::Uri uri) {
  const auto address = dmarc::mailto_address(uri);
  if (!address) co_return judged(use, uri, "fail", address.error().text, exit_fails);
  const auto destination = co_await dmarcverify::check_destination(resolver, suffixes, found.domain,
                                                                   address->domain, soon());
  auto checked = judged(use, uri, "fail", destination.text, exit_fails);
  if (destination.accepts()) checked = judged(use, uri, "pass", destination.text, exit_holds);
  if (destination.status == Destination::Status::temporary)
    checked = judged(use, uri, "temperror", destination.text, exit_temporary);
  if (destination.status != Destination::Status::same_organization)
    checked.facts.add("dnssec", destination.authentic);
  checked.facts.add("replaced-by", joined(use == "rua" ? destination.aggregate_reports
                                                       : destination.failure_reports));
  co_return checked;
}

async::Task<std::vector<Checked>>
check_all(resolver::Resolver& resolver, const publicsuffix::List& suffixes, const Found& found) {
  std::vector<Checked> all;
  for (const auto& uri : found.record.aggregate_reports)
    all.push_back(co_await check(resolver, suffixes, found, "rua", uri));
  for (const auto& uri : found.record.failure_reports)
    all.push_back(co_await check(resolver, suffixes, found, "ruf", uri));
  co_return all;
}

// What fails counts more than what is not known.
int worst(const std::vector<Checked>& all) {
  const auto any = [&](int code) {
    return std::ranges::any_of(all, [code](const Checked& each) { return each.code == code; });
  };
  if (all.empty() || any(exit_fails)) return exit_fails;
  return any(exit_temporary) ? exit_temporary : exit_holds;
}

} // namespace

Result<int> dmarc_lookup(const cli::Invocation& invocation) {
  auto domain = parse_domain(invocation.argument("DOMAIN"));
  if (!domain) return end(invocation, exit_wrong_use, domain.error().text);
  async::Loop loop;
  MOX_TRY_ASSIGN(resolver, make_resolver(invocation, loop.executor()));
  const auto suffixes = publicsuffix::List::built_in();
  const auto found = loop.run(look_up(invocation, *resolver, suffixes, *domain));
  if (found) {
    print(invocation, facts_of(*domain, *found));
    return exit_holds;
  }
  print(invocation, facts_of(*domain, found.error()));
  return code_of(found.error().kind);
}

Result<int> dmarc_checkreportaddrs(const cli::Invocation& invocation) {
  auto domain = parse_domain(invocation.argument("DOMAIN"));
  if (!domain) return end(invocation, exit_wrong_use, domain.error().text);
  async::Loop loop;
  MOX_TRY_ASSIGN(resolver, make_resolver(invocation, loop.executor()));
  const auto suffixes = publicsuffix::List::built_in();
  const auto found = loop.run(look_up(invocation, *resolver, suffixes, *domain));
  if (!found) {
    print(invocation, facts_of(*domain, found.error()));
    return code_of(found.error().kind);
  }
  const auto all = loop.run(check_all(*resolver, suffixes, *found));
  Facts thing;
  thing.add("domain", domain->ascii()).add("record-domain", found->domain.ascii());
  if (all.empty()) thing.add("why", no_addresses);
  std::vector<Facts> parts;
  parts.reserve(all.size());
  for (const auto& each : all) parts.push_back(each.facts);
  print(invocation, thing, "addresses", parts);
  return worst(all);
}

} // namespace mox::cmd
