// Where all parts of the program write what happened.
#pragma once

#include "log/field.h"
#include "log/format.h"
#include "log/level.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <initializer_list>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>

namespace mox::log {

enum class Format : std::uint8_t { logfmt, json };

using Fields = std::initializer_list<Field>;

// Usable from all threads; handed on by reference. A line is one write. A reader that does not read
// costs lines, not time: they are dropped after a moment's wait, and counted in the next line.
class Logger {
public:
  // `descriptor` must stay open; it is not closed. stderr: 2.
  explicit Logger(int descriptor, Format format = Format::logfmt, Level level = Level::info);

  // For all packages without a level of their own.
  void set_level(Level level);

  Level level() const { return default_level_.load(std::memory_order_relaxed); }

  void set_level(std::string_view pkg, Level level);
  void clear_level(std::string_view pkg);
  std::map<std::string, Level, std::less<>> package_levels() const;

  // Ask before preparing anything costly. Takes a nanosecond or two unless a package has its own
  // level.
  bool enabled(Level level, std::string_view pkg) const {
    return level <= highest_level_.load(std::memory_order_relaxed) && enabled_for(level, pkg);
  }

  void error(std::string_view pkg, std::string_view message, Fields fields = {},
             std::uint64_t cid = 0) {
    event(Level::error, pkg, message, fields, cid);
  }

  void warn(std::string_view pkg, std::string_view message, Fields fields = {},
            std::uint64_t cid = 0) {
    event(Level::warn, pkg, message, fields, cid);
  }

  void info(std::string_view pkg, std::string_view message, Fields fields = {},
            std::uint64_t cid = 0) {
    event(Level::info, pkg, message, fields, cid);
  }

  void debug(std::string_view pkg, std::string_view message, Fields fields = {},
             std::uint64_t cid = 0) {
    event(Level::debug, pkg, message, fields, cid);
  }

  // `level` is trace, or traceauth or tracedata for what must not be shown otherwise.
  void trace(Level level, std::string_view pkg, std::string_view message, Fields fields = {},
             std::uint64_t cid = 0) {
    event(level, pkg, message, fields, cid);
  }

  void event(Level level, std::string_view pkg, std::string_view message, Fields fields = {},
             std::uint64_t cid = 0) {
    counts_[static_cast<std::size_t>(level)].fetch_add(1, std::memory_order_relaxed);
    if (enabled(level, pkg)) write({level, pkg, message, {fields.begin(), fields.size()}, cid});
  }

  // An exception that ended a session or a task; `exception` must not be null.
  void exception(std::string_view pkg, const std::exception_ptr& exception, std::uint64_t cid = 0);

  // Events of this level since the start, written or not.
  std::uint64_t count(Level level) const {
    return counts_[static_cast<std::size_t>(level)].load(std::memory_order_relaxed);
  }

  // Lines that nobody took.
  std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

private:
  bool enabled_for(Level level, std::string_view pkg) const;
  void find_highest_level();
  void write(const Event& event);
  // The line was taken by the descriptor as a whole.
  bool put(std::string_view line);

  const int descriptor_;
  const Format format_;
  std::atomic<Level> default_level_;
  std::atomic<Level> highest_level_; // of the default and all packages
  std::atomic<bool> has_package_levels_ = false;
  mutable std::shared_mutex package_levels_mutex_;
  std::map<std::string, Level, std::less<>> package_levels_;
  std::array<std::atomic<std::uint64_t>, level_count> counts_{};
  std::atomic<std::uint64_t> dropped_ = 0;
  std::mutex write_mutex_;
  std::uint64_t dropped_unreported_ = 0; // under write_mutex_
};

} // namespace mox::log
