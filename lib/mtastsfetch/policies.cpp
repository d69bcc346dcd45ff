#include "mtastsfetch/policies.h"

#include <utility>

namespace mox::mtastsfetch {

namespace {

InForce nothing(const Failure& why) {
  return {.policy = std::nullopt,
          .fetched = false,
          .result_type = std::string(why.result_type()),
          .reason = std::string(why.reason()),
          .text = why.text};
}

InForce from(const Entry& entry, bool fetched) {
  return {.policy = entry.policy, .fetched = fetched, .result_type = {}, .reason = {}, .text = {}};
}

Entry entry_of(FoundPolicy found, std::string id, WallTime now) {
  const auto end = now + found.policy.max_age;
  return {.record_id = std::move(id),
          .policy = std::move(found.policy),
          .text = std::move(found.text),
          .inserted = now,
          .updated = now,
          .used = now,
          .valid_end = end};
}

} // namespace

async::Task<> Policies::keep(dns::Name domain, Entry entry) {
  co_await cache_.put(std::move(domain), std::move(entry));
}

async::Task<Result<InForce>> Policies::get(dns::Name domain) {
  auto known = co_await cache_.find(domain);
  const auto now = clock_.wall();
  if (!known || !is_in_force(*known, now))
    co_return co_await ask(std::move(domain), std::move(known));
  if (known->back_off)
    co_return InForce{.policy = std::nullopt,
                      .fetched = false,
                      .result_type = "sts-policy-fetch-error",
                      .reason = "back-off-after-recent-fetch-error",
                      .text = domain.ascii() + ": its MTA-STS policy could not be had just now"};
  known->used = now;
  co_return co_await renew(std::move(domain), *std::move(known));
}

// Nothing is in force.
async::Task<Result<InForce>> Policies::ask(dns::Name domain, std::optional<Entry> old) {
  const auto deadline = clock_.steady() + new_policy_time;
  auto record = co_await lookup_record(resolver_, domain, deadline);
  if (!record) {
    const auto& why = record.error();
    if (why.problem == Problem::dns) co_return failure(ErrorKind::temporary, why.text);
    co_return nothing(why);
  }
  auto policy = co_await fetch_policy(resolver_, client_, domain, deadline);
  const auto now = clock_.wall();
  if (policy) {
    auto entry = entry_of(*std::move(policy), std::move(record->record.id), now);
    if (old && !old->back_off) entry.inserted = old->inserted;
    auto made = from(entry, true);
    co_await keep(std::move(domain), std::move(entry));
    co_return made;
  }
  // It would be asked for with every message otherwise.
  Entry entry{.record_id = std::move(record->record.id),
              .policy = {},
              .text = {},
              .inserted = now,
              .updated = now,
              .used = now,
              .valid_end = now + back_off_time,
              .back_off = true};
  auto made = nothing(policy.error());
  co_await keep(std::move(domain), std::move(entry));
  co_return made;
}

// A policy is in force; perhaps there is a newer one.
async::Task<InForce> Policies::renew(dns::Name domain, Entry entry) {
  const auto deadline = clock_.steady() + lookup_time;
  auto record = co_await lookup_record(resolver_, domain, deadline);
  if (!record) co_return co_await fall_back(std::move(domain), std::move(entry), record.error());
  auto& id = record->record.id;
  if (id != entry.record_id)
    co_return co_await replace(std::move(domain), std::move(entry), std::move(id));
  auto made = from(entry, false);
  co_await keep(std::move(domain), std::move(entry));
  co_return made;
}

async::Task<InForce> Policies::replace(dns::Name domain, Entry entry, std::string id) {
  const auto deadline = clock_.steady() + refetch_time;
  auto policy = co_await fetch_policy(resolver_, client_, domain, deadline);
  if (!policy) co_return co_await fall_back(std::move(domain), std::move(entry), policy.error());
  auto newer = entry_of(*std::move(policy), std::move(id), clock_.wall());
  newer.inserted = entry.inserted;
  newer.used = entry.used;
  auto made = from(newer, true);
  co_await keep(std::move(domain), std::move(newer));
  co_return made;
}

// RFC 8461 section 5.1: what was promised holds until it ends.
async::Task<InForce> Policies::fall_back(dns::Name domain, Entry entry, Failure why) {
  auto made = from(entry, false);
  made.result_type = why.result_type();
  made.reason = std::string(why.reason()) + "+fallback-to-cached-policy";
  made.text = std::move(why.text);
  co_await keep(std::move(domain), std::move(entry));
  co_return made;
}

async::Task<> Policies::refresh(dns::Name domain) {
  auto known = co_await cache_.find(domain);
  if (!known || known->back_off) co_return;
  const auto deadline = clock_.steady() + new_policy_time;
  auto record = co_await lookup_record(resolver_, domain, deadline);
  if (!record) {
    // It is done with MTA-STS (RFC 8461 section 8.3): it said none, and then took its record away.
    if (record.error().problem == Problem::no_record && known->policy.mode == mtasts::Mode::none)
      co_await cache_.remove(std::move(domain));
    co_return;
  }
  auto entry = *std::move(known);
  if (record->record.id == entry.record_id && is_in_force(entry, clock_.wall())) {
    entry.updated = clock_.wall();
    entry.valid_end = entry.updated + entry.policy.max_age;
    co_await keep(std::move(domain), std::move(entry));
    co_return;
  }
  auto& id = record->record.id;
  co_await replace(std::move(domain), std::move(entry), std::move(id));
}

} // namespace mox::mtastsfetch
