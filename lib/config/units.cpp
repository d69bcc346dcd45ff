#include "config/units.h"

#include "text/ascii.h"

#include <algorithm>
#include <array>
#include <limits>
#include <span>

namespace mox::config {

namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

constexpr std::array<Unit, 5> size_units = {
    {{"B", 1}, {"KiB", 1LL << 10}, {"MiB", 1LL << 20}, {"GiB", 1LL << 30}, {"TiB", 1LL << 40}}};
constexpr std::array<Unit, 5> duration_units = {
    {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};

constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

// Takes the characters up to the first that is (or is not) a digit off the front of `text`.
std::string_view take(std::string_view& text, bool digits) {
  const auto end = std::ranges::find_if(text, [&](char c) { return text::is_digit(c) != digits; });
  const auto taken = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(taken.size());
  return taken;
}

// Takes a whole number and its unit off the front of `text`.
std::optional<std::int64_t> take_amount(std::string_view& text, std::span<const Unit> units) {
  const auto number = text::parse_number<std::uint64_t>(take(text, true));
  const auto unit = std::ranges::find(units, take(text, false), &Unit::name);
  if (!number || unit == units.end()) return std::nullopt;
  if (*number > largest / static_cast<std::uint64_t>(unit->factor)) return std::nullopt;
  return static_cast<std::int64_t>(*number) * unit->factor;
}

} // namespace

std::optional<std::int64_t> parse_size(std::string_view text) {
  const auto size = take_amount(text, size_units);
  return text.empty() ? size : std::nullopt;
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  std::chrono::milliseconds sum{0};
  do {
    const auto amount = take_amount(text, duration_units);
    if (!amount || *amount > std::chrono::milliseconds::max().count() - sum.count())
      return std::nullopt;
    sum += std::chrono::milliseconds(*amount);
  } while (!text.empty());
  return sum;
}

} // namespace mox::config
