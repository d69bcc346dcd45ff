#include "spf/record.h"

#include "spf/directive.h"
#include "text/ascii.h"

#include <fmt/format.h>

#include <algorithm>

namespace mox::spf {

namespace {

constexpr std::string_view version = "v=spf1";

// name = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." )
// RFC 7208 section 4.6.1: a modifier is known by the "=" directly behind its name. The name, or
// nothing when the term is no modifier.
std::optional<std::string_view> modifier_name(std::string_view term) {
  if (term.empty() || !text::is_alpha(term.front())) return std::nullopt;
  const auto* const end = std::ranges::find_if_not(
      term, [](char c) { return text::is_alnum(c) || c == '-' || c == '_' || c == '.'; });
  if (end == term.end() || *end != '=') return std::nullopt;
  return term.substr(0, static_cast<std::size_t>(end - term.begin()));
}

// redirect = "redirect" "=" domain-spec
// explanation = "exp" "=" domain-spec
// RFC 7208 section 6: neither may stand twice.
Parsed<void> set_once(std::optional<MacroString>& to, std::string_view value,
                      std::size_t position) {
  if (to) return syntax_error(0, "a modifier that may stand once only");
  auto macros = parse_macros(value, MacroPlace::domain);
  if (!macros) {
    macros.error().position += position;
    return std::unexpected(std::move(macros).error());
  }
  to = *std::move(macros);
  return {};
}

Parsed<void> add_modifier(Record& to, std::string_view name, std::string_view value) {
  const auto position = name.size() + 1;
  if (text::iequals(name, "redirect")) return set_once(to.redirect, value, position);
  if (text::iequals(name, "exp")) return set_once(to.explanation, value, position);
  auto macros = parse_macros(value, MacroPlace::modifier);
  if (!macros) {
    macros.error().position += position;
    return std::unexpected(std::move(macros).error());
  }
  to.others.push_back({.name = std::string(name), .value = *std::move(macros)});
  return {};
}

// terms = *( 1*SP ( directive / modifier ) )
Parsed<void> add_term(Record& to, std::string_view term) {
  if (const auto name = modifier_name(term))
    return add_modifier(to, *name, term.substr(name->size() + 1));
  MOX_TRY_ASSIGN(directive, parse_directive(term));
  to.directives.push_back(std::move(directive));
  return {};
}

} // namespace

bool is_record(std::string_view text) {
  return text::istarts_with(text, version) &&
         (text.size() == version.size() || text[version.size()] == ' ');
}

std::vector<std::string_view> select_records(std::span<const std::string> texts) {
  std::vector<std::string_view> records;
  for (const auto& text : texts)
    if (is_record(text)) records.emplace_back(text);
  return records;
}

// record = version terms *SP
Parsed<Record> parse_record(std::string_view text) {
  if (!is_record(text)) return syntax_error(0, "does not begin with \"v=spf1\"");
  Record record;
  auto at = version.size();
  while ((at = text.find_first_not_of(' ', at)) != std::string_view::npos) {
    const auto end = std::min(text.find(' ', at), text.size());
    const auto term = text.substr(at, end - at);
    if (auto added = add_term(record, term); !added) {
      added.error().position += at;
      added.error().term = term;
      return std::unexpected(std::move(added).error());
    }
    at = end;
  }
  return record;
}

std::string to_string(const Record& record) {
  std::string text(version);
  for (const auto& directive : record.directives) text += ' ' + directive.text;
  if (record.redirect) text += " redirect=" + record.redirect->text;
  if (record.explanation) text += " exp=" + record.explanation->text;
  for (const auto& other : record.others) text += ' ' + other.name + '=' + other.value.text;
  return text;
}

std::string to_string(const SyntaxError& error) {
  if (error.term.empty()) return fmt::format("{}, at {}", error.text, error.position);
  return fmt::format("\"{}\": {}, at {}", shown(error.term), error.text, error.position);
}

std::string shown(std::string_view text, std::size_t limit) {
  std::string result(text.substr(0, limit));
  for (char& c : result)
    if (!text::is_printable(c)) c = '?';
  if (text.size() > limit) result += "...";
  return result;
}

} // namespace mox::spf
