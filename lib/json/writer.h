// Writes JSON (RFC 8259) as text, member by member. Pure.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mox::json {

// Text is repaired where it is not UTF-8, and nothing in it can end its string. Members stand in
// the order in which they are written. Wrong use (a value without a key in an object, an end too
// many) is a std::logic_error.
//
//   Writer json;
//   json.object();
//   json.member("user", user);
//   json.key("ports").array().value(25).value(143).end();
//   json.end();
class Writer {
public:
  // `indent` spaces for each level, each member on a line of its own; 0 for everything on one line.
  explicit Writer(std::size_t indent = 0) : indent_(indent) {}

  Writer& object() { return open('{'); }

  Writer& array() { return open('['); }

  // Of the object or array that was opened last.
  Writer& end();

  Writer& key(std::string_view name);

  Writer& value(std::string_view text);

  Writer& value(const std::string& text) { return value(std::string_view(text)); }

  Writer& value(const char* text) { return value(std::string_view(text)); }

  Writer& value(bool flag);

  Writer& value(std::signed_integral auto number) { return integer(std::int64_t{number}); }

  Writer& value(std::unsigned_integral auto number) { return integer(std::uint64_t{number}); }

  // Infinity and what is no number become null.
  Writer& value(double number);
  Writer& null();

  template <class T> Writer& member(std::string_view name, const T& content) {
    return key(name).value(content);
  }

  // Bytes written so far.
  std::size_t size() const { return text_.size(); }

  // Everything is closed; the text, without a newline at its end.
  std::string text() &&;

private:
  struct Level {
    char bracket;
    bool empty = true;
  };

  Writer& open(char bracket);
  Writer& integer(std::int64_t number);
  Writer& integer(std::uint64_t number);
  void before_value();
  void separate();
  void break_line();

  std::size_t indent_;
  std::string text_;
  std::vector<Level> levels_;
  bool after_key_ = false;
};

// In quotes, escaped; ASCII control characters as \u00NN or shorter.
void append_string(std::string& to, std::string_view text);

} // namespace mox::json
