#include "toml/items.h"
#include "toml/rewrite.h"
#include "toml/source.h"
#include "toml/splice.h"

#include <utility>

namespace mox::toml {

namespace {

class Removal {
public:
  Removal(std::string_view text, PathView path) : source_(scan(text)), path_(path) {}

  std::string text() && {
    for (std::size_t i = 0; i < source_.sections.size(); ++i) {
      const auto& section = source_.sections[i];
      if (starts_with(section.path, path_)) {
        remove_section(i);
      } else {
        parent_stays_ = parent_stays_ || starts_with(section.path, parent(path_));
        if (starts_with(path_, section.path)) look_below(section);
      }
    }
    if (!parent_stays_ && !splices_.empty()) splices_.front() = std::move(empty_parent_);
    return apply(source_.text, std::move(splices_));
  }

private:
  void remove_section(std::size_t index) {
    const auto& lines = source_.sections[index].lines;
    const Span span{first_line(lines), source_.end_of(index)};
    const auto layout = source_.layout(index);
    remove(span, layout.header_indent + '[' + print_keys(parent(path_)) + ']' + layout.newline);
  }

  // Below the header of a table that is around `path_`.
  void look_below(const Section& section) {
    const auto keys = path_.subspan(section.path.size());
    for (std::size_t i = 0; i < section.assignments.size(); ++i) {
      const auto& assignment = section.assignments[i];
      if (starts_with(assignment.keys, keys)) {
        remove_assignment(section, i);
      } else if (starts_with(keys, assignment.keys)) {
        const auto inner = keys.subspan(assignment.keys.size());
        splices_.push_back({.span = assignment.value,
                            .text = without_member(part(source_.text, assignment.value), inner)});
        parent_stays_ = true;
      } else {
        parent_stays_ = parent_stays_ || starts_with(assignment.keys, parent(keys));
      }
    }
  }

  void remove_assignment(const Section& section, std::size_t index) {
    const auto& [lines, keys, name, value] = section.assignments[index];
    const auto begin = is_first_of_group(section, index) ? lines.begin : first_line(lines);
    const auto relative = path_.subspan(section.path.size());
    std::string empty;
    if (relative.size() > 1) {
      empty = part(source_.text, {lines.begin, name.begin});
      empty += print_keys(parent(relative)) + " = {}";
      empty += source_.layout(0).newline;
    }
    remove({begin, lines.end}, std::move(empty));
  }

  // Whether another key, which stays, follows on the next line: the comment above is for both then.
  bool is_first_of_group(const Section& section, std::size_t index) const {
    const auto keys = path_.subspan(section.path.size());
    for (auto end = section.assignments[index].lines.end; ++index < section.assignments.size();) {
      const auto& [lines, names, name, value] = section.assignments[index];
      if (lines.begin != end) return false;
      if (!starts_with(names, keys)) return true;
      end = lines.end;
    }
    return false;
  }

  // With the comment above; not if that stands at the top of the file, where it may be for all of
  // it.
  std::size_t first_line(const Lines& lines) const {
    return lines.lead == text_begin(source_.text) ? lines.begin : lines.lead;
  }

  // `empty_parent`: the line for the table around, when this is all that names it.
  void remove(Span lines, std::string empty_parent) {
    if (splices_.empty()) empty_parent_ = {.span = lines, .text = std::move(empty_parent)};
    splices_.push_back({.span = with_blank_lines(source_.text, lines)});
  }

  Source source_;
  PathView path_;
  std::vector<Splice> splices_;
  Splice empty_parent_;
  bool parent_stays_ = false;
};

} // namespace

std::string without(std::string_view text, PathView path) {
  return Removal(text, path).text();
}

} // namespace mox::toml
