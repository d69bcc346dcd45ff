#include "message/cfws.h"

#include "text/ascii.h"

#include <cstddef>

namespace mox::message {

namespace {

// comment = "(" *([FWS] ccontent) [FWS] ")"
// `text` begins with "(".
std::string_view take_comment(std::string_view& text) {
  std::size_t depth = 0;
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '(') {
      ++depth;
    } else if (text[i] == ')' && --depth == 0) {
      const auto content = text.substr(1, i - 1);
      text.remove_prefix(i + 1);
      return content;
    }
  }
  const auto content = text.substr(1);
  text = {};
  return content;
}

} // namespace

void skip_cfws(std::string_view& text, std::string* comment) {
  while (!text.empty()) {
    if (text::is_space(text.front())) {
      text.remove_prefix(1);
    } else if (text.front() == '(') {
      const auto content = take_comment(text);
      if (!comment || text::trim(content).empty()) continue;
      comment->clear();
      append_unquoted(*comment, text::trim(content));
    } else {
      return;
    }
  }
}

std::string_view take_quoted(std::string_view& text) {
  text.remove_prefix(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      const auto content = text.substr(0, i);
      text.remove_prefix(i + 1);
      return content;
    }
  }
  const auto content = text;
  text = {};
  return content;
}

void append_unquoted(std::string& to, std::string_view quoted) {
  for (std::size_t i = 0; i < quoted.size(); ++i) {
    char c = quoted[i];
    if (c == '\\' && i + 1 < quoted.size()) c = quoted[++i];
    if (c != '\r' && c != '\n' && c != '\0') to += c;
  }
}

} // namespace mox::message
