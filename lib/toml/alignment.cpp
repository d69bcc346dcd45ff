#include "toml/alignment.h"

#include "toml/same.h"

#include <algorithm>

namespace mox::toml {

namespace {

// The next element of `before`, from `from` on, that is the same as `value`; or its size.
std::size_t find_from(const Array& before, std::size_t from, const Value& value) {
  while (from < before.size() && !same(before[from], value)) ++from;
  return from;
}

// Elements from one that stays to the next: they change, as many as there are in both.
void add_changes(std::vector<Step>& steps, std::size_t before, std::size_t before_end,
                 std::size_t after, std::size_t after_end) {
  while (before < before_end || after < after_end) {
    Step step;
    if (before < before_end) step.before = before++;
    if (after < after_end) step.after = after++;
    steps.push_back(step);
  }
}

} // namespace

std::vector<Step> align(const Array& before, const Array& after) {
  std::vector<Step> steps;
  std::size_t next_before = 0;
  std::size_t next_after = 0;
  for (std::size_t i = 0; i < after.size(); ++i) {
    const auto found = find_from(before, next_before, after[i]);
    if (found == before.size()) continue;
    add_changes(steps, next_before, found, next_after, i);
    steps.push_back({.before = found, .after = i, .stays = true});
    next_before = found + 1;
    next_after = i + 1;
  }
  add_changes(steps, next_before, before.size(), next_after, after.size());
  return steps;
}

} // namespace mox::toml
