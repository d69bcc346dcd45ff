#include "authres/authres.h"
#include "text/ascii.h"
#include "text/utf8.h"

#include <algorithm>

namespace mox::authres {

namespace {

constexpr std::size_t max_column = 78; // RFC 5322 section 2.1.1
// Each value may need a line of its own, which quoting at most doubles (RFC 5322 section 2.1.1).
constexpr std::size_t value_limit = 450;

std::string safe(std::string_view text, bool utf8) {
  std::string result = utf8 ? text::repair_utf8(text) : std::string(text);
  result = std::string(text::cut_utf8(result, value_limit));
  for (char& c : result) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !utf8)) c = '?';
  }
  return result;
}

// Keyword (RFC 5321 section 4.1.2): Ldh-str.
bool is_keyword(std::string_view text) {
  return !text.empty() && text.back() != '-' &&
         std::ranges::all_of(text, [](char c) { return text::is_alnum(c) || c == '-'; });
}

// Those of RFC 8601 section 2.2 may have other characters too: "header.Message-ID",
// "x-tls.subject".
bool is_property_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return text::is_alnum(c) || c == '-' || c == '_';
  });
}

// token (RFC 2045 section 5.1), and UTF-8 (RFC 8601 section 2.2, RFC 6532 section 3.2)
bool is_token_char(char c) {
  return static_cast<unsigned char>(c) > 0x20 && c != 0x7f &&
         std::string_view("()<>@,;:\\\"/[]?=").find(c) == std::string_view::npos;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_token_char);
}

bool is_dot_atom(std::string_view text) {
  const auto is_atext = [](char c) {
    return text::is_alnum(c) || static_cast<unsigned char>(c) >= 0x80 ||
           std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
  };
  if (text.empty() || text.front() == '.' || text.back() == '.') return false;
  return text.find("..") == std::string_view::npos &&
         std::ranges::all_of(text, [&](char c) { return is_atext(c) || c == '.'; });
}

bool is_domain(std::string_view text) {
  return is_dot_atom(text) && std::ranges::all_of(text, [](char c) {
           return text::is_alnum(c) || c == '-' || c == '.' || c == '_' ||
                  static_cast<unsigned char>(c) >= 0x80;
         });
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

// pvalue = [CFWS] ( ( value / [ [ local-part ] "@" ] domain-name ) ) [CFWS]
std::string property_value(std::string_view text) {
  const auto at = text.rfind('@');
  if (at != std::string_view::npos && is_domain(text.substr(at + 1)) &&
      (at == 0 || is_dot_atom(text.substr(0, at))))
    return std::string(text);
  return is_token(text) ? std::string(text) : quoted(text);
}

std::string token_or_quoted(std::string_view text) {
  return is_token(text) ? std::string(text) : quoted(text);
}

class Lines {
public:
  explicit Lines(std::string_view name) : text_(name), column_(name.size()) {}

  void add(std::string_view word) {
    if (column_ + 1 + word.size() > max_column && column_ > 1) {
      new_line();
    } else if (column_ > 1) {
      text_ += ' ';
      ++column_;
    }
    text_ += word;
    column_ += word.size();
  }

  void add_comment(std::string_view text) {
    if (text.empty()) return;
    std::string comment = "(";
    for (const char c : text) {
      if (c == '(' || c == ')' || c == '\\') comment += '\\';
      comment += c;
    }
    comment += ')';
    std::string_view words = comment;
    while (!words.empty()) {
      const auto end = std::min(words.find(' '), words.size());
      if (end > 0) add(words.substr(0, end));
      words.remove_prefix(std::min(end + 1, words.size()));
    }
  }

  void end_part() {
    text_ += ';';
    new_line();
  }

  std::string take() { return std::move(text_) + "\r\n"; }

private:
  void new_line() {
    text_ += "\r\n\t";
    column_ = 1;
  }

  std::string text_;
  std::size_t column_;
};

// methodspec = [CFWS] method [CFWS] "=" [CFWS] result
// method = Keyword [ [CFWS] "/" [CFWS] method-version ]
void add_method(Lines& lines, const Method& method, bool utf8) {
  auto spec = method.name;
  if (method.version != 1) spec += '/' + std::to_string(method.version);
  lines.add(spec + '=' + method.result);
  lines.add_comment(safe(method.comment, utf8));
  if (!method.reason.empty()) lines.add("reason=" + token_or_quoted(safe(method.reason, utf8)));
  for (const auto& property : method.properties) {
    if (!is_keyword(property.type) || !is_property_name(property.name)) continue;
    lines.add(property.type + '.' + property.name + '=' +
              property_value(safe(property.value, utf8)));
    lines.add_comment(safe(property.comment, utf8));
  }
}

} // namespace

// authres-header-field = "Authentication-Results:" authres-payload
// authres-payload = [CFWS] authserv-id [ CFWS authres-version ] ( no-result / 1*resinfo ) [CFWS]
// CRLF no-result = [CFWS] ";" [CFWS] "none" resinfo = [CFWS] ";" methodspec [ CFWS reasonspec ] [
// CFWS 1*propspec ]
std::string format(const Results& results, bool utf8) {
  Lines lines("Authentication-Results:");
  lines.add(token_or_quoted(safe(results.server, utf8)));
  if (results.version != 1) lines.add(std::to_string(results.version));
  lines.add_comment(safe(results.comment, utf8));
  lines.end_part();
  bool first = true;
  for (const auto& method : results.methods) {
    if (!is_keyword(method.name) || !is_keyword(method.result)) continue;
    if (!first) lines.end_part();
    first = false;
    add_method(lines, method, utf8);
  }
  if (first) lines.add("none");
  return lines.take();
}

const std::string* Method::find(std::string_view type, std::string_view property) const {
  for (const auto& one : properties)
    if (text::iequals(one.type, type) && text::iequals(one.name, property)) return &one.value;
  return nullptr;
}

} // namespace mox::authres
