#include "message/html_text.h"

#include "text/ascii.h"
#include "text/utf8.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

namespace mox::message {

namespace {

constexpr std::size_t max_name = 24;
constexpr unsigned max_quotes = 100;

// Of a head nothing else would be shown; it is often not closed.
constexpr std::array<std::string_view, 8> skipped = {"script",   "style", "svg",    "title",
                                                     "template", "math",  "select", "iframe"};

constexpr std::array<std::string_view, 31> blocks = {
    "p",    "div",   "br",      "tr",      "li",     "ul",     "ol",     "table",
    "h1",   "h2",    "h3",      "h4",      "h5",     "h6",     "hr",     "dl",
    "dt",   "dd",    "pre",     "center",  "form",   "body",   "nav",    "main",
    "html", "tbody", "section", "article", "header", "footer", "address"};

struct Reference {
  std::string_view name;
  char32_t character;
};

constexpr std::array references = {
    Reference{"amp", '&'},       Reference{"lt", '<'},       Reference{"gt", '>'},
    Reference{"quot", '"'},      Reference{"apos", '\''},    Reference{"nbsp", 0xa0},
    Reference{"copy", 0xa9},     Reference{"reg", 0xae},     Reference{"trade", 0x2122},
    Reference{"hellip", 0x2026}, Reference{"mdash", 0x2014}, Reference{"ndash", 0x2013},
    Reference{"lsquo", 0x2018},  Reference{"rsquo", 0x2019}, Reference{"ldquo", 0x201c},
    Reference{"rdquo", 0x201d},  Reference{"laquo", 0xab},   Reference{"raquo", 0xbb},
    Reference{"bull", 0x2022},   Reference{"middot", 0xb7},  Reference{"euro", 0x20ac},
    Reference{"pound", 0xa3},    Reference{"sect", 0xa7},    Reference{"deg", 0xb0},
    Reference{"shy", 0xad},      Reference{"zwnj", 0x200c},  Reference{"zwj", 0x200d},
    Reference{"ensp", 0x2002},   Reference{"emsp", 0x2003},  Reference{"thinsp", 0x2009},
    Reference{"auml", 0xe4},     Reference{"ouml", 0xf6},    Reference{"uuml", 0xfc},
    Reference{"Auml", 0xc4},     Reference{"Ouml", 0xd6},    Reference{"Uuml", 0xdc},
    Reference{"szlig", 0xdf},    Reference{"eacute", 0xe9},  Reference{"egrave", 0xe8},
    Reference{"agrave", 0xe0},   Reference{"aacute", 0xe1},  Reference{"ccedil", 0xe7},
    Reference{"ntilde", 0xf1},   Reference{"oacute", 0xf3},  Reference{"iacute", 0xed},
    Reference{"uacute", 0xfa},   Reference{"ecirc", 0xea},   Reference{"aring", 0xe5},
    Reference{"oslash", 0xf8},   Reference{"aelig", 0xe6},
};

// "#60" or "#x3c"; 0 when it is none, or names no character.
char32_t numbered(std::string_view name) {
  name.remove_prefix(1);
  int radix = 10;
  if (name.starts_with('x') || name.starts_with('X')) {
    name.remove_prefix(1);
    radix = 16;
  }
  std::uint32_t value = 0;
  const char* const end = name.data() + name.size();
  const auto read = std::from_chars(name.data(), end, value, radix);
  if (read.ptr != end || read.ec != std::errc{}) return 0;
  const bool is_character = value < 0x110000 && (value < 0xd800 || value >= 0xe000);
  return is_character ? value : 0;
}

char32_t referenced(std::string_view name) {
  if (name.starts_with('#')) return numbered(name);
  for (const Reference& reference : references)
    if (reference.name == name) return reference.character;
  return 0;
}

bool is_space_character(char32_t c) {
  return c <= ' ' || c == 0xa0 || (c >= 0x2000 && c <= 0x200a) || c == 0x3000;
}

} // namespace

void HtmlText::feed(std::string_view html, std::string& text) {
  for (const char c : html) {
    switch (state_) {
    case State::text: text_character(c, text); break;
    case State::tag: tag_character(c, text); break;
    case State::comment:
      if (c == '>' && dashes_ >= 2) state_ = State::text;
      dashes_ = c == '-' ? std::min(dashes_ + 1, 2U) : 0;
      break;
    case State::reference:
      if (held_.size() < max_name && (text::is_alnum(c) || c == '#')) {
        held_ += c;
        break;
      }
      state_ = State::text;
      end_reference(text, c == ';');
      if (c != ';') text_character(c, text);
      break;
    }
  }
}

void HtmlText::finish(std::string& text) {
  if (state_ == State::reference) end_reference(text, false);
  state_ = State::text;
}

void HtmlText::text_character(char c, std::string& text) {
  if (c == '<') {
    state_ = State::tag;
    held_.clear();
    name_done_ = false;
    value_next_ = false;
    quote_ = 0;
  } else if (!skipping_.empty()) {
    return;
  } else if (c == '&') {
    state_ = State::reference;
    held_.clear();
  } else if (text::is_space(c)) {
    space_ = true;
  } else if (c != '\0') {
    text_bytes({&c, 1}, text);
  }
}

void HtmlText::text_bytes(std::string_view bytes, std::string& text) {
  if (!skipping_.empty()) return;
  if (line_empty_) {
    if (quotes_ > 0) text += "> ";
  } else if (space_) {
    text += ' ';
  }
  space_ = false;
  line_empty_ = false;
  text += bytes;
}

void HtmlText::tag_character(char c, std::string& text) {
  if (quote_ != 0) {
    if (c == quote_) quote_ = 0;
    return;
  }
  if (held_.empty() && !text::is_alpha(c) && c != '/' && c != '!' && c != '?') {
    // A "<" that begins no tag is text.
    state_ = State::text;
    text_bytes("<", text);
    return text_character(c, text);
  }
  const bool is_raw = skipping_ == "script" || skipping_ == "style";
  if (is_raw && held_.empty() && c != '/') {
    state_ = State::text;
    return;
  }
  if (c == '>') {
    state_ = State::text;
    return end_tag(text);
  }
  if (!name_done_) {
    name_done_ = text::is_space(c) || (c == '/' && !held_.empty()) || held_.size() >= max_name;
    if (!name_done_) held_ += text::lower(c);
    if (held_ == "!--") {
      state_ = State::comment;
      dashes_ = 0;
    }
    return;
  }
  if ((c == '"' || c == '\'') && value_next_) quote_ = c;
  if (!text::is_space(c)) value_next_ = c == '=';
}

void HtmlText::end_tag(std::string& text) {
  const bool closing = held_.starts_with('/');
  const std::string_view name = std::string_view(held_).substr(closing ? 1 : 0);
  if (!skipping_.empty()) {
    if (closing && name == skipping_) skipping_.clear();
    return;
  }
  if (!closing && std::ranges::find(skipped, name) != skipped.end()) {
    skipping_ = name;
  } else if (name == "blockquote") {
    break_line(text);
    if (!closing)
      quotes_ = std::min(quotes_ + 1, max_quotes);
    else if (quotes_ > 0)
      --quotes_;
  } else if (std::ranges::find(blocks, name) != blocks.end()) {
    break_line(text);
  } else if (name == "td" || name == "th") {
    space_ = true;
  }
}

void HtmlText::end_reference(std::string& text, bool closed) {
  const auto character = referenced(held_);
  if (character == 0) {
    text_bytes("&" + held_ + (closed ? ";" : ""), text);
  } else if (is_space_character(character)) {
    space_ = true;
  } else {
    std::string bytes;
    text::append_utf8(bytes, character);
    text_bytes(bytes, text);
  }
}

void HtmlText::break_line(std::string& text) {
  if (!line_empty_) text += '\n';
  line_empty_ = true;
  space_ = false;
}

} // namespace mox::message
