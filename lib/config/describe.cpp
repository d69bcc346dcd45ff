#include "config/describe.h"

#include "cli/wrap.h"
#include "config/findings.h"

#include <fmt/format.h>

#include <ranges>
#include <string_view>

namespace mox::config {

namespace {

constexpr std::size_t line_width = 96; // beside "# "

void comment(std::string& out, std::string_view text) {
  const auto lines = cli::wrapped(text, line_width);
  for (const auto line : std::views::split(lines, '\n'))
    out += line.empty() ? "#\n" : fmt::format("# {}\n", std::string_view(line));
}

class Description {
public:
  explicit Description(std::string& out) : out_(out) {}

  // `live`: the table is there, so that its required fields have to be too.
  void table(const Structure& structure, const Way& way, bool live) {
    for (const auto& field : structure.fields)
      if (field.table == nullptr && !field.is_obsolete()) plain(field, live);
    for (const auto& field : structure.fields)
      if (field.table != nullptr && !field.is_obsolete()) nested(field, way, live);
  }

private:
  static bool is_live(const Field& field, bool live) {
    return live && field.need == Need::required && field.is_supported();
  }

  void plain(const Field& field, bool live) {
    explain(field);
    out_ +=
        fmt::format("{}{} = {}\n\n", is_live(field, live) ? "" : "#", field.name, field.shown());
  }

  void nested(const Field& field, Way way, bool live) {
    way.emplace_back(field.name);
    if (field.shape == Shape::map) way.emplace_back(field.key_example);
    const bool there = is_live(field, live);
    explain(field);
    out_ += fmt::format(fmt::runtime(field.shape == Shape::list ? "{}[[{}]]\n\n" : "{}[{}]\n\n"),
                        there ? "" : "#", field_name(way));
    table(*field.table, way, there);
  }

  void explain(const Field& field) {
    comment(out_, field.help);
    comment(out_, (field.is_supported() ? "" : "Not supported yet. ") + remarks(field));
  }

  static std::string remarks(const Field& field) {
    std::string remarks = field.need == Need::required ? "Required" : "Optional";
    if (!field.unless.empty()) remarks += fmt::format(" unless {} is there", field.unless);
    if (field.table != nullptr) return remarks + table_remark(field);
    if (!field.default_value.empty())
      remarks += fmt::format(", by default {}", field.default_value);
    remarks += ": " + shape_words(field) + allowed(*field.kind) + ".";
    if (!field.excludes.empty()) remarks += fmt::format(" Not together with {}.", field.excludes);
    return remarks;
  }

  static std::string table_remark(const Field& field) {
    if (field.shape == Shape::list) return "; any number of these tables.";
    if (field.shape == Shape::map)
      return fmt::format("; any number of these tables, each with its name: {}.",
                         allowed(*field.key));
    return " table.";
  }

  static std::string shape_words(const Field& field) {
    if (field.shape == Shape::list) return "a list, each ";
    const auto names = field.key == nullptr ? std::string() : allowed(*field.key);
    if (field.shape == Shape::map) return fmt::format("a table, each name {}, each value ", names);
    if (field.shape == Shape::map_of_lists)
      return fmt::format("a table of lists, each name {}, each entry ", names);
    return {};
  }

  std::string& out_;
};

} // namespace

std::string describe(const Document& document) {
  std::string out;
  comment(out, fmt::format("{}: {}.\n\n{}", document.name, document.summary, document.text));
  out += '\n';
  Description(out).table(*document.fields, {}, true);
  out.pop_back(); // one of two ends of line
  return out;
}

} // namespace mox::config
