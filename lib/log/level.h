// How much is logged. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mox::log {

// Each level includes those before it.
enum class Level : std::uint8_t {
  error,
  warn,
  info,
  debug,
  trace,     // what is said on connections, without secrets and messages
  traceauth, // with secrets
  tracedata, // with messages too
};

inline constexpr int level_count = 7;

std::string_view to_string(Level level);
std::optional<Level> parse_level(std::string_view name);

} // namespace mox::log
