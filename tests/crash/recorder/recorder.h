// The recorder, a library for LD_PRELOAD: it logs what a program does to the files below one
// folder, and lets chosen calls fail. README.md says how to use it.
//
// The calls themselves are in content_calls.cpp (bytes), size_calls.cpp and name_calls.cpp. The
// real ones go to the kernel directly, so nothing depends on which libc function of that name comes
// next.
#pragma once

#include "crash/event.h"
#include "crash/recorder/injected_faults.h"

#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace mox::test {

// A descriptor's file, when it is one that we follow.
struct Target {
  bool followed = false;
  bool is_folder = false;
  std::uint64_t inode = 0;
  std::string path;
};

// What the recorder knows while the program runs.
class Recorder {
public:
  // Made from the environment by the first call. Never destroyed: the program may write until its
  // very end.
  static Recorder& instance();

  // One lock orders the log like the calls: it is held around a call and what is logged of it. A
  // sync is two events instead, since other calls go on while it runs.
  std::recursive_mutex mutex;

  // False when the recorder was not told of a folder.
  bool follows_any() const { return !folder_.empty(); }

  bool follows(std::string_view path) const;
  Target target_of(int file) const;

  // Sets errno and returns true when a fault is due for this call; see InjectedFaults::due.
  bool fails(std::string_view call, std::string_view family, std::string_view path);

  // For all that follows: paths are absolute and followed, errno stays that of the program's call.
  void log(const EventView& event) const;
  // An event of one path, or of two.
  void log_name(EventType type, std::string_view path, std::string_view other);
  // What the recorder cannot follow; the maker of images refuses a log that has one.
  void log_unseen(std::string_view path, std::string_view call);
  void log_created(int file, std::string_view path);
  void log_resized(const Target& target, off_t size);
  // Names the file, when the log has not done so: before the first event about it.
  void introduce(const Target& target);
  // Returns the sync's number.
  std::uint64_t log_sync_begin(const Target& target);
  void log_sync_end(std::uint64_t sync, bool good);

private:
  Recorder();
  // Of a followed path, what stands below the folder.
  std::string_view below(std::string_view path) const;

  std::string folder_; // absolute, without a slash at its end; empty: nothing is recorded
  int log_ = -1;
  std::set<std::uint64_t> known_; // inodes that the log has named
  std::uint64_t syncs_ = 0;
  InjectedFaults faults_;
};

using Lock = std::scoped_lock<std::recursive_mutex>;

} // namespace mox::test
