#include "dkim/header_section.h"

#include "text/ascii.h"

#include <utility>

namespace mox::dkim {

HeaderSection::HeaderSection(std::string_view text) : text_(text) {
  message::FieldReader reader(text);
  while (auto field = reader.next()) {
    if (field->name.empty())
      malformed_ = true;
    else
      by_name_[text::lower(field->name)].push_back(static_cast<std::uint32_t>(fields_.size()));
    fields_.push_back(*field);
  }
}

std::size_t HeaderSection::count(std::string_view name) const {
  return all(name).size();
}

std::span<const std::uint32_t> HeaderSection::all(std::string_view name) const {
  const auto found = by_name_.find(text::lower(name));
  if (found == by_name_.end()) return {};
  return found->second;
}

std::vector<const message::Field*> HeaderSection::select(std::span<const std::string> names) const {
  std::vector<const message::Field*> selected;
  std::unordered_map<std::string, std::size_t> taken;
  for (const auto& name : names) {
    const auto numbers = all(name);
    auto& used = taken[text::lower(name)];
    if (used == numbers.size()) continue;
    ++used;
    selected.push_back(&fields_[numbers[numbers.size() - used]]);
  }
  return selected;
}

} // namespace mox::dkim
