#include "toml/source.h"

#include "toml/items.h"

#include <algorithm>
#include <utility>

namespace mox::toml {

namespace {

// Reads a document line by line.
class Scanner {
public:
  explicit Scanner(std::string_view text) : text_(text), at_(text_begin(text)), lead_(at_) {
    source_.text = text;
    source_.sections.push_back({.lines = {at_, at_, at_}});
  }

  Source source() && {
    while (at_ < text_.size()) {
      const auto begin = skip_blanks(text_, at_);
      if (is_blank_line(text_, at_))
        skip_blank_line();
      else if (text_[begin] == '#')
        at_ = skip_line(text_, at_);
      else if (text_[begin] == '[')
        header(begin);
      else
        assignment(begin);
    }
    return std::move(source_);
  }

private:
  // Comment lines above it belong to nothing.
  void skip_blank_line() {
    at_ = skip_line(text_, at_);
    lead_ = at_;
  }

  // Of the statement that begins on this line and whose last part ends at `end`.
  Lines lines(std::size_t end) {
    const Lines result{.lead = lead_, .begin = at_, .end = skip_line(text_, end)};
    at_ = lead_ = result.end;
    return result;
  }

  void header(std::size_t begin) {
    const bool element = text_.substr(begin).starts_with("[[");
    auto keys = read_keys(text_, begin + (element ? 2 : 1));
    source_.sections.push_back({.kind = element ? Section::Kind::element : Section::Kind::table,
                                .lines = lines(keys.end),
                                .path = std::move(keys.names)});
  }

  void assignment(std::size_t begin) {
    auto keys = read_keys(text_, begin);
    const auto equals = skip_blanks(text_, keys.end);
    const auto value = skip_blanks(text_, std::min(equals + 1, text_.size()));
    const auto end = skip_value(text_, value);
    source_.sections.back().assignments.push_back({.lines = lines(end),
                                                   .keys = std::move(keys.names),
                                                   .name = {begin, keys.end},
                                                   .value = {value, end}});
  }

  std::string_view text_;
  std::size_t at_;   // where a line begins
  std::size_t lead_; // where the comment lines directly above that begin
  Source source_;
};

std::string indent_of(std::string_view text, const Lines& lines) {
  return std::string(part(text, {lines.begin, skip_blanks(text, lines.begin)}));
}

// The first assignment of `section`, or else of the nearest one above, or else below.
const Assignment* example(const std::vector<Section>& sections, std::size_t section) {
  if (!sections[section].assignments.empty()) return &sections[section].assignments.front();
  for (std::size_t i = section; i > 0; --i)
    if (!sections[i].assignments.empty()) return &sections[i].assignments.front();
  for (std::size_t i = section + 1; i < sections.size(); ++i)
    if (!sections[i].assignments.empty()) return &sections[i].assignments.front();
  return sections[0].assignments.empty() ? nullptr : &sections[0].assignments.front();
}

// Whether at least half of the headers have a blank line above. One at the beginning does not
// count.
bool separates(const Source& source) {
  const auto begin = text_begin(source.text);
  const auto first = source.sections.begin() + 1;
  const auto is_below_text = [begin](const Section& section) { return section.lines.lead > begin; };
  const auto is_separate = [&](const Section& section) {
    return is_below_text(section) && is_below_blank(source.text, section.lines.lead);
  };
  return 2 * std::count_if(first, source.sections.end(), is_separate) >=
         std::count_if(first, source.sections.end(), is_below_text);
}

} // namespace

Source scan(std::string_view text) {
  return Scanner(text).source();
}

bool is_below_blank(std::string_view text, std::size_t line) {
  const auto begin = text_begin(text);
  if (line <= begin) return true;
  const auto newline = text.substr(0, line - 1).rfind('\n');
  const auto above = newline == std::string_view::npos ? begin : newline + 1;
  return is_blank_line(text, above);
}

std::size_t Source::end_of(std::size_t section) const {
  const auto& assignments = sections[section].assignments;
  auto end = assignments.empty() ? sections[section].lines.end : assignments.back().lines.end;
  const auto limit = section + 1 < sections.size() ? sections[section + 1].lines.lead : text.size();
  while (end < limit && is_comment_line(text, end)) end = skip_line(text, end);
  return end;
}

Layout Source::layout(std::size_t section) const {
  Layout layout;
  const auto newline = text.find('\n');
  if (newline != std::string_view::npos && newline > 0 && text[newline - 1] == '\r')
    layout.newline = "\r\n";
  layout.between = separates(*this) ? layout.newline : "";
  const auto header = section == 0 && sections.size() > 1 ? 1 : section;
  if (header > 0) layout.header_indent = indent_of(text, sections[header].lines);
  layout.indent = layout.header_indent;
  if (const auto* assignment = example(sections, section)) {
    layout.indent = indent_of(text, assignment->lines);
    if (assignment->name.end + 1 == assignment->value.begin) layout.equals = "=";
  }
  return layout;
}

std::optional<Span> Source::find_value(PathView path) const {
  for (const auto& section : sections) {
    if (section.path.size() >= path.size() || !starts_with(path, section.path)) continue;
    const auto keys = path.subspan(section.path.size());
    for (const auto& assignment : section.assignments) {
      if (!starts_with(keys, assignment.keys)) continue;
      if (keys.size() == assignment.keys.size()) return assignment.value;
      const auto value = part(text, assignment.value);
      if (!value.starts_with('{')) return std::nullopt;
      const auto inner = find_member(value, keys.subspan(assignment.keys.size()));
      if (!inner) return std::nullopt;
      return Span{assignment.value.begin + inner->begin, assignment.value.begin + inner->end};
    }
  }
  return std::nullopt;
}

} // namespace mox::toml
