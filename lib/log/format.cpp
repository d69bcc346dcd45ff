#include "log/format.h"

#include "text/ascii.h"
#include "text/utf8.h"

#include <fmt/format.h>

#include <iterator>

namespace mox::log {

namespace {

// Control characters, C1 included, and the separators that some readers take for line ends.
bool must_escape(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029 ||
         (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

bool is_bare(std::string_view text) {
  constexpr std::string_view marks = "-_.:/@+[]<>";
  for (const char c : text)
    if (!text::is_alnum(c) && marks.find(c) == std::string_view::npos) return false;
  return !text.empty();
}

void append_short_escape(std::string& to, char c) {
  to += '\\';
  to += c == '\n' ? 'n' : c == '\r' ? 'r' : c == '\t' ? 't' : c;
}

// Quoted, with the escapes that JSON has; a byte that is not UTF-8 becomes \u00NN in JSON, and \xNN
// in logfmt, where nothing depends on its being read back.
void append_quoted(std::string& to, std::string_view text, bool json) {
  to += '"';
  const auto limit = to.size() + text_limit;
  while (!text.empty()) {
    if (to.size() >= limit) {
      to += "...";
      break;
    }
    const auto before = text;
    const auto c = text::next_utf8(text);
    const auto bytes = before.substr(0, before.size() - text.size());
    const char first = bytes.front();
    const bool malformed = c == 0xFFFD && bytes.size() == 1;
    if (c == '"' || c == '\\' || c == '\n' || c == '\r' || c == '\t')
      append_short_escape(to, first);
    else if (malformed || (must_escape(c) && c < 0x80 && !json))
      fmt::format_to(std::back_inserter(to), "{}{:02x}", json ? "\\u00" : "\\x",
                     static_cast<unsigned char>(first));
    else if (must_escape(c))
      fmt::format_to(std::back_inserter(to), "\\u{:04x}", static_cast<std::uint32_t>(c));
    else
      to += bytes;
  }
  to += '"';
}

// Keys come from the program, but nothing is broken when one does not.
void append_key(std::string& to, std::string_view key) {
  for (const char c : key.substr(0, 64))
    to += text::is_alnum(c) || c == '_' || c == '-' || c == '.' ? c : '_';
}

struct Append {
  std::string& to;
  bool json;

  void operator()(std::string_view text) const {
    if (json || !is_bare(text) || text.size() > text_limit)
      append_quoted(to, text, json);
    else
      to += text;
  }

  void operator()(bool flag) const { to += flag ? "true" : "false"; }

  void operator()(double number) const {
    // JSON has neither infinity nor what is no number.
    if (json && !(number - number == 0))
      to += "null";
    else
      fmt::format_to(std::back_inserter(to), "{:.6g}", number);
  }

  void operator()(auto number) const { fmt::format_to(std::back_inserter(to), "{}", number); }
};

// Collects one line; a field that would make it too long is left out.
class Line {
public:
  explicit Line(bool json) : json_(json), text_(json ? "{" : "") {}

  void add(std::string_view key, const Field::Value& value) {
    const auto size = text_.size();
    add_key(key);
    std::visit(Append{text_, json_}, value);
    if (text_.size() + end.size() <= line_limit) return;
    text_.resize(size);
    cut_ = true;
  }

  // In quotes even where it could do without.
  void add_quoted(std::string_view key, std::string_view text) {
    add_key(key);
    append_quoted(text_, text, json_);
  }

  std::string finish() && {
    if (cut_) text_ += json_ ? ",\"cut\":true" : " cut=true";
    text_ += json_ ? "}\n" : "\n";
    return std::move(text_);
  }

private:
  static constexpr std::string_view end = ",\"cut\":true}\n";

  void add_key(std::string_view key) {
    if (text_.size() > 1) text_ += json_ ? ',' : ' ';
    if (json_) text_ += '"';
    append_key(text_, key);
    text_ += json_ ? "\":" : "=";
  }

  bool json_;
  bool cut_ = false;
  std::string text_;
};

std::string format(const Event& event, bool json) {
  Line line(json);
  line.add("l", to_string(event.level));
  line.add_quoted("m", event.message);
  line.add("pkg", event.pkg.substr(0, 64));
  if (event.cid != 0) line.add("cid", std::string_view(fmt::format("{:x}", event.cid)));
  for (const auto& field : event.fields) line.add(field.key, field.value);
  return std::move(line).finish();
}

} // namespace

std::string to_logfmt(const Event& event) {
  return format(event, false);
}

std::string to_json(const Event& event) {
  return format(event, true);
}

} // namespace mox::log
