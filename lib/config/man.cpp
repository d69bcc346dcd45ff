#include "config/man.h"

#include "cli/wrap.h"
#include "config/findings.h"
#include "text/ascii.h"

#include <fmt/format.h>

#include <map>
#include <ranges>

namespace mox::config {

namespace {

constexpr std::size_t line_width = 72; // with escapes below the 80 that linters ask for

// Text as roff shows it literally.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
    case '\\': result += "\\e"; break;
    case '-': result += "\\-"; break;
    case '^': result += "\\(ha"; break;
    case '~': result += "\\(ti"; break;
    case '`': result += "\\(ga"; break;
    case '\'': result += "\\(aq"; break;
    default: result += c;
    }
  }
  return result;
}

std::string bold(std::string_view text) {
  return "\\fB" + escaped(text) + "\\fR";
}

std::string italic(std::string_view text) {
  return "\\fI" + escaped(text) + "\\fR";
}

// Paragraphs. A dot at the beginning of a line would be a request.
std::string paragraphs(std::string_view text) {
  std::string result;
  const auto lines = cli::wrapped(text, line_width);
  for (const auto part : std::views::split(lines, '\n')) {
    const std::string_view line(part);
    if (line.empty()) {
      result += ".PP\n";
    } else {
      result += (line.starts_with('.') ? "\\&" : "") + escaped(line) + "\n";
    }
  }
  return result;
}

std::string type_of(const Field& field) {
  const auto one = field.kind == nullptr ? "table" : std::string(field.kind->word);
  switch (field.shape) {
  case Shape::one: return one;
  case Shape::list: return "list: " + one;
  case Shape::map: return fmt::format("table by {}: {}", field.key->word, one);
  case Shape::map_of_lists: return fmt::format("table by {}: list: {}", field.key->word, one);
  }
  return {};
}

std::string remarks_on(const Field& field) {
  if (field.is_obsolete()) return fmt::format(" Obsolete: it {}.", field.instead);
  std::string remarks;
  if (!field.default_value.empty()) remarks += fmt::format(" Default: {}.", field.default_value);
  if (field.kind != nullptr) remarks += fmt::format(" Allowed: {}.", allowed(*field.kind));
  if (!field.excludes.empty()) remarks += fmt::format(" Not together with {}.", field.excludes);
  if (!field.unless.empty()) remarks += fmt::format(" Not needed with {}.", field.unless);
  if (!field.is_supported()) remarks += " Not supported yet.";
  return remarks;
}

std::string row(const Field& field) {
  return fmt::format(".TP\n{} ({}{})\n{}", bold(field.name), italic(type_of(field)),
                     field.need == Need::required ? ", required" : "",
                     paragraphs(std::string(field.help) + remarks_on(field)));
}

class Page {
public:
  explicit Page(std::string& out) : out_(out) {}

  void table(const Structure& structure, const Way& way) {
    for (const auto& field : structure.fields) out_ += row(field);
    for (const auto& field : structure.fields)
      if (field.table != nullptr) nested(field, way);
  }

private:
  // A table that several fields have is shown once.
  void nested(const Field& field, Way way) {
    way.emplace_back(field.name);
    if (field.shape == Shape::map) way.emplace_back(field.key_example);
    const auto header = field.shape == Shape::list ? fmt::format("[[{}]]", field_name(way))
                                                   : fmt::format("[{}]", field_name(way));
    out_ += fmt::format(".SH \"{}\"\n", in_quotes(header));
    const auto [shown, is_new] = shown_.emplace(field.table, header);
    if (is_new) return table(*field.table, way);
    out_ += paragraphs("The fields are those of " + shown->second + ".");
  }

  // Within the quotes of a request's argument.
  static std::string in_quotes(std::string_view text) {
    std::string result;
    for (const char c : escaped(text))
      result += c == '"' ? std::string("\\(dq") : std::string(1, c);
    return result;
  }

  std::string& out_;
  std::map<const Structure*, std::string> shown_; // with its header
};

} // namespace

std::string man_page(const Document& document, std::string_view version, std::string_view date) {
  auto page = fmt::format(".\\\" Generated from the tables of fields; do not edit.\n"
                          ".TH {} 5 {} \"mox {}\" \"mox\"\n.SH NAME\n{} \\- {}\n.SH DESCRIPTION\n",
                          text::upper(document.name), date, version, escaped(document.name),
                          escaped(document.summary));
  page += paragraphs(document.text);
  page += ".SH FIELDS\n";
  Page(page).table(*document.fields, {});
  return page + ".SH SEE ALSO\n.BR mox (1)\n";
}

} // namespace mox::config
