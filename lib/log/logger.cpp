#include "log/logger.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <poll.h>
#include <unistd.h>
#include <utility>

namespace mox::log {

namespace {

// How long a line may wait for its reader, once; while the reader stands still the next ones do
// not.
constexpr std::chrono::milliseconds patience{100};

bool is_writable(int descriptor, std::chrono::milliseconds wait) {
  pollfd wanted{.fd = descriptor, .events = POLLOUT, .revents = 0};
  return ::poll(&wanted, 1, static_cast<int>(wait.count())) == 1 && (wanted.revents & POLLOUT) != 0;
}

std::string describe(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "of an unknown type";
  }
}

} // namespace

Logger::Logger(int descriptor, Format format, Level level)
    : descriptor_(descriptor), format_(format), default_level_(level), highest_level_(level) {}

void Logger::set_level(Level level) {
  const std::unique_lock lock(package_levels_mutex_);
  default_level_ = level;
  find_highest_level();
}

void Logger::set_level(std::string_view pkg, Level level) {
  const std::unique_lock lock(package_levels_mutex_);
  package_levels_.insert_or_assign(std::string(pkg), level);
  find_highest_level();
}

void Logger::clear_level(std::string_view pkg) {
  const std::unique_lock lock(package_levels_mutex_);
  if (const auto found = package_levels_.find(pkg); found != package_levels_.end())
    package_levels_.erase(found);
  find_highest_level();
}

std::map<std::string, Level, std::less<>> Logger::package_levels() const {
  const std::shared_lock lock(package_levels_mutex_);
  return package_levels_;
}

void Logger::find_highest_level() {
  auto highest = default_level_.load();
  for (const auto& [pkg, level] : package_levels_) highest = std::max(highest, level);
  highest_level_ = highest;
  has_package_levels_ = !package_levels_.empty();
}

bool Logger::enabled_for(Level level, std::string_view pkg) const {
  if (!has_package_levels_.load(std::memory_order_relaxed)) return true;
  const std::shared_lock lock(package_levels_mutex_);
  const auto found = package_levels_.find(pkg);
  return level <= (found == package_levels_.end() ? default_level_.load() : found->second);
}

void Logger::exception(std::string_view pkg, const std::exception_ptr& exception,
                       std::uint64_t cid) {
  const auto text = describe(exception);
  error(pkg, "unexpected exception", {{"err", text}}, cid);
}

void Logger::write(const Event& event) {
  const auto format = format_ == Format::json ? to_json : to_logfmt;
  const auto line = format(event);
  const std::lock_guard lock(write_mutex_);
  if (dropped_unreported_ > 0) {
    const Field field("lines", dropped_unreported_);
    if (put(format({Level::warn, "log", "lines were lost, nobody read them", {&field, 1}, 0})))
      dropped_unreported_ = 0;
  }
  if (dropped_unreported_ == 0 && put(line)) return;
  ++dropped_unreported_;
  dropped_.fetch_add(1, std::memory_order_relaxed);
}

// After poll() there is room for PIPE_BUF bytes in a pipe, and a line is not longer: this does not
// block, though the descriptor may (it is shared with whoever started us, so that stays as it is).
bool Logger::put(std::string_view line) {
  const auto wait = dropped_unreported_ == 0 ? patience : std::chrono::milliseconds(0);
  if (!is_writable(descriptor_, wait)) return false;
  ssize_t written = 0;
  do written = ::write(descriptor_, line.data(), line.size());
  while (written < 0 && errno == EINTR);
  return std::cmp_equal(written, line.size());
}

} // namespace mox::log
