#include "mtastsfetch/cache.h"

#include <algorithm>
#include <utility>

namespace mox::mtastsfetch {

bool is_in_force(const Entry& entry, WallTime now) {
  return now < entry.valid_end;
}

Upkeep upkeep(const Entry& entry, WallTime now) {
  if (entry.back_off) return is_in_force(entry, now) ? Upkeep::keep : Upkeep::remove;
  if (now - entry.used >= forget_after) return Upkeep::remove;
  return now - entry.updated >= refresh_after ? Upkeep::refresh : Upkeep::keep;
}

async::Task<std::optional<Entry>> MemoryCache::find(dns::Name domain) {
  const auto found = entries_.find(domain);
  if (found == entries_.end()) co_return std::nullopt;
  co_return found->second;
}

async::Task<> MemoryCache::put(dns::Name domain, Entry entry) {
  if (!entries_.contains(domain) && entries_.size() >= most_ && !entries_.empty()) {
    const auto used = [](const auto& each) { return each.second.used; };
    entries_.erase(std::ranges::min_element(entries_, {}, used));
  }
  entries_.insert_or_assign(std::move(domain), std::move(entry));
  co_return;
}

async::Task<> MemoryCache::remove(dns::Name domain) {
  entries_.erase(domain);
  co_return;
}

} // namespace mox::mtastsfetch
