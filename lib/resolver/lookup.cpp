#include "async/gate.h"
#include "resolver/resolver.h"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <exception>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

namespace mox::resolver {

namespace {

using Addresses = Result<Values<net::Address>, Failure>;

// The answer's records by `read`, a function of their data.
template <class Data, class T> Values<T> values_of(Answer answer, T (*read)(const Data&)) {
  Values<T> result{
      .name = std::move(answer.name), .authentic = answer.authentic, .ttl = answer.ttl};
  for (const auto& record : answer.records)
    if (const auto* data = std::get_if<Data>(&record.data)) result.values.push_back(read(*data));
  return result;
}

template <class Data, class T>
async::Task<Result<Values<T>, Failure>> look_up(Resolver& resolver, dns::Name name, dns::Type type,
                                                SteadyTime deadline, T (*read)(const Data&)) {
  auto answer = co_await resolver.query(std::move(name), type, deadline);
  if (!answer) co_return failure(std::move(answer).error());
  co_return values_of(*std::move(answer), read);
}

template <class Data> Data itself(const Data& data) {
  return data;
}

std::vector<dns::Mx> in_order(std::vector<dns::Mx> hosts) {
  std::multimap<std::uint16_t, dns::Mx> sorted; // equal ones stay in their order
  for (auto& host : hosts) sorted.emplace(host.preference, std::move(host));
  std::vector<dns::Mx> result;
  for (auto& [preference, host] : sorted) result.push_back(std::move(host));
  return result;
}

// An absent name is the least, for nothing will change; then what proves that somebody interferes.
int badness(const Failure& failure) {
  switch (failure.problem) {
  case Problem::nxdomain: return 0;
  case Problem::no_data: return 1;
  case Problem::bogus:
  case Problem::no_anchor: return 3;
  default: return 2;
  }
}

async::Task<> keep(async::Task<Addresses> task, std::optional<Addresses>& into) {
  into.emplace(co_await std::move(task));
}

Addresses combined(Addresses first, Addresses second) {
  if (!first && !second) {
    auto& worse = badness(first.error()) >= badness(second.error()) ? first : second;
    const auto& other = &worse == &first ? second : first;
    if (worse.error().absent()) {
      worse.error().authentic = worse.error().authentic && other.error().authentic;
      worse.error().ttl = std::min(worse.error().ttl, other.error().ttl);
    }
    return std::move(worse);
  }
  if (!first) std::swap(first, second);
  if (second) {
    std::ranges::move(second->values, std::back_inserter(first->values));
    first->authentic = first->authentic && second->authentic;
    first->ttl = std::min(first->ttl, second->ttl);
  } else if (second.error().absent()) {
    first->authentic = first->authentic && second.error().authentic;
    first->ttl = std::min(first->ttl, second.error().ttl);
  }
  return first;
}

} // namespace

async::Task<Result<Values<std::string>, Failure>> lookup_txt(Resolver& resolver, dns::Name name,
                                                             SteadyTime deadline) {
  const auto read = [](const dns::Txt& txt) { return txt.text; };
  co_return co_await look_up<dns::Txt, std::string>(resolver, std::move(name), dns::Type::txt,
                                                    deadline, read);
}

async::Task<Result<Values<dns::Mx>, Failure>> lookup_mx(Resolver& resolver, dns::Name name,
                                                        SteadyTime deadline) {
  auto found = co_await look_up<dns::Mx, dns::Mx>(resolver, std::move(name), dns::Type::mx,
                                                  deadline, itself<dns::Mx>);
  if (found) found->values = in_order(std::move(found->values));
  co_return found;
}

async::Task<Result<Values<dns::Tlsa>, Failure>> lookup_tlsa(Resolver& resolver, dns::Name name,
                                                            SteadyTime deadline) {
  co_return co_await look_up<dns::Tlsa, dns::Tlsa>(resolver, std::move(name), dns::Type::tlsa,
                                                   deadline, itself<dns::Tlsa>);
}

async::Task<Addresses> lookup_a(Resolver& resolver, dns::Name name, SteadyTime deadline) {
  const auto read = [](const dns::A& a) { return net::Address::v4(a.address); };
  co_return co_await look_up<dns::A, net::Address>(resolver, std::move(name), dns::Type::a,
                                                   deadline, read);
}

async::Task<Addresses> lookup_aaaa(Resolver& resolver, dns::Name name, SteadyTime deadline) {
  const auto read = [](const dns::Aaaa& aaaa) { return net::Address::v6(aaaa.address); };
  co_return co_await look_up<dns::Aaaa, net::Address>(resolver, std::move(name), dns::Type::aaaa,
                                                      deadline, read);
}

async::Task<Addresses> lookup_addresses(Resolver& resolver, dns::Name name, SteadyTime deadline) {
  const auto executor = co_await boost::asio::this_coro::executor;
  std::optional<Addresses> a;
  std::optional<Addresses> aaaa;
  std::exception_ptr exception;
  async::Gate gate(executor, [&](const std::exception_ptr& left) { exception = left; });
  gate.spawn(keep(lookup_a(resolver, name, deadline), a));
  gate.spawn(keep(lookup_aaaa(resolver, name, deadline), aaaa));
  co_await gate.close();
  if (exception) std::rethrow_exception(exception);
  co_return combined(*std::move(a), *std::move(aaaa));
}

async::Task<Result<Values<dns::Name>, Failure>> lookup_ptr(Resolver& resolver, net::Address address,
                                                           SteadyTime deadline) {
  const auto read = [](const dns::Ptr& ptr) { return ptr.host; };
  co_return co_await look_up<dns::Ptr, dns::Name>(resolver, reverse_name(address), dns::Type::ptr,
                                                  deadline, read);
}

} // namespace mox::resolver
