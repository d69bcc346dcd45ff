#include "address/localpart.h"

#include "text/ascii.h"
#include "text/utf8.h"

namespace mox::address {

namespace {

std::unexpected<Error> bad(const char* why) {
  return failure(ErrorKind::invalid, std::string("localpart ") + why);
}

// atext of RFC 5322 section 3.2.3, with UTF8-non-ascii of RFC 6531 section 3.3.
bool is_atext(char c) {
  constexpr std::string_view marks = "!#$%&'*+-/=?^_`{|}~";
  return text::is_alnum(c) || static_cast<unsigned char>(c) >= 0x80 ||
         marks.find(c) != std::string_view::npos;
}

// Dot-string = Atom *("." Atom)
bool is_dot_string(std::string_view s) {
  char previous = '.';
  for (const char c : s) {
    if (c == '.' ? previous == '.' : !is_atext(c)) return false;
    previous = c;
  }
  return previous != '.';
}

// Quoted-string = DQUOTE *QcontentSMTP DQUOTE
// qtextSMTP = %d32-33 / %d35-91 / %d93-126 / UTF8-non-ascii
// quoted-pairSMTP = %d92 %d32-126
Result<Localpart> parse_quoted(std::string_view s) {
  if (s.size() < 2 || s.back() != '"') return bad("has a quote that is not closed");
  s = s.substr(1, s.size() - 2);
  Localpart localpart;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '"') return bad("has a quote in its middle");
    const bool escape = s[i] == '\\';
    if (escape && ++i == s.size()) return bad("has a quote that is not closed");
    const bool allowed =
        text::is_printable(s[i]) || (!escape && static_cast<unsigned char>(s[i]) >= 0x80);
    if (!allowed) return bad("has a character that cannot be quoted");
    localpart.value += s[i];
  }
  return localpart;
}

} // namespace

bool Localpart::is_postmaster() const {
  return text::iequals(value, "postmaster");
}

std::string to_string(const Localpart& localpart) {
  if (is_dot_string(localpart.value)) return localpart.value;
  std::string result = "\"";
  for (const char c : localpart.value) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

Result<Localpart> parse_localpart(std::string_view text, std::size_t limit) {
  if (text.empty()) return bad("is missing");
  if (text.size() > limit) return bad("is too long");
  if (!text::is_utf8(text)) return bad("is not UTF-8");
  if (text.front() == '"') return parse_quoted(text);
  if (is_dot_string(text)) return Localpart{std::string(text)};
  return bad("has a dot or another character where it is not allowed");
}

std::optional<Localpart> canonical(const Localpart& localpart, const CanonicalRules& rules) {
  auto value = text::nfc(localpart.value);
  if (!rules.case_sensitive) value = text::nfc(text::lower_utf8(value));
  for (const auto& separator : rules.separators) {
    const auto place = separator.empty() ? std::string::npos : value.find(separator);
    if (place == 0) return std::nullopt;
    if (place != std::string::npos) value.resize(place);
  }
  Localpart result{std::move(value)};
  if (result.is_postmaster()) result.value = "postmaster";
  return result;
}

} // namespace mox::address
