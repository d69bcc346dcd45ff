#include "toml/splice.h"

#include "toml/source.h"

#include <algorithm>
#include <utility>

namespace mox::toml {

namespace {

bool stands_before(const Splice& a, const Splice& b) {
  const auto is_empty = [](const Span& span) { return span.begin == span.end; };
  if (a.span.begin != b.span.begin) return a.span.begin < b.span.begin;
  return is_empty(a.span) && !is_empty(b.span);
}

void remove_last_blank_lines(std::string& text) {
  const auto end = text.find_last_not_of(" \t\r\n");
  const auto line = end == std::string::npos ? text_begin(text) : skip_line(text, end);
  text.resize(line);
}

} // namespace

std::string apply(std::string_view text, std::vector<Splice> splices) {
  std::vector<Splice> ordered; // mostly they come so already
  for (auto& splice : splices)
    ordered.insert(std::ranges::upper_bound(ordered, splice, stands_before), std::move(splice));
  std::string result;
  std::size_t done = 0;
  bool ends = false; // lines at the end of the text are taken out
  for (const auto& [span, instead] : ordered) {
    result += part(text, {done, span.begin});
    result += instead;
    done = span.end;
    ends = done == text.size() && span.begin < done && instead.empty();
  }
  result += text.substr(done);
  if (ends) remove_last_blank_lines(result);
  return result;
}

Span with_blank_lines(std::string_view text, Span lines) {
  if (!is_below_blank(text, lines.begin)) return lines;
  while (lines.end < text.size() && is_blank_line(text, lines.end))
    lines.end = skip_line(text, lines.end);
  return lines;
}

} // namespace mox::toml
