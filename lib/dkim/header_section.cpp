#include "dkim/header_section.h"

#include "text/ascii.h"

#include <algorithm>

namespace mox::dkim {

namespace {

constexpr std::size_t usual_fields = 32;

// FNV-1a, over lower case. Who makes names that collide gains nothing: they are compared then.
std::uint64_t hash_of(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : name)
    hash = (hash ^ static_cast<unsigned char>(text::lower(c))) * 0x100000001b3;
  return hash;
}

// Below, the same, or above, whatever the case.
int compare(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const char left = text::lower(a[i]);
    const char right = text::lower(b[i]);
    if (left != right) return left < right ? -1 : 1;
  }
  return 0;
}

} // namespace

HeaderSection::HeaderSection(std::string_view text) : text_(text) {
  struct Named {
    std::uint64_t hash;
    std::uint32_t number;
  };

  std::vector<Named> named;
  fields_.reserve(usual_fields);
  named.reserve(usual_fields);
  message::FieldReader reader(text);
  while (auto field = reader.next()) {
    if (field->name.empty())
      malformed_ = true;
    else
      named.push_back({hash_of(field->name), static_cast<std::uint32_t>(fields_.size())});
    fields_.push_back(*field);
  }
  std::ranges::sort(named, [&](const Named& a, const Named& b) {
    if (a.hash != b.hash) return a.hash < b.hash;
    const int order = compare(fields_[a.number].name, fields_[b.number].name);
    return order == 0 ? a.number < b.number : order < 0;
  });
  by_name_.reserve(named.size());
  hashes_.reserve(named.size());
  for (const auto& [hash, number] : named) {
    hashes_.push_back(hash);
    by_name_.push_back(number);
  }
}

std::size_t HeaderSection::count(std::string_view name) const {
  return all(name).size();
}

std::span<const std::uint32_t> HeaderSection::all(std::string_view name) const {
  const auto order = [&](std::uint32_t number) { return compare(fields_[number].name, name); };
  const auto same_hash = std::ranges::equal_range(hashes_, hash_of(name));
  const auto numbers = std::span(by_name_).subspan(
      static_cast<std::size_t>(same_hash.begin() - hashes_.begin()), same_hash.size());
  if (numbers.empty() || (order(numbers.front()) == 0 && order(numbers.back()) == 0))
    return numbers;
  const auto begin = std::ranges::partition_point(
      numbers, [&](std::uint32_t number) { return order(number) < 0; });
  const auto end = std::partition_point(begin, numbers.end(),
                                        [&](std::uint32_t number) { return order(number) == 0; });
  return {begin, end};
}

std::vector<const message::Field*> HeaderSection::select(std::span<const std::string> names) const {
  std::vector<const message::Field*> selected;
  selected.reserve(names.size());
  std::vector<std::uint32_t> taken(by_name_.size()); // of a name, at its first place in by_name_
  for (const auto& name : names) {
    const auto numbers = all(name);
    if (numbers.empty()) continue;
    auto& used = taken[static_cast<std::size_t>(numbers.data() - by_name_.data())];
    if (used == numbers.size()) continue;
    ++used;
    selected.push_back(&fields_[numbers[numbers.size() - used]]);
  }
  return selected;
}

} // namespace mox::dkim
