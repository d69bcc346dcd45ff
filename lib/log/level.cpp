#include "log/level.h"

#include <array>

namespace mox::log {

namespace {

constexpr std::array<std::string_view, level_count> names = {
    "error", "warn", "info", "debug", "trace", "traceauth", "tracedata"};

}

std::string_view to_string(Level level) {
  return names[static_cast<std::size_t>(level)];
}

std::optional<Level> parse_level(std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return static_cast<Level>(i);
  return std::nullopt;
}

} // namespace mox::log
