#include "message/section.h"

#include "message/field.h"
#include "text/ascii.h"

#include <algorithm>

namespace mox::message {

namespace {

bool has_parts(const Structure& structure, std::uint32_t index) {
  const Part& part = structure.parts[index];
  return part.kind == Part::Kind::multipart && part.end > index + 1;
}

// The part that number `n` names inside `index`: of a multipart its child, of a message the child
// of the multipart in it or, when there is none, its body as part 1.
std::uint32_t numbered_part(const Structure& structure, std::uint32_t index, std::uint32_t n) {
  const bool in_message = structure.parts[index].kind == Part::Kind::message;
  if (in_message) ++index;
  if (has_parts(structure, index)) return structure.child(index, n);
  return in_message && n == 1 ? index : Part::none;
}

} // namespace

std::optional<std::uint32_t> find_part(const Structure& structure,
                                       std::span<const std::uint32_t> path) {
  if (structure.parts.empty()) return std::nullopt;
  std::uint32_t index = 0;
  bool at_message = true; // `index` is the message around, not yet its part
  for (const auto n : path) {
    if (at_message && !has_parts(structure, index)) {
      if (n != 1) return std::nullopt;
    } else {
      index = at_message ? structure.child(index, n) : numbered_part(structure, index, n);
      if (index == Part::none) return std::nullopt;
    }
    at_message = false;
  }
  return index;
}

std::vector<std::string> section_numbers(const Structure& structure) {
  const auto count = structure.parts.size();
  std::vector<std::string> numbers(count);
  std::vector<std::string> around(count); // what the numbers of a part's children begin with
  std::vector<std::uint32_t> children(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto parent = structure.parts[i].parent;
    const bool is_message =
        parent == Part::none || structure.parts[parent].kind == Part::Kind::message;
    const auto before = parent == Part::none ? std::string() : around[parent];
    const auto dot = before.empty() ? "" : ".";
    if (is_message && has_parts(structure, i)) {
      around[i] = before;
      continue;
    }
    // The body of a message without parts is part 1 (RFC 9051 section 6.4.5.1).
    const auto number = is_message ? 1 : ++children[parent];
    numbers[i] = before + dot + std::to_string(number);
    around[i] = numbers[i];
  }
  return numbers;
}

std::optional<Range> find_section(const Structure& structure, std::span<const std::uint32_t> path,
                                  SectionText text) {
  const auto index = find_part(structure, path);
  if (!index) return std::nullopt;
  const Part* part = &structure.parts[*index];
  switch (text) {
  case SectionText::all:
    if (path.empty()) return Range{0, structure.size};
    return Range{part->body_begin, part->body_end};
  case SectionText::mime:
    if (path.empty()) return std::nullopt;
    return Range{part->header_begin, part->body_begin};
  case SectionText::header:
  case SectionText::text: break;
  }
  if (!path.empty()) {
    if (part->kind != Part::Kind::message) return std::nullopt;
    part = &structure.parts[*index + 1];
  }
  if (text == SectionText::header) return Range{part->header_begin, part->body_begin};
  return Range{part->body_begin, part->body_end};
}

std::string select_fields(std::string_view header, std::span<const std::string> names,
                          bool without) {
  std::string selected;
  FieldReader reader(header);
  while (const auto field = reader.next()) {
    const bool named = std::ranges::any_of(
        names, [&](const auto& name) { return text::iequals(name, field->name); });
    if (named == without) continue;
    selected += header.substr(field->offset, field->size);
    if (!selected.ends_with('\n')) selected += "\r\n";
  }
  return selected += "\r\n";
}

} // namespace mox::message
