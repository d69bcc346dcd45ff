#include "mxlookup/hosts.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mox::mxlookup {

namespace {

Failure of_dns(resolver::Failure why) {
  return {.problem = Problem::temporary,
          .bogus = why.problem == resolver::Problem::bogus,
          .text = std::move(why.text)};
}

// RFC 5321 section 5.1: as if it were an MX record with preference 0 for itself.
Hosts implicit(dns::Name domain, bool authentic) {
  Hosts hosts{
      .domain = domain, .expanded = domain, .authentic = authentic, .implicit = true, .all = {}};
  hosts.all.push_back({std::move(domain), 0});
  return hosts;
}

// Equal preferences are neighbours and stay so.
void shuffle_equals(std::vector<Host>& hosts, Random& random) {
  for (std::size_t begin = 0; begin < hosts.size();) {
    auto end = begin + 1;
    while (end < hosts.size() && hosts[end].preference == hosts[begin].preference) ++end;
    for (auto i = end - 1; i > begin; --i)
      std::swap(hosts[i], hosts[begin + random.below(i - begin + 1)]);
    begin = end;
  }
}

std::vector<Host> hosts_of(const std::vector<dns::Mx>& records, Random& random) {
  std::vector<Host> hosts;
  for (const auto& record : records)
    if (!record.host.empty()) hosts.push_back({record.host, record.preference});
  std::ranges::sort(hosts, {}, &Host::preference);
  shuffle_equals(hosts, random);
  // The same host twice is asked once.
  std::vector<Host> once;
  for (auto& host : hosts) {
    const bool again =
        std::ranges::any_of(once, [&](const Host& h) { return h.name == host.name; });
    if (!again && once.size() < host_limit) once.push_back(std::move(host));
  }
  return once;
}

} // namespace

async::Task<Result<Hosts, Failure>> find_hosts(resolver::Resolver& resolver, Random& random,
                                               dns::Name domain, SteadyTime deadline) {
  auto answer = co_await resolver::lookup_mx(resolver, domain, deadline);
  if (!answer) {
    auto& why = answer.error();
    if (why.problem == resolver::Problem::no_data)
      co_return implicit(std::move(domain), why.authentic);
    if (why.problem == resolver::Problem::nxdomain)
      co_return failure(
          Failure{Problem::no_domain, false, fmt::format("there is no domain {}", domain.ascii())});
    co_return failure(of_dns(std::move(why)));
  }
  Hosts hosts{.domain = domain,
              .expanded = answer->name,
              .authentic = answer->authentic,
              .implicit = false,
              .all = hosts_of(answer->values, random)};
  if (!hosts.all.empty()) co_return hosts;
  // RFC 7505 section 3: the only record, and its host is the root.
  if (answer->values.size() == 1)
    co_return failure(Failure{Problem::no_mail, false,
                              fmt::format("{} takes no mail (null MX)", domain.ascii())});
  co_return failure(Failure{Problem::bad_mx, false,
                            fmt::format("no MX record of {} names a host", domain.ascii())});
}

} // namespace mox::mxlookup
