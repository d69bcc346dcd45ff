// A file system that remembers what was synced: takes the recorder's events, and makes what could
// be on disk if the power went now.
//
// Rules, in each case the stricter of what POSIX, ext4, xfs and btrfs promise:
// - A write is durable when a later fsync or fdatasync of the file has returned, or at once on an
//   O_DSYNC descriptor, then without the earlier writes. Sizes are like writes.
// - Until then each sector of 512 bytes holds any of the values that it had since, in their order;
//   but the size may be there without the bytes, which are zeros then.
// - An entry of a folder (creation, rename, removal) is durable when a later fsync of that folder
// has
//   returned; a sync of the file is not enough (though it is on ext4). Until then the first so many
//   changes of a folder have happened, since journals keep their order.
// - A failed sync makes nothing durable.
#pragma once

#include "crash/content.h"
#include "crash/event.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace mox::test {

// Files by their path below the root; folders end with a slash.
using Tree = std::map<std::string, Content>;

// How the unsynced rest is treated.
enum class Loss : std::uint8_t {
  all,         // nothing of it is there
  none,        // all of it is
  some_writes, // any of the writes
  torn,        // the first so many writes of each file, the last of them torn
  sectors,     // each sector for itself
  other_files, // all of the file that was written last, nothing of the others
};

constexpr std::uint8_t losses = 6;
std::string_view name_of(Loss loss);

class Disk {
public:
  Disk();
  ~Disk();

  // `tree` is what was there, all of it durable.
  explicit Disk(const Tree& tree);

  // The reason why the log cannot be followed, or empty.
  std::string apply(const Event& event);

  // As a program sees it now.
  Tree current() const;
  Tree after_power_cut(Loss loss, std::mt19937_64& random) const;

  // The same while `write`, a write event that was not applied, is on its way.
  Tree after_power_cut_within(const Event& write, Loss loss, std::mt19937_64& random);

  // Something was written to the disk that is not durable yet.
  bool has_unsynced() const;

private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace mox::test
