#include "config/findings.h"

#include "text/ascii.h"
#include "text/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <tuple>

namespace mox::config {

namespace {

constexpr std::size_t shown_name_limit = 80;

bool is_bare(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return text::is_alnum(c) || c == '-' || c == '_';
  });
}

std::string written(std::string_view name) {
  if (name.size() > shown_name_limit)
    return fmt::format("{:?}…", text::cut_utf8(name, shown_name_limit));
  return is_bare(name) ? std::string(name) : fmt::format("{:?}", name);
}

std::string joined(const auto& way) {
  std::string name;
  for (const auto& part : way) name += (name.empty() ? "" : ".") + written(part);
  return name;
}

const toml::Value* step(const toml::Value& from, const std::string& name) {
  if (const auto* table = std::get_if<toml::Table>(&from.data)) return table->find(name);
  const auto* array = std::get_if<toml::Array>(&from.data);
  const auto number = text::parse_number<std::size_t>(name);
  const bool there = array != nullptr && number && *number < array->size();
  return there ? &(*array)[*number] : nullptr;
}

} // namespace

std::string field_name(const Way& way) {
  return joined(way);
}

std::string field_name(const std::vector<std::string_view>& way) {
  return joined(way);
}

void Findings::add(toml::Place place, std::string field, std::string text) {
  if (is_full()) {
    ++untold_;
    return;
  }
  const auto later = std::ranges::upper_bound(
      problems_, std::tuple(place.line, place.column), {},
      [](const Problem& problem) { return std::tuple(problem.place.line, problem.place.column); });
  problems_.insert(later, {file_, place, std::move(field), std::move(text)});
}

void Findings::add(const Way& way, std::string text) {
  if (is_full()) {
    ++untold_;
    return;
  }
  const auto [place, in_list] = find(way);
  // Line and column tell which one of a list it is.
  add(place, field_name(in_list ? Way(way.begin(), std::prev(way.end())) : way), std::move(text));
}

std::vector<Problem> Findings::take() {
  if (untold_ != 0)
    problems_.push_back({.file = file_, .text = fmt::format("and {} more", untold_)});
  return std::move(problems_);
}

Findings::Found Findings::find(const Way& way) const {
  Found found{.place = {1, 1}};
  if (way.empty()) return found;
  const auto* value = tree_.find(way.front());
  for (auto part = std::next(way.begin()); value != nullptr; ++part) {
    found.place = value->place;
    if (part == way.end()) break;
    found.in_list =
        std::next(part) == way.end() && std::holds_alternative<toml::Array>(value->data);
    value = step(*value, *part);
  }
  return found;
}

} // namespace mox::config
