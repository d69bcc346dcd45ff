#include "resolver/zone_resolver.h"

#include "async/event.h"
#include "dns/packet.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace mox::resolver {

namespace {

std::optional<Problem> problem_of(dns::Zone::Fault fault) {
  switch (fault) {
  case dns::Zone::Fault::none: return std::nullopt;
  case dns::Zone::Fault::bogus: return Problem::bogus;
  case dns::Zone::Fault::servfail: return Problem::servfail;
  case dns::Zone::Fault::refused: return Problem::refused;
  case dns::Zone::Fault::timeout: return Problem::timeout;
  }
  return Problem::servfail;
}

// False when the deadline comes first.
async::Task<bool> pass(std::chrono::milliseconds delay, SteadyTime deadline) {
  async::Event nothing;
  const auto until = std::chrono::steady_clock::now() + delay;
  const auto end = std::min(until, deadline);
  co_await nothing.wait(end);
  co_return until <= deadline;
}

} // namespace

ZoneResolver::ZoneResolver(dns::Zone zone) : zone_(std::move(zone)) {}

async::Task<Result<Answer, Failure>> ZoneResolver::query(dns::Name name, dns::Type type,
                                                         SteadyTime deadline) {
  const auto asked = name;
  Answer answer{.name = std::move(name), .authentic = true, .ttl = std::chrono::seconds::max()};
  while (true) {
    if (std::chrono::steady_clock::now() >= deadline)
      co_return failure(failed(Problem::timeout, asked, type));
    auto found = zone_.find(answer.name, type);
    if (found.delay.count() > 0) {
      const bool in_time = co_await pass(found.delay, deadline);
      if (!in_time) co_return failure(failed(Problem::timeout, asked, type));
    }
    if (const auto problem = problem_of(found.fault))
      co_return failure(failed(*problem, asked, type));
    answer.authentic = answer.authentic && found.secure;
    if (found.records.empty()) {
      auto absent = failed(found.exists ? Problem::no_data : Problem::nxdomain, asked, type);
      absent.authentic = answer.authentic;
      absent.ttl = std::min(answer.ttl, found.negative_ttl);
      co_return failure(std::move(absent));
    }
    for (const auto& record : found.records) answer.ttl = std::min(answer.ttl, record.ttl);
    if (!found.is_alias) {
      answer.records = std::move(found.records);
      co_return answer;
    }
    answer.aliases.push_back(answer.name);
    answer.name = std::get<dns::Cname>(found.records.front().data).target;
    if (answer.aliases.size() > dns::answer_alias_limit ||
        std::ranges::find(answer.aliases, answer.name) != answer.aliases.end())
      co_return failure(failed(Problem::malformed, asked, type, "aliases that do not end"));
  }
}

} // namespace mox::resolver
