#include "daneverify/tlsa_lookup.h"

#include "dane/tlsa.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

namespace mox::daneverify {

namespace {

using mxpolicy::Dane;
using Counts = bool (*)(const dns::Tlsa&);

Records unknown(dns::Name base, resolver::Failure why) {
  const bool bogus = why.problem == resolver::Problem::bogus;
  return {.state = Dane::unknown,
          .base = std::move(base),
          .records = {},
          .result_type = bogus ? "dnssec-invalid" : "tlsa-invalid",
          .text = std::move(why.text)};
}

Records none(dns::Name base, std::string text) {
  return {.state = Dane::none,
          .base = std::move(base),
          .records = {},
          .result_type = {},
          .text = std::move(text)};
}

async::Task<Records> ask(resolver::Resolver& resolver, dns::Name base, std::uint16_t port,
                         Counts counts, SteadyTime deadline) {
  const auto name = dane::tlsa_name(base, port);
  if (!name) co_return none(std::move(base), name.error().text);
  auto answer = co_await resolver::lookup_tlsa(resolver, *name, deadline);
  if (!answer) {
    if (answer.error().absent())
      co_return none(std::move(base), fmt::format("there is no TLSA record at {}", name->ascii()));
    co_return unknown(std::move(base), std::move(answer).error());
  }
  if (!answer->authentic)
    co_return none(std::move(base),
                   fmt::format("the TLSA records at {} are not proved by DNSSEC", name->ascii()));
  Records found{.state = Dane::unusable,
                .base = std::move(base),
                .records = {},
                .result_type = {},
                .text = {}};
  for (auto& record : answer->values)
    if (counts(record) && found.records.size() < dane::record_limit)
      found.records.push_back(std::move(record));
  if (!found.records.empty()) {
    found.state = Dane::usable;
    co_return found;
  }
  found.result_type = "tlsa-invalid";
  found.text = fmt::format("none of the TLSA records at {} can be used", name->ascii());
  co_return found;
}

} // namespace

async::Task<Result<Server, resolver::Failure>> find_server(resolver::Resolver& resolver,
                                                           dns::Name host, SteadyTime deadline) {
  auto answer = co_await resolver::lookup_addresses(resolver, host, deadline);
  if (!answer) co_return failure(std::move(answer).error());
  co_return Server{.host = std::move(host),
                   .expanded = std::move(answer->name),
                   .authentic = answer->authentic,
                   .addresses = std::move(answer->values)};
}

async::Task<Records> find_smtp_records(resolver::Resolver& resolver, const Server& server,
                                       std::uint16_t port, bool mx_authentic, SteadyTime deadline) {
  if (!mx_authentic || !server.authentic)
    co_return none(server.host,
                   fmt::format("DNSSEC does not prove the {} of {}",
                               mx_authentic ? "addresses" : "MX records", server.host.ascii()));
  auto found = co_await ask(resolver, server.expanded, port, dane::is_usable_for_smtp, deadline);
  if (found.state != Dane::none || server.expanded == server.host) co_return found;
  co_return co_await ask(resolver, server.host, port, dane::is_usable_for_smtp, deadline);
}

async::Task<Records> find_records(resolver::Resolver& resolver, const Server& server,
                                  std::uint16_t port, SteadyTime deadline) {
  const bool expanded = server.authentic && server.expanded != server.host;
  if (expanded) {
    auto found = co_await ask(resolver, server.expanded, port, dane::is_understood, deadline);
    if (found.state != Dane::none) co_return found;
  }
  co_return co_await ask(resolver, server.host, port, dane::is_understood, deadline);
}

std::vector<dns::Name> names_for(const Records& records, const Server& server,
                                 const dns::Name& domain, const dns::Name& expanded_domain) {
  std::vector<dns::Name> names;
  for (const auto* name :
       {&records.base, &server.expanded, &server.host, &domain, &expanded_domain})
    if (!name->empty() && std::ranges::find(names, *name) == names.end()) names.push_back(*name);
  return names;
}

} // namespace mox::daneverify
