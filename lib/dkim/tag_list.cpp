#include "dkim/tag_list.h"

#include "text/ascii.h"
#include "text/base64.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace mox::dkim {

namespace {

// tag-name = ALPHA *ALNUMPUNC ; ALNUMPUNC = ALPHA / DIGIT / "_"
bool is_tag_name(std::string_view name) {
  return !name.empty() && text::is_alpha(name.front()) &&
         std::ranges::all_of(name, [](char c) { return text::is_alnum(c) || c == '_'; });
}

// tval = 1*VALCHAR ; VALCHAR = %x21-3A / %x3C-7E, and FWS between them
bool is_value(std::string_view value) {
  return std::ranges::all_of(value, [](char c) {
    return text::is_space(c) || (static_cast<unsigned char>(c) > ' ' && c != 0x7f);
  });
}

} // namespace

const Tag* TagList::find(std::string_view name) const {
  const auto found = std::ranges::find(tags_, name, &Tag::name);
  return found == tags_.end() ? nullptr : &*found;
}

std::optional<std::string_view> TagList::value(std::string_view name) const {
  const Tag* tag = find(name);
  if (tag == nullptr) return std::nullopt;
  return tag->value;
}

Result<TagList> parse_tag_list(std::string_view text) {
  if (text.size() > tag_list_limit)
    return failure(ErrorKind::invalid,
                   fmt::format("a list of tags has at most {} bytes", tag_list_limit));
  TagList list;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find(';', at), text.size());
    const auto spec = text.substr(at, end - at);
    if (end == text.size() && text::trim(spec).empty() && at > 0) break; // after the last ";"
    const auto equals = spec.find('=');
    const auto name = text::trim(spec.substr(0, equals));
    if (equals == std::string_view::npos || !is_tag_name(name))
      return failure(ErrorKind::invalid,
                     fmt::format("{:?} is no tag with a value", text::trim(spec).substr(0, 40)));
    if (list.find(name) != nullptr)
      return failure(ErrorKind::invalid, fmt::format("tag {}= stands twice", name.substr(0, 40)));
    if (list.tags_.size() == tags_limit)
      return failure(ErrorKind::invalid, fmt::format("more than {} tags", tags_limit));
    const Tag tag{.name = name,
                  .value = text::trim(spec.substr(equals + 1)),
                  .begin = at + equals + 1,
                  .end = end};
    if (!is_value(tag.value))
      return failure(ErrorKind::invalid,
                     fmt::format("the value of tag {}= has a control character", name));
    list.tags_.push_back(tag);
    at = end + 1;
  }
  if (list.tags_.empty()) return failure(ErrorKind::invalid, "there are no tags");
  return list;
}

Result<std::vector<std::string_view>> split_list(std::string_view value) {
  std::vector<std::string_view> elements;
  for (;;) {
    const auto colon = value.find(':');
    const auto element = text::trim(value.substr(0, colon));
    if (element.empty()) return failure(ErrorKind::invalid, "a list has an empty element");
    elements.push_back(element);
    if (colon == std::string_view::npos) return elements;
    value.remove_prefix(colon + 1);
  }
}

Result<std::string> decode_base64(std::string_view value) {
  std::string solid;
  solid.reserve(value.size() + 3);
  for (const char c : value)
    if (!text::is_space(c)) solid += c;
  if (!solid.ends_with('=')) solid.append((4 - solid.size() % 4) % 4, '=');
  return text::base64_decode(solid);
}

std::optional<std::uint64_t> parse_digits(std::string_view value) {
  if (value.empty() || !std::ranges::all_of(value, text::is_digit)) return std::nullopt;
  return text::parse_number<std::uint64_t>(value).value_or(
      std::numeric_limits<std::uint64_t>::max());
}

} // namespace mox::dkim
