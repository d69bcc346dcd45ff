#include "limits/limits.h"

#include <utility>

namespace mox::limits {

namespace {

std::uint32_t count_in(const std::map<net::Address, std::uint32_t>& counts,
                       const net::Address& network) {
  const auto found = counts.find(network);
  return found == counts.end() ? 0 : found->second;
}

void subtract(std::map<net::Address, std::uint32_t>& counts, const net::Address& network,
              std::uint32_t number) {
  const auto found = counts.find(network);
  if (found == counts.end()) return;
  if (found->second <= number)
    counts.erase(found);
  else
    found->second -= number;
}

} // namespace

Networks networks_of(const net::Address& address) {
  if (address.is_v4()) return {address.masked(32), address.masked(26), address.masked(21)};
  return {address.masked(64), address.masked(48), address.masked(32)};
}

Rate::Rate(const Clock& clock, std::vector<Window> windows)
    : clock_(clock), windows_(std::move(windows)), counters_(windows_.size()) {}

std::int64_t Rate::window_now(const Window& window) const {
  return unix_seconds(clock_.wall()) / window.length.count();
}

bool Rate::allows(const net::Address& address) const {
  const auto networks = networks_of(address);
  const std::scoped_lock lock(mutex_);
  for (std::size_t i = 0; i < windows_.size(); ++i) {
    if (counters_[i].window != window_now(windows_[i])) continue;
    for (std::size_t width = 0; width < width_count; ++width)
      if (count_in(counters_[i].counts[width], networks[width]) >= windows_[i].most[width])
        return false;
  }
  return true;
}

bool Rate::add(const net::Address& address) {
  // Two callers between the check and the count can go one over: harmless, and it keeps add()
  // simple.
  if (!allows(address)) return false;
  const auto networks = networks_of(address);
  const std::scoped_lock lock(mutex_);
  for (std::size_t i = 0; i < windows_.size(); ++i) {
    if (const auto now = window_now(windows_[i]); counters_[i].window != now)
      counters_[i] = {.window = now, .counts = {}};
    for (std::size_t width = 0; width < width_count; ++width)
      ++counters_[i].counts[width][networks[width]];
  }
  return true;
}

void Rate::reset(const net::Address& address) {
  const auto networks = networks_of(address);
  const std::scoped_lock lock(mutex_);
  for (auto& counters : counters_) {
    const auto number = count_in(counters.counts[0], networks[0]);
    for (std::size_t width = 0; number != 0 && width < width_count; ++width)
      subtract(counters.counts[width], networks[width], number);
  }
}

Open::Open(Widths most) : most_(most) {}

Open::Slot::Slot(Slot&& other) noexcept
    : owner_(std::exchange(other.owner_, nullptr)), networks_(other.networks_) {}

Open::Slot& Open::Slot::operator=(Slot&& other) noexcept {
  std::swap(owner_, other.owner_);
  std::swap(networks_, other.networks_);
  return *this;
}

Open::Slot::~Slot() {
  if (owner_ != nullptr) owner_->leave(networks_);
}

Open::Slot Open::enter(const net::Address& address) {
  const auto networks = networks_of(address);
  const std::scoped_lock lock(mutex_);
  for (std::size_t width = 0; width < width_count; ++width)
    if (count_in(counts_[width], networks[width]) >= most_[width]) return {};
  for (std::size_t width = 0; width < width_count; ++width) ++counts_[width][networks[width]];
  Slot slot;
  slot.owner_ = this;
  slot.networks_ = networks;
  return slot;
}

void Open::leave(const Networks& networks) {
  const std::scoped_lock lock(mutex_);
  for (std::size_t width = 0; width < width_count; ++width)
    subtract(counts_[width], networks[width], 1);
}

Limits::Limits(const Clock& clock)
    : connections(clock, {{.length = std::chrono::minutes(1), .most = {300, 900, 2700}}}),
      open({30, 90, 270}),
      failed_logins(clock, {{.length = std::chrono::minutes(1), .most = {10, 30, 90}},
                            {.length = std::chrono::days(1), .most = {50, 150, 450}}}) {}

} // namespace mox::limits
