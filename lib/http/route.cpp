#include "http/route.h"

#include "http/query.h"

#include <utility>

namespace mox::http {

namespace {

// Up to the next "/", which stays.
std::string_view take_segment(std::string_view& path) {
  const auto segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

bool is_parameter(std::string_view segment) {
  return segment.starts_with('{') && segment.ends_with('}');
}

} // namespace

std::optional<std::vector<std::string>> match_path(std::string_view pattern,
                                                   std::string_view path) {
  std::vector<std::string> segments;
  while (pattern.starts_with('/') && path.starts_with('/')) {
    pattern.remove_prefix(1);
    path.remove_prefix(1);
    const auto wanted = take_segment(pattern);
    const auto given = take_segment(path);
    if (!is_parameter(wanted)) {
      if (wanted != given) return std::nullopt;
      continue;
    }
    auto decoded = percent_decode(given);
    if (!decoded || decoded->empty()) return std::nullopt;
    segments.push_back(*std::move(decoded));
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return segments;
}

} // namespace mox::http
