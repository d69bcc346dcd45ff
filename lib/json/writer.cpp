#include "json/writer.h"

#include "text/utf8.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <stdexcept>

namespace mox::json {

namespace {

// What stands behind the backslash for characters that have a short escape; 0 for others.
char short_escape(char c) {
  switch (c) {
  case '"': return '"';
  case '\\': return '\\';
  case '\b': return 'b';
  case '\f': return 'f';
  case '\n': return 'n';
  case '\r': return 'r';
  case '\t': return 't';
  default: return 0;
  }
}

} // namespace

void append_string(std::string& to, std::string_view text) {
  if (!text::is_utf8(text)) return append_string(to, text::repair_utf8(text));
  to += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (const char escape = short_escape(c); escape != 0) {
      to += '\\';
      to += escape;
    } else if (byte < 0x20 || byte == 0x7F) {
      fmt::format_to(std::back_inserter(to), "\\u{:04x}", byte);
    } else {
      to += c;
    }
  }
  to += '"';
}

Writer& Writer::end() {
  if (levels_.empty() || after_key_) throw std::logic_error("JSON: nothing to end here");
  const auto level = levels_.back();
  levels_.pop_back();
  if (!level.empty) break_line();
  text_ += level.bracket == '{' ? '}' : ']';
  return *this;
}

Writer& Writer::key(std::string_view name) {
  if (levels_.empty() || levels_.back().bracket != '{' || after_key_)
    throw std::logic_error("JSON: no key belongs here");
  separate();
  append_string(text_, name);
  text_ += indent_ > 0 ? ": " : ":";
  after_key_ = true;
  return *this;
}

Writer& Writer::value(std::string_view text) {
  before_value();
  append_string(text_, text);
  return *this;
}

Writer& Writer::value(bool flag) {
  before_value();
  text_ += flag ? "true" : "false";
  return *this;
}

Writer& Writer::value(double number) {
  if (!std::isfinite(number)) return null();
  before_value();
  fmt::format_to(std::back_inserter(text_), "{}", number);
  return *this;
}

Writer& Writer::null() {
  before_value();
  text_ += "null";
  return *this;
}

std::string Writer::text() && {
  if (!levels_.empty() || text_.empty()) throw std::logic_error("JSON: not complete");
  return std::move(text_);
}

Writer& Writer::open(char bracket) {
  before_value();
  text_ += bracket;
  levels_.push_back({bracket});
  return *this;
}

Writer& Writer::integer(std::int64_t number) {
  before_value();
  fmt::format_to(std::back_inserter(text_), "{}", number);
  return *this;
}

Writer& Writer::integer(std::uint64_t number) {
  before_value();
  fmt::format_to(std::back_inserter(text_), "{}", number);
  return *this;
}

void Writer::before_value() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (levels_.empty() ? !text_.empty() : levels_.back().bracket == '{')
    throw std::logic_error("JSON: no value belongs here");
  if (!levels_.empty()) separate();
}

void Writer::separate() {
  if (!levels_.back().empty) text_ += ',';
  levels_.back().empty = false;
  break_line();
}

void Writer::break_line() {
  if (indent_ == 0) return;
  text_ += '\n';
  text_.append(indent_ * levels_.size(), ' ');
}

} // namespace mox::json
