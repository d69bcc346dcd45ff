// The names of the host's users by their numbers.
#pragma once

#include "async/pool.h"
#include "async/task.h"
#include "clock/clock.h"

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <sys/types.h>
#include <unordered_map>

namespace mox::localusers {

// As the system knows it, from files or from a directory service: this may take a while.
std::optional<std::string> system_name(uid_t uid);

// Remembers what it has asked for a minute. Safe from any thread.
class Names {
public:
  // May block; nothing for a number without a name.
  using Lookup = std::function<std::optional<std::string>(uid_t)>;

  explicit Names(const Clock& clock, Lookup lookup = system_name);

  // The name, or the number in digits.
  async::Task<std::string> find(uid_t uid, async::Pool& pool);

private:
  struct Known {
    std::string name;
    SteadyTime until;
  };

  std::optional<std::string> remembered(uid_t uid) const;
  void remember(uid_t uid, const std::string& name);

  const Clock& clock_;
  Lookup lookup_;
  mutable std::mutex mutex_;
  std::unordered_map<uid_t, Known> known_;
};

} // namespace mox::localusers
