#include "toml/items.h"
#include "toml/rewrite.h"
#include "toml/source.h"
#include "toml/splice.h"

#include <optional>
#include <utility>

namespace mox::toml {

namespace {

// The innermost table around a path that is in the text, and the place that names it.
struct Home {
  enum class Kind : unsigned char {
    header,  // a header of its own, or the root
    dotted,  // keys with dots below the header of a table around it
    implied, // the headers of tables in it
  };

  Kind kind = Kind::header;
  std::size_t size = 0;                  // how many keys lead to it
  std::size_t section = 0;               // the header; or the first that implies it
  std::optional<std::size_t> assignment; // the last one with dots
};

// How the tables in a table are spelled.
enum class Spelling : unsigned char { header, dotted, braces };

std::optional<Home> find_table(const Source& source, PathView table) {
  std::optional<Home> dotted;
  std::optional<Home> implied;
  for (std::size_t i = 0; i < source.sections.size(); ++i) {
    const auto& section = source.sections[i];
    if (starts_with(section.path, table)) {
      if (section.path.size() == table.size())
        return Home{.kind = Home::Kind::header, .size = table.size(), .section = i};
      if (!implied) implied = {.kind = Home::Kind::implied, .size = table.size(), .section = i};
    } else if (starts_with(table, section.path)) {
      const auto keys = table.subspan(section.path.size());
      for (std::size_t j = 0; j < section.assignments.size(); ++j)
        if (const auto& names = section.assignments[j].keys;
            names.size() > keys.size() && starts_with(names, keys))
          dotted = {
              .kind = Home::Kind::dotted, .size = table.size(), .section = i, .assignment = j};
    }
  }
  return dotted ? dotted : implied;
}

// The root is always there.
Home find_home(const Source& source, PathView path) {
  for (auto size = path.size() - 1; size > 0; --size)
    if (const auto home = find_table(source, path.first(size))) return *home;
  return {};
}

// By the example of the last table in `table`, or else of the whole document.
Spelling spelling_in(const Source& source, PathView table) {
  std::optional<Spelling> found;
  std::optional<Spelling> elsewhere;
  for (const auto& section : source.sections) {
    if (section.path.size() > table.size() && starts_with(section.path, table))
      found = Spelling::header;
    const bool is_around = starts_with(table, section.path);
    const auto keys = is_around ? table.subspan(section.path.size()) : PathView();
    for (const auto& [lines, names, name, value] : section.assignments) {
      const bool dotted = names.size() > keys.size() + 1;
      const bool braces = part(source.text, value).starts_with('{');
      if (!dotted && !braces) continue;
      const auto spelling = dotted ? Spelling::dotted : Spelling::braces;
      elsewhere = spelling;
      if (is_around && names.size() > keys.size() && starts_with(names, keys)) found = spelling;
    }
  }
  if (found) return *found;
  return source.sections.size() > 1 ? Spelling::header : elsewhere.value_or(Spelling::header);
}

// Behind the last line that is not blank.
std::size_t last_line_end(std::string_view text) {
  const auto end = text.find_last_not_of(" \t\r\n");
  return end == std::string_view::npos ? text.size() : skip_line(text, end);
}

class Insertion {
public:
  Insertion(std::string_view text, PathView path)
      : source_(scan(text)), path_(path), home_(find_home(source_, path)) {}

  std::string value(const Value& value) {
    if (auto text = into_braces(value)) return *std::move(text);
    const Table alone{{{.key = path_.back(), .place = {}, .value = value}}};
    if (path_.size() > home_.size + 1) {
      const auto around = parent(path_);
      return Insertion(source_.text, around).table(alone);
    }
    if (home_.kind == Home::Kind::implied) return header_above(alone);
    return line(print(value));
  }

  std::string table(const Table& members) {
    const Value whole{.data = members};
    if (auto text = into_braces(whole)) return *std::move(text);
    const auto spelling = spelling_in(source_, path_.first(home_.size));
    if (spelling == Spelling::header || home_.kind == Home::Kind::implied) return section(members);
    if (spelling == Spelling::braces || members.members.empty()) return line(print(whole));
    return dotted_lines(members);
  }

private:
  // Into the inline table that is around, if one is.
  std::optional<std::string> into_braces(const Value& value) const {
    for (auto size = path_.size() - 1; size > 0; --size) {
      const auto span = source_.find_value(path_.first(size));
      if (!span) continue;
      auto inner = with_member(part(source_.text, *span), path_.subspan(size), print(value));
      return apply(source_.text, {{.span = *span, .text = std::move(inner)}});
    }
    return std::nullopt;
  }

