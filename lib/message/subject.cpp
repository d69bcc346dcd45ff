#include "message/subject.h"

#include "message/field.h"
#include "text/ascii.h"
#include "text/utf8.h"

#include <cstddef>
#include <optional>

namespace mox::message {

namespace {

// Long subjects of nothing but brackets would take quadratic time.
constexpr std::size_t max_subject = 4096;

std::string collapsed(std::string_view text) {
  std::string result;
  bool space = false;
  for (const char c : text) {
    if (text::is_space(c)) {
      space = !result.empty();
      continue;
    }
    if (space) result += ' ';
    space = false;
    result += c;
  }
  return result;
}

// subj-blob = "[" *BLOBCHAR "]" *WSP
// The text after it; nothing when there is none.
std::optional<std::string_view> after_blob(std::string_view text) {
  if (!text.starts_with('[')) return std::nullopt;
  const auto end = text.find_first_of("[]", 1);
  if (end == std::string_view::npos || text[end] != ']') return std::nullopt;
  return text::trim(text.substr(end + 1));
}

// subj-refwd = ("re" / ("fw" ["d"])) *WSP [subj-blob] ":"
std::optional<std::string_view> after_refwd(std::string_view text) {
  if (text.starts_with("fwd"))
    text.remove_prefix(3);
  else if (text.starts_with("fw") || text.starts_with("re"))
    text.remove_prefix(2);
  else
    return std::nullopt;
  text = text::trim(text);
  text = after_blob(text).value_or(text);
  if (!text.starts_with(':')) return std::nullopt;
  return text::trim(text.substr(1));
}

// subj-leader = (*subj-blob subj-refwd) / WSP
std::optional<std::string_view> after_leader(std::string_view text) {
  while (const auto rest = after_blob(text)) text = *rest;
  return after_refwd(text);
}

// Steps 2 to 6 of section 2.1.
void strip(std::string_view& text, bool& is_response) {
  while (true) {
    text = text::trim(text);
    const auto before = text.size();
    if (text.ends_with("(fwd)")) {
      text.remove_suffix(5);
      is_response = true;
    } else if (const auto rest = after_leader(text)) {
      text = *rest;
      is_response = true;
    } else if (const auto tagless = after_blob(text); tagless && !tagless->empty()) {
      text = *tagless;
    } else if (text.starts_with("[fwd:") && text.ends_with(']')) {
      text = text.substr(5, text.size() - 6);
      is_response = true;
    }
    if (text.size() == before) return;
  }
}

} // namespace

BaseSubject base_subject(std::string_view body) {
  BaseSubject base;
  if (body.find('\0') != std::string_view::npos) return base;
  auto text = collapsed(text::cut_utf8(decoded_text(body.substr(0, max_subject)), max_subject));
  text = text::is_ascii(text) ? text::lower(text) : text::casefold(text);
  std::string_view rest = text;
  strip(rest, base.is_response);
  base.text = rest;
  return base;
}

} // namespace mox::message
