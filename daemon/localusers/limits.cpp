#include "localusers/limits.h"

#include <utility>

namespace mox::localusers {

namespace {

constexpr std::int64_t seconds_per_minute = 60;
constexpr uid_t root = 0;

std::uint32_t count_of(const std::unordered_map<uid_t, std::uint32_t>& counts, uid_t uid) {
  const auto found = counts.find(uid);
  return found == counts.end() ? 0 : found->second;
}

} // namespace

std::string_view to_string(Refusal refusal) {
  switch (refusal) {
  case Refusal::too_often: return "too many connections of your user within a minute, slow down";
  case Refusal::too_many: return "too many open connections of your user";
  case Refusal::too_many_of_all: return "too many open connections of this host's users";
  }
  std::unreachable();
}

Limits::Limits(const Clock& clock, MostConnections most) : clock_(clock), most_(most) {}

Limits::Slot::Slot(Slot&& other) noexcept
    : owner_(std::exchange(other.owner_, nullptr)), uid_(other.uid_) {}

Limits::Slot::~Slot() {
  if (owner_ != nullptr) owner_->leave(uid_);
}

std::expected<Limits::Slot, Refusal> Limits::enter(uid_t uid) {
  const auto now = unix_seconds(clock_.wall()) / seconds_per_minute;
  const std::scoped_lock lock(mutex_);
  if (std::exchange(minute_, now) != now) made_.clear();
  if (count_of(made_, uid) >= most_.per_minute) return std::unexpected(Refusal::too_often);
  if (count_of(open_, uid) >= most_.open) return std::unexpected(Refusal::too_many);
  if (uid != root && open_of_all_ >= most_.open_of_all)
    return std::unexpected(Refusal::too_many_of_all);
  ++made_[uid];
  ++open_[uid];
  if (uid != root) ++open_of_all_;
  return Slot(*this, uid);
}

void Limits::leave(uid_t uid) {
  const std::scoped_lock lock(mutex_);
  if (--open_[uid] == 0) open_.erase(uid);
  if (uid != root) --open_of_all_;
}

} // namespace mox::localusers
