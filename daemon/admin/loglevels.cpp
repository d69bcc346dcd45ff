// How much is logged, changed until the next start.
#include "admin/families.h"

#include <fmt/format.h>

namespace mox::admin {

namespace {

Result<log::Level> level_of(std::string_view name) {
  if (const auto level = log::parse_level(name)) return *level;
  return failure(ErrorKind::invalid,
                 fmt::format("{:?} is not one of error, warn, info, debug, trace, traceauth, "
                             "tracedata",
                             name));
}

std::string list(const log::Logger& log) {
  auto text = fmt::format("(default): {}\n", log::to_string(log.level()));
  for (const auto& [pkg, level] : log.package_levels())
    text += fmt::format("{}: {}\n", pkg, log::to_string(level));
  return text;
}

} // namespace

Result<std::string> log_levels(Place& place, const Parameters& given, std::string_view) {
  if (given.count() == 0) return list(place.log);
  if (given.count() == 2 && given[0].empty()) {
    place.log.clear_level(given[1]);
    return std::string();
  }
  MOX_TRY_ASSIGN(level, level_of(given[0]));
  if (given.count() == 2)
    place.log.set_level(given[1], level);
  else
    place.log.set_level(level);
  return std::string();
}

} // namespace mox::admin
