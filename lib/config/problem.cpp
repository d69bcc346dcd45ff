#include "config/problem.h"

#include <fmt/format.h>

namespace mox::config {

std::string to_string(const Problem& problem) {
  auto line = problem.file;
  if (problem.place.line != 0)
    line += fmt::format(":{}:{}", problem.place.line, problem.place.column);
  if (!problem.field.empty()) line += ": " + problem.field;
  return line + ": " + problem.text;
}

std::string to_string(const std::vector<Problem>& problems) {
  std::string lines;
  for (const auto& problem : problems) lines += to_string(problem) + "\n";
  return lines;
}

} // namespace mox::config
