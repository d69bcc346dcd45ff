#include "dmarcverify/destination.h"

#include "dmarc/uri.h"

#include <fmt/format.h>

namespace mox::dmarcverify {

namespace {

using Status = Destination::Status;

// RFC 7489 section 7.1 step 7: what would lead to another host is not followed.
std::vector<dmarc::Uri> at_host(const std::vector<dmarc::Uri>& uris, const dns::Name& host) {
  std::vector<dmarc::Uri> kept;
  for (const auto& uri : uris)
    if (const auto address = dmarc::mailto_address(uri); address && address->domain == host)
      kept.push_back(uri);
  return kept;
}

Destination choose(const resolver::Values<std::string>& texts, const dns::Name& name,
                   const dns::Name& host) {
  Destination result{.authentic = texts.authentic};
  for (const auto claim : dmarc::claims(texts.values)) {
    const auto record = dmarc::parse_acceptance(claim);
    if (!record) {
      result.text = fmt::format("{}: {}", name.ascii(), record.error().text);
      continue;
    }
    result.status = Status::accepted;
    result.text = fmt::format("{} has the record \"v=DMARC1\"", name.ascii());
    result.aggregate_reports = at_host(record->aggregate_reports, host);
    result.failure_reports = at_host(record->failure_reports, host);
    return result;
  }
  if (result.text.empty()) result.text = fmt::format("no DMARC record at {}", name.ascii());
  return result;
}

} // namespace

async::Task<Destination> check_destination(resolver::Resolver& resolver,
                                           const publicsuffix::List& suffixes, dns::Name domain,
                                           dns::Name host, SteadyTime deadline) {
  if (suffixes.organizational(domain) == suffixes.organizational(host))
    co_return Destination{
        .status = Status::same_organization,
        .text = fmt::format("{} and {} are one organization", host.ascii(), domain.ascii())};
  const auto name = dns::parse_name(
      fmt::format("{}._report._dmarc.{}", domain.ascii(), host.ascii()), {.any_printable = true});
  if (!name)
    co_return Destination{.text = "the names are too long together for a record to be asked for"};
  const auto texts = co_await resolver::lookup_txt(resolver, *name, deadline);
  if (texts) co_return choose(*texts, *name, host);
  const auto& problem = texts.error();
  if (problem.absent())
    co_return Destination{.authentic = problem.authentic,
                          .text = fmt::format("no DMARC record at {}", name->ascii())};
  co_return Destination{.status = Status::temporary, .text = problem.text};
}

} // namespace mox::dmarcverify
