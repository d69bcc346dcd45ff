#include "config/units.h"
#include "support/catch.h"

#include <string_view>
#include <vector>

using namespace mox::config;
using namespace std::chrono_literals;

TEST_CASE("sizes") {
  struct Row {
    std::string_view text;
    std::optional<std::int64_t> want;
  };

  const std::vector<Row> rows = {
      {"0B", 0},
      {"512B", 512},
      {"1KiB", 1024},
      {"100MiB", 104857600},
      {"3GiB", 3LL << 30},
      {"8388607TiB", 8388607LL << 40},
      {"8388608TiB", std::nullopt},
      {"18446744073709551616B", std::nullopt},
      {"", std::nullopt},
      {"1", std::nullopt},
      {"B", std::nullopt},
      {"-1B", std::nullopt},
      {"1kib", std::nullopt},
      {"1 MiB", std::nullopt},
      {"1MiB1KiB", std::nullopt},
      {"1.5MiB", std::nullopt},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(parse_size(row.text) == row.want);
  }
}

TEST_CASE("durations") {
  struct Row {
    std::string_view text;
    std::optional<std::chrono::milliseconds> want;
  };

  const std::vector<Row> rows = {
      {"0s", 0ms},
      {"250ms", 250ms},
      {"15s", 15s},
      {"90m", 90min},
      {"72h", 72h},
      {"30d", 720h},
      {"1h30m", 90min},
      {"1h30m15s", 90min + 15s},
      {"106751991167d", std::chrono::milliseconds(106751991167LL * 86'400'000)},
      {"106751991168d", std::nullopt},
      {"106751991167d1d", std::nullopt},
      {"", std::nullopt},
      {"15", std::nullopt},
      {"s", std::nullopt},
      {"-1s", std::nullopt},
      {"1.5h", std::nullopt},
      {"1h ", std::nullopt},
      {"1w", std::nullopt},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(parse_duration(row.text) == row.want);
  }
}
