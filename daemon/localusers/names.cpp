#include "localusers/names.h"

#include <cerrno>
#include <cstddef>
#include <pwd.h>
#include <utility>
#include <vector>

namespace mox::localusers {

namespace {

constexpr std::chrono::minutes remembered_for{1};
// A user may have a range of numbers, for containers.
constexpr std::size_t most_remembered = 1000;
constexpr std::size_t first_buffer = 1024;
constexpr std::size_t largest_buffer = 1024 * 1024;

} // namespace

std::optional<std::string> system_name(uid_t uid) {
  for (std::size_t size = first_buffer; size <= largest_buffer; size *= 4) {
    std::vector<char> buffer(size);
    passwd entry{};
    passwd* found = nullptr;
    const int error_number = ::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found);
    if (error_number == ERANGE) continue;
    if (found == nullptr || *found->pw_name == '\0') return std::nullopt;
    return std::string(found->pw_name);
  }
  return std::nullopt;
}

Names::Names(const Clock& clock, Lookup lookup) : clock_(clock), lookup_(std::move(lookup)) {}

std::optional<std::string> Names::remembered(uid_t uid) const {
  const std::scoped_lock lock(mutex_);
  const auto found = known_.find(uid);
  if (found == known_.end() || found->second.until <= clock_.steady()) return std::nullopt;
  return found->second.name;
}

void Names::remember(uid_t uid, const std::string& name) {
  const std::scoped_lock lock(mutex_);
  if (known_.size() >= most_remembered) known_.clear();
  known_.insert_or_assign(uid, Known{name, clock_.steady() + remembered_for});
}

async::Task<std::string> Names::find(uid_t uid, async::Pool& pool) {
  if (auto known = remembered(uid)) co_return *std::move(known);
  auto ask = [this, uid] { return lookup_(uid); };
  const auto found = co_await async::run_blocking(pool, std::move(ask));
  auto name = found ? *found : std::to_string(uid);
  remember(uid, name);
  co_return name;
}

} // namespace mox::localusers
