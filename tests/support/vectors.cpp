#include "support/vectors.h"

#include "support/catch.h"
#include "text/utf8.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace mox::test {

namespace {

class FlatJson {
public:
  explicit FlatJson(std::string_view text) : text_(text) {}

  std::vector<VectorRow> rows() {
    if (!take('[')) return {object()};
    std::vector<VectorRow> rows;
    if (take(']')) return rows;
    do rows.push_back(object());
    while (take(','));
    need(']');
    return rows;
  }

private:
  VectorRow object() {
    VectorRow row;
    need('{');
    if (take('}')) return row;
    do {
      auto name = string();
      need(':');
      row[name] = value();
    } while (take(','));
    need('}');
    return row;
  }

  std::optional<std::string> value() {
    skip_space();
    if (text_.starts_with('"')) return string();
    const auto size = text_.find_first_of(",}] \r\n\t");
    std::string word(text_.substr(0, size));
    text_.remove_prefix(word.size());
    if (word == "null") return std::nullopt;
    return word;
  }

  std::string string() {
    need('"');
    std::string result;
    for (;;) {
      const char c = next();
      if (c == '"') return result;
      if (c == '\\')
        escape(result);
      else
        result += c;
    }
  }

  void escape(std::string& to) {
    const char c = next();
    switch (c) {
    case 'n': to += '\n'; break;
    case 'r': to += '\r'; break;
    case 't': to += '\t'; break;
    case 'b': to += '\b'; break;
    case 'f': to += '\f'; break;
    case 'u': unicode(to); break;
    default: to += c;
    }
  }

  void unicode(std::string& to) {
    char32_t unit = hex();
    if (unit >= 0xd800 && unit < 0xdc00 && text_.starts_with("\\u")) {
      text_.remove_prefix(2);
      unit = 0x10000 + ((unit - 0xd800) << 10) + (hex() - 0xdc00);
    }
    text::append_utf8(to, unit);
  }

  char32_t hex() {
    const std::string digits(text_.substr(0, 4));
    text_.remove_prefix(digits.size());
    return static_cast<char32_t>(std::stoul(digits, nullptr, 16));
  }

  void skip_space() {
    while (!text_.empty() &&
           std::string_view(" \r\n\t").find(text_.front()) != std::string_view::npos)
      text_.remove_prefix(1);
  }

  char next() {
    if (text_.empty()) throw std::runtime_error("vectors: the file ends early");
    const char c = text_.front();
    text_.remove_prefix(1);
    return c;
  }

  bool take(char c) {
    skip_space();
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }

  void need(char c) {
    if (!take(c)) throw std::runtime_error(std::string("vectors: expected ") + c);
  }

  std::string_view text_;
};

} // namespace

std::optional<std::vector<VectorRow>> read_vectors(std::string_view folder, std::string_view path) {
  const auto name = std::string(folder) + '/' + std::string(path);
  std::ifstream file(name, std::ios::binary);
  if (!file) {
    const char* const ci = std::getenv("CI");
    if (ci != nullptr && std::string_view(ci) == "true") FAIL("missing vectors: " << name);
    WARN("skipped, missing vectors: " << name);
    return std::nullopt;
  }
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return FlatJson(text).rows();
}

} // namespace mox::test
