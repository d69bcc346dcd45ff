#include "toml/print.h"

#include "text/utf8.h"
#include "toml/lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <stdexcept>

namespace mox::toml {

namespace {

// What stands behind the backslash for characters that have a short escape; 0 for others.
char short_escape(char c) {
  switch (c) {
  case '"': return '"';
  case '\\': return '\\';
  case '\b': return 'b';
  case '\t': return 't';
  case '\n': return 'n';
  case '\f': return 'f';
  case '\r': return 'r';
  default: return 0;
  }
}

void append_string(std::string& to, std::string_view text) {
  if (!text::is_utf8(text)) return append_string(to, text::repair_utf8(text));
  to += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (const char escape = short_escape(c); escape != 0) {
      to += '\\';
      to += escape;
    } else if (byte < 0x20 || byte == 0x7F) {
      fmt::format_to(std::back_inserter(to), "\\u{:04X}", byte);
    } else {
      to += c;
    }
  }
  to += '"';
}

// With a dot or an exponent: else it would be an integer.
void append_real(std::string& to, double number) {
  if (std::isnan(number)) {
    to += "nan";
    return;
  }
  const auto text = fmt::format("{}", number);
  to += text;
  if (std::isfinite(number) && text.find_first_of(".e") == std::string::npos) to += ".0";
}

void append_value(std::string& to, const Value& value);

void append_array(std::string& to, const Array& array) {
  to += '[';
  for (const auto& element : array) {
    if (&element != array.data()) to += ", ";
    append_value(to, element);
  }
  to += ']';
}

void append_table(std::string& to, const Table& table) {
  if (table.members.empty()) {
    to += "{}";
    return;
  }
  for (const auto& member : table.members) {
    to += &member == table.members.data() ? "{ " : ", ";
    to += print_key(member.key);
    to += " = ";
    append_value(to, member.value);
  }
  to += " }";
}

void append_value(std::string& to, const Value& value) {
  if (const auto* string = std::get_if<std::string>(&value.data))
    append_string(to, *string);
  else if (const auto* integer = std::get_if<std::int64_t>(&value.data))
    to += fmt::to_string(*integer);
  else if (const auto* real = std::get_if<double>(&value.data))
    append_real(to, *real);
  else if (const auto* flag = std::get_if<bool>(&value.data))
    to += *flag ? "true" : "false";
  else if (const auto* array = std::get_if<Array>(&value.data))
    append_array(to, *array);
  else if (const auto* table = std::get_if<Table>(&value.data))
    append_table(to, *table);
  else
    throw std::logic_error("TOML: the value of a date or a time is not known");
}

bool has_header(const Member& member) {
  return std::holds_alternative<Table>(member.value.data) || is_array_of_tables(member.value);
}

// Prints headers and what is below them.
class Printer {
public:
  explicit Printer(const Layout& layout) : layout_(layout) {}

  void header(PathView path, std::string_view open, std::string_view close) {
    if (!text_.empty()) text_ += layout_.between;
    text_ += layout_.header_indent;
    text_ += open;
    text_ += print_keys(path);
    text_ += close;
    text_ += layout_.newline;
  }

  // What stands below the header of `path`, and the headers below that.
  void body(Path& path, const Table& table) {
    for (const auto& member : table.members)
      if (!has_header(member)) line(member, path.empty() ? layout_.header_indent : layout_.indent);
    for (const auto& member : table.members) {
      if (!has_header(member)) continue;
      path.push_back(member.key);
      below(path, member.value);
      path.pop_back();
    }
  }

  // The headers of what is in a table are enough for one that has nothing else.
  void section(Path& path, const Table& table) {
    if (table.members.empty() || !std::ranges::all_of(table.members, has_header))
      header(path, "[", "]");
    body(path, table);
  }

  std::string text() && { return std::move(text_); }

private:
  void line(const Member& member, std::string_view indent) {
    text_ += indent;
    text_ += print_key(member.key);
    text_ += layout_.equals;
    append_value(text_, member.value);
    text_ += layout_.newline;
  }

  void below(Path& path, const Value& value) {
    if (const auto* table = std::get_if<Table>(&value.data)) return section(path, *table);
    for (const auto& element : std::get<Array>(value.data)) {
      header(path, "[[", "]]");
      body(path, std::get<Table>(element.data));
    }
  }

  const Layout& layout_;
  std::string text_;
};

} // namespace

std::string print_key(std::string_view key) {
  if (!key.empty() && std::ranges::all_of(key, is_bare)) return std::string(key);
  std::string text;
  append_string(text, key);
  return text;
}

std::string print_keys(PathView keys) {
  std::string text;
  for (const auto& key : keys) {
    if (!text.empty()) text += '.';
    text += print_key(key);
  }
  return text;
}

std::string print(const Value& value) {
  std::string text;
  append_value(text, value);
  return text;
}

std::string print(const Table& document, const Layout& layout) {
  Printer printer(layout);
  Path path;
  printer.body(path, document);
  return std::move(printer).text();
}

std::string print_section(PathView path, const Table& table, const Layout& layout) {
  Printer printer(layout);
  Path names(path.begin(), path.end());
  printer.section(names, table);
  return std::move(printer).text();
}

std::string print_element(PathView path, const Table& table, const Layout& layout) {
  Printer printer(layout);
  Path names(path.begin(), path.end());
  printer.header(names, "[[", "]]");
  printer.body(names, table);
  return std::move(printer).text();
}

bool is_array_of_tables(const Value& value) {
  const auto* array = std::get_if<Array>(&value.data);
  return array != nullptr && !array->empty() &&
         std::ranges::all_of(*array, [](const Value& element) {
           return std::holds_alternative<Table>(element.data);
         });
}

} // namespace mox::toml
