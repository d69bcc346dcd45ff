#include "spf/received_spf.h"

#include "text/ascii.h"
#include "text/utf8.h"

#include <algorithm>

namespace mox::spf {

namespace {

constexpr std::size_t max_column = 78; // RFC 5322 section 2.1.1
// No value may make a line longer than RFC 5321 section 4.5.3.1.6 allows: each may have a line, and
// quoting at most doubles it.
constexpr std::size_t value_limit = 450;

// What may stand in a header: no control characters, and ASCII only unless told otherwise.
std::string safe(std::string_view text, std::size_t limit, bool utf8) {
  std::string result = utf8 ? text::repair_utf8(text) : std::string(text);
  result = std::string(text::cut_utf8(result, limit));
  for (char& c : result) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !utf8)) c = '?';
  }
  return result;
}

// atext = ALPHA / DIGIT / "!" / … (RFC 5322 section 3.2.3), and UTF-8 (RFC 6532 section 3.2)
bool is_atext(char c) {
  return text::is_alnum(c) || static_cast<unsigned char>(c) >= 0x80 ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

// dot-atom-text = 1*atext *("." 1*atext)
bool is_dot_atom(std::string_view text) {
  if (text.empty() || text.front() == '.' || text.back() == '.') return false;
  return text.find("..") == std::string_view::npos &&
         std::ranges::all_of(text, [](char c) { return is_atext(c) || c == '.'; });
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

std::string in_comment(std::string_view text) {
  std::string result = "(";
  for (const char c : text) {
    if (c == '(' || c == ')' || c == '\\') result += '\\';
    result += c;
  }
  return result + ')';
}

// Puts words together, on a new line when they would pass the last column.
class Lines {
public:
  explicit Lines(std::string_view name) : text_(name), column_(name.size()) {}

  void add(std::string_view word) {
    if (column_ + 1 + word.size() > max_column) {
      text_ += "\r\n\t";
      column_ = 1;
    } else {
      text_ += ' ';
      ++column_;
    }
    text_ += word;
    column_ += word.size();
  }

  void add_words(std::string_view words) {
    while (!words.empty()) {
      const auto end = std::min(words.find(' '), words.size());
      if (end > 0) add(words.substr(0, end));
      words.remove_prefix(std::min(end + 1, words.size()));
    }
  }

  std::string take() { return std::move(text_) + "\r\n"; }

private:
  std::string text_;
  std::size_t column_;
};

} // namespace

// header-field = "Received-SPF:" [CFWS] result FWS [comment FWS] [ key-value-list ] CRLF
// key-value-list = key-value-pair *( ";" [CFWS] key-value-pair ) [";"]
// key-value-pair = key [CFWS] "=" ( dot-atom / quoted-string )
std::string format_received_spf(const ReceivedSpf& field, bool utf8) {
  Lines lines("Received-SPF:");
  lines.add(to_string(field.verdict));
  if (!field.comment.empty()) lines.add_words(in_comment(safe(field.comment, value_limit, utf8)));
  std::string pair; // waits for its semicolon
  const auto add = [&](std::string_view name, std::string_view value, std::size_t limit) {
    if (value.empty()) return;
    if (!pair.empty()) lines.add(pair + ';');
    const auto shown = safe(value, limit, utf8);
    pair = std::string(name) + '=' + (is_dot_atom(shown) ? shown : quoted(shown));
  };
  add("client-ip", field.client_ip, value_limit);
  add("envelope-from", field.envelope_from, value_limit);
  add("helo", field.helo, value_limit);
  add("problem", field.problem, problem_limit);
  add("mechanism", field.mechanism, value_limit);
  add("receiver", field.receiver, value_limit);
  add("identity", field.identity, value_limit);
  for (const auto& [name, value] : field.others)
    if (is_dot_atom(name)) add(name, value, value_limit);
  if (!pair.empty()) lines.add(pair);
  return lines.take();
}

} // namespace mox::spf
