// Sizes and durations as people write them. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace mox::config {

// "100MiB", "1GiB", "512B": a whole number and a unit of B, KiB, MiB, GiB, TiB.
std::optional<std::int64_t> parse_size(std::string_view text);

// "15s", "72h", "1h30m", "250ms": whole numbers, each with a unit of ms, s, m, h or d. Never
// negative.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

} // namespace mox::config
