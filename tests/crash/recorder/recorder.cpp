#include "crash/recorder/recorder.h"

#include "crash/recorder/paths.h"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace mox::test {

Recorder& Recorder::instance() {
  static auto* const recorder = new Recorder;
  return *recorder;
}

Recorder::Recorder() {
  if (const char* folder = std::getenv("MOX_CRASH_FOLDER")) folder_ = normalised(folder);
  if (const char* faults = std::getenv("MOX_CRASH_FAIL")) faults_ = InjectedFaults(faults);
  if (const char* log = std::getenv("MOX_CRASH_LOG")) {
    log_ = static_cast<int>(
        ::syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  }
}

bool Recorder::follows(std::string_view path) const {
  if (folder_.empty() || !path.starts_with(folder_)) return false;
  return path.size() == folder_.size() || path[folder_.size()] == '/';
}

std::string_view Recorder::below(std::string_view path) const {
  path.remove_prefix(folder_.size());
  if (path.starts_with('/')) path.remove_prefix(1);
  return path;
}

Target Recorder::target_of(int file) const {
  const int kept = errno;
  Target target;
  struct stat status{};
  if (follows_any() && ::fstat(file, &status) == 0 &&
      (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode))) {
    target.path = path_of(file);
    target.followed = follows(target.path);
    target.is_folder = S_ISDIR(status.st_mode);
    target.inode = status.st_ino;
  }
  errno = kept;
  return target;
}

bool Recorder::fails(std::string_view call, std::string_view family, std::string_view path) {
  const int error = faults_.due(call, family, path);
  if (error == 0) return false;
  log({.type = EventType::mark, .data = "fault"});
  errno = error;
  return true;
}

void Recorder::log(const EventView& event) const {
  if (log_ < 0) return;
  const int kept = errno;
  std::string bytes;
  append_event(bytes, event);
  std::string_view rest = bytes;
  while (!rest.empty()) {
    const auto count = ::syscall(SYS_write, log_, rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) std::abort();
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
  errno = kept;
}

void Recorder::log_name(EventType type, std::string_view path, std::string_view other) {
  log({.type = type,
       .path = below(path),
       .other = other.empty() ? std::string_view() : below(other)});
}

void Recorder::log_unseen(std::string_view path, std::string_view call) {
  log({.type = EventType::unseen, .path = below(path), .data = call});
}

void Recorder::log_created(int file, std::string_view path) {
  struct stat status{};
  if (::fstat(file, &status) != 0) return;
  known_.insert(status.st_ino);
  log({.type = EventType::create, .inode = status.st_ino, .path = below(path)});
}

void Recorder::log_resized(const Target& target, off_t size) {
  introduce(target);
  log({.type = EventType::truncate,
       .inode = target.inode,
       .number = static_cast<std::uint64_t>(size)});
}

void Recorder::introduce(const Target& target) {
  if (target.is_folder || !known_.insert(target.inode).second) return;
  log({.type = EventType::known, .inode = target.inode, .path = below(target.path)});
}

std::uint64_t Recorder::log_sync_begin(const Target& target) {
  introduce(target);
  log({.type = EventType::sync_begin,
       .inode = target.is_folder ? 0 : target.inode,
       .number = ++syncs_,
       .path = target.is_folder ? below(target.path) : std::string_view()});
  return syncs_;
}

void Recorder::log_sync_end(std::uint64_t sync, bool good) {
  log({.type = EventType::sync_end,
       .flags = good ? std::uint8_t{0} : Event::failed,
       .number = sync});
}

} // namespace mox::test

extern "C" void mox_crash_mark(const char* text, unsigned long size) {
  using namespace mox::test;
  auto& recorder = Recorder::instance();
  const Lock lock(recorder.mutex);
  recorder.log({.type = EventType::mark, .data = std::string_view(text, size)});
}
