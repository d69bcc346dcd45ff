#include "localapi/parameters.h"

#include "http/query.h"
#include "text/ascii.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace mox::localapi {

namespace {

std::string advice_about(std::span<const std::string_view> known) {
  if (known.empty()) return "this address takes no parameters";
  return fmt::format("those that there are: {}", fmt::join(known, ", "));
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  const auto digits = text.substr(0, text.find_first_not_of("0123456789"));
  const auto unit = text.substr(digits.size());
  const auto number = text::parse_number<std::uint32_t>(digits);
  if (!number) return std::nullopt;
  if (unit == "ms") return std::chrono::milliseconds(*number);
  if (unit == "s" || unit.empty()) return std::chrono::seconds(*number);
  if (unit == "m") return std::chrono::minutes(*number);
  return std::nullopt;
}

} // namespace

std::expected<Parameters, Problem> Parameters::parse(std::string_view query,
                                                     std::span<const std::string_view> known) {
  auto fields = http::parse_query(query);
  if (!fields) return problem(fields.error());
  Parameters parameters;
  for (auto& [name, value] : *fields) {
    if (std::ranges::find(known, name) == known.end())
      return problem(400, fmt::format("there is no parameter \"{}\" here", name),
                     advice_about(known));
    if (value.empty())
      return problem(400, fmt::format("{} is empty", name), "give it a value, or leave it out");
    const auto [place, added] = parameters.values_.emplace(std::move(name), std::move(value));
    if (!added) return problem(400, fmt::format("{} is given twice", place->first), "give it once");
  }
  return parameters;
}

std::optional<std::string_view> Parameters::find(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return std::nullopt;
  return found->second;
}

std::expected<std::uint32_t, Problem> Parameters::number(std::string_view name, std::uint32_t most,
                                                         std::uint32_t otherwise) const {
  const auto value = find(name);
  if (!value) return otherwise;
  const auto number = text::parse_number<std::uint32_t>(*value);
  if (!number || *number == 0 || *number > most)
    return problem(400, fmt::format("{}={} is not a number from 1 to {}", name, *value, most),
                   fmt::format("leave it out for {}", otherwise));
  return *number;
}

std::expected<std::chrono::milliseconds, Problem>
Parameters::duration(std::string_view name, std::chrono::milliseconds most,
                     std::chrono::milliseconds otherwise) const {
  const auto value = find(name);
  if (!value) return otherwise;
  const auto duration = parse_duration(*value);
  if (!duration)
    return problem(400, fmt::format("{}={} is not a time", name, *value), "write 10s, 500ms or 2m");
  if (*duration > most)
    return problem(400, fmt::format("{}={} is too long", name, *value),
                   fmt::format("ask for at most {}s, and ask again", most.count() / 1000));
  return *duration;
}

} // namespace mox::localapi