  // The keys from the header of the section on.
  PathView keys_in_section() const {
    return path_.subspan(source_.sections[home_.section].path.size());
  }

  std::string line(std::string_view value) const {
    const auto layout = source_.layout(home_.section);
    return lines(line_of(layout, keys_in_section(), value));
  }

  static std::string line_of(const Layout& layout, PathView keys, std::string_view value) {
    std::string text = layout.indent + print_keys(keys) + layout.equals;
    text += value;
    return text + layout.newline;
  }

  std::string dotted_lines(const Table& members) const {
    const auto keys = keys_in_section();
    Path names(keys.begin(), keys.end());
    std::string text;
    append_dotted(text, names, members);
    return lines(std::move(text));
  }

  void append_dotted(std::string& to, Path& keys, const Table& members) const {
    for (const auto& [key, place, value] : members.members) {
      keys.push_back(key);
      const auto* table = std::get_if<Table>(&value.data);
      if (table != nullptr && !table->members.empty())
        append_dotted(to, keys, *table);
      else
        to += line_of(source_.layout(home_.section), keys, print(value));
      keys.pop_back();
    }
  }

  // Below the last line of the section, or of the table that dots name there.
  std::string lines(std::string text) const {
    const auto& section = source_.sections[home_.section];
    if (home_.assignment)
      return insert(section.assignments[*home_.assignment].lines.end, std::move(text));
    if (!section.assignments.empty())
      return insert(section.assignments.back().lines.end, std::move(text));
    if (home_.section > 0) return insert(section.lines.end, std::move(text));
    if (source_.sections.size() == 1) {
      const auto at = last_line_end(source_.text);
      return insert(at, space_above(at, "") + text);
    }
    return insert(source_.sections[1].lines.lead, text + source_.layout(0).newline);
  }

  std::string insert(std::size_t at, std::string text) const {
    if (at > text_begin(source_.text) && source_.text[at - 1] != '\n')
      text = source_.layout(0).newline + text;
    return apply(source_.text, {{.span = {at, at}, .text = std::move(text)}});
  }

  // Comments above stand apart: they are not about what is inserted.
  std::string space_above(std::size_t at, std::string_view usual) const {
    const auto begin = text_begin(source_.text);
    if (at == begin) return {};
    const auto newline = source_.text.substr(0, at - 1).rfind('\n');
    const auto above = newline == std::string_view::npos ? begin : newline + 1;
    return is_comment_line(source_.text, above) ? source_.layout(0).newline : std::string(usual);
  }

  // A header for a table that only others imply, above the first of those.
  std::string header_above(const Table& members) const {
    auto layout = source_.layout(home_.section);
    const auto text = print_section(parent(path_), members, layout) + layout.between;
    return insert(source_.sections[home_.section].lines.lead, text);
  }

  // A section of its own, below the last one of the nearest table around.
  std::string section(const Table& members) const {
    const auto neighbour = last_around();
    const auto example = neighbour ? example_near(*neighbour) : source_.sections.size() - 1;
    const auto layout = source_.layout(example);
    const auto at = neighbour ? source_.end_of(*neighbour) : last_line_end(source_.text);
    auto text = print_section(path_, members, layout);
    text = space_above(at, layout.between) + text;
    if (at < source_.text.size() && !is_blank_line(source_.text, at)) text += layout.between;
    return insert(at, std::move(text));
  }

  std::optional<std::size_t> last_below(PathView table) const {
    for (auto i = source_.sections.size(); --i > 0;)
      if (starts_with(source_.sections[i].path, table)) return i;
    return std::nullopt;
  }

  std::optional<std::size_t> last_around() const {
    for (auto size = path_.size() - 1; size > 0; --size)
      if (const auto section = last_below(path_.first(size))) return section;
    return std::nullopt;
  }

  // The last section that is in the same table, as far as there is one.
  std::size_t example_near(std::size_t section) const {
    for (auto i = section; i > 0; --i)
      if (const auto& path = source_.sections[i].path;
          path.size() == path_.size() && starts_with(path, parent(path_)))
        return i;
    return section;
  }

  Source source_;
  PathView path_;
  Home home_;
};

} // namespace

std::string with_value(std::string_view text, PathView path, const Value& value) {
  return Insertion(text, path).value(value);
}

std::string with_table(std::string_view text, PathView path, const Table& members) {
  return Insertion(text, path).table(members);
}

} // namespace mox::toml
