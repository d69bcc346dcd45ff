#include "resolver/cache.h"

#include <algorithm>
#include <functional>

namespace mox::resolver {

namespace {

struct DataSize {
  std::size_t operator()(const dns::Txt& txt) const { return txt.text.size(); }

  std::size_t operator()(const dns::Tlsa& tlsa) const { return tlsa.data.size(); }

  std::size_t operator()(const dns::Mx& mx) const { return mx.host.ascii().size(); }

  std::size_t operator()(const dns::Srv& srv) const { return srv.host.ascii().size(); }

  std::size_t operator()(const auto& /*other*/) const { return 0; }
};

std::size_t size_of(const std::vector<dns::ExtendedError>& errors) {
  std::size_t size = 0;
  for (const auto& error : errors) size += sizeof error + error.text.size();
  return size;
}

// What it takes in memory, roughly: the objects, and the texts that do not fit into them.
std::size_t size_of(const Outcome& outcome) {
  constexpr std::size_t overhead = 256;
  if (!outcome)
    return overhead + outcome.error().text.size() + size_of(outcome.error().extended_errors);
  std::size_t size = overhead + size_of(outcome->extended_errors);
  for (const auto& alias : outcome->aliases) size += sizeof alias + alias.ascii().size();
  for (const auto& record : outcome->records)
    size += sizeof record + record.owner.ascii().size() + std::visit(DataSize{}, record.data);
  return size;
}

std::chrono::seconds& ttl_of(Outcome& outcome) {
  return outcome ? outcome->ttl : outcome.error().ttl;
}

} // namespace

std::size_t Cache::Hash::operator()(const Key& key) const noexcept {
  return std::hash<dns::Name>()(key.name) * 31 + static_cast<std::size_t>(key.type);
}

Cache::Cache(const Clock& clock) : Cache(clock, Limits()) {}

Cache::Cache(const Clock& clock, Limits limits) : clock_(clock), limits_(limits) {}

std::optional<Outcome> Cache::find(const dns::Name& name, dns::Type type) {
  const std::lock_guard lock(mutex_);
  const auto place = places_.find(Key{name, type});
  if (place == places_.end()) return std::nullopt;
  const auto entry = place->second;
  const auto left = std::chrono::floor<std::chrono::seconds>(entry->expires - clock_.steady());
  if (entry->expires <= clock_.steady()) {
    drop(entry);
    return std::nullopt;
  }
  entries_.splice(entries_.begin(), entries_, entry);
  auto outcome = entry->outcome;
  ttl_of(outcome) = left;
  if (outcome)
    for (auto& record : outcome->records) record.ttl = std::min(record.ttl, left);
  return outcome;
}

void Cache::keep(const dns::Name& name, dns::Type type, const Outcome& outcome) {
  const auto seconds = lifetime(outcome);
  if (!seconds) return;
  const auto size = size_of(outcome) + name.ascii().size();
  if (size > limits_.size_bytes) return;
  const std::lock_guard lock(mutex_);
  const Key key{name, type};
  if (const auto there = places_.find(key); there != places_.end()) drop(there->second);
  entries_.push_front({key, outcome, clock_.steady() + *seconds, size});
  places_[key] = entries_.begin();
  size_bytes_ += size;
  while (entries_.size() > limits_.entries || size_bytes_ > limits_.size_bytes)
    drop(std::prev(entries_.end()));
}

std::optional<std::chrono::seconds> Cache::lifetime(const Outcome& outcome) const {
  std::chrono::seconds seconds{};
  if (outcome) {
    seconds = std::min(outcome->ttl, limits_.answer);
  } else if (outcome.error().absent()) {
    seconds = std::min(outcome.error().ttl, limits_.absence);
  } else if (outcome.error().problem == Problem::servfail ||
             outcome.error().problem == Problem::bogus) {
    seconds = limits_.failure;
  }
  return seconds.count() > 0 ? std::optional(seconds) : std::nullopt;
}

void Cache::drop(Entries::iterator entry) {
  size_bytes_ -= entry->size_bytes;
  places_.erase(entry->key);
  entries_.erase(entry);
}

std::size_t Cache::entries() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

std::size_t Cache::size_bytes() const {
  const std::lock_guard lock(mutex_);
  return size_bytes_;
}

} // namespace mox::resolver
