#include "imapserver/envelope_text.h"

#include "message/encoded_word.h"
#include "text/ascii.h"

#include <algorithm>
#include <array>

namespace mox::imapserver {

namespace {

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

bool take_nil(std::string_view& text) {
  if (!text.starts_with("NIL")) return false;
  text.remove_prefix(3);
  return true;
}

// Adds the content of a quoted string, from behind its first quote.
bool take_quoted(std::string_view& text, std::string* to) {
  for (;;) {
    const auto stop = text.find_first_of("\"\\");
    if (stop == text.npos) return false;
    if (to != nullptr) *to += text.substr(0, stop);
    const bool end = text[stop] == '"';
    text.remove_prefix(stop + 1);
    if (end) return true;
    if (text.empty()) return false;
    if (to != nullptr) *to += text.front();
    text.remove_prefix(1);
  }
}

// "{size}" CRLF and the bytes, from behind the brace.
bool take_literal(std::string_view& text, std::string* to) {
  const auto end = text.find("}\r\n");
  if (end == text.npos) return false;
  const auto size = text::parse_number<std::uint32_t>(text.substr(0, end));
  text.remove_prefix(end + 3);
  if (!size || *size > text.size()) return false;
  if (to != nullptr) *to += text.substr(0, *size);
  text.remove_prefix(*size);
  return true;
}

// nstring. `found` says whether it was a string.
bool take_nstring(std::string_view& text, std::string* to, bool& found) {
  found = false;
  if (take_nil(text)) return true;
  found = true;
  if (take(text, '"')) return take_quoted(text, to);
  return take(text, '{') && take_literal(text, to);
}

bool skip_value(std::string_view& text) {
  bool found = false;
  if (!text.starts_with('(')) return take_nstring(text, nullptr, found);
  std::size_t depth = 0;
  do {
    if (take(text, '('))
      ++depth;
    else if (take(text, ')'))
      --depth;
    else if (!take(text, ' ') && !take_nstring(text, nullptr, found))
      return false;
  } while (depth > 0);
  return true;
}

void append_decoded(std::string& to, std::string_view text) {
  if (text.find("=?") == text.npos && text::is_ascii(text))
    to += text;
  else
    to += message::decode_words(text);
}

// address = "(" name SP route SP mailbox SP host ")"
// A group begins with a host of NIL and ends with a mailbox of NIL.
bool take_address(std::string_view& text, std::string& to) {
  std::array<std::string, 4> parts;
  std::array<bool, 4> found{};
  if (!take(text, '(')) return false;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0 && !take(text, ' ')) return false;
    if (!take_nstring(text, &parts[i], found[i])) return false;
  }
  const auto& [name, route, mailbox, host] = parts;
  if (!found[2]) {
    to += ';';
  } else if (!found[3]) {
    append_decoded(to, mailbox);
    to += ": ";
  } else {
    append_decoded(to, name);
    to += found[0] ? " <" : "<";
    to += mailbox;
    to += '@';
    to += host;
    to += ">, ";
  }
  return take(text, ')');
}

bool take_addresses(std::string_view text, std::string& to) {
  if (!take(text, '(')) return false;
  while (text.starts_with('('))
    if (!take_address(text, to)) return false;
  return true;
}

bool is_address(EnvelopeField field) {
  return field >= EnvelopeField::from && field <= EnvelopeField::bcc;
}

} // namespace

bool envelope_text(std::string_view envelope, EnvelopeField field, std::string& text) {
  text.clear();
  if (!take(envelope, '(')) return false;
  for (int skip = static_cast<int>(field); skip > 0; --skip)
    if (!skip_value(envelope) || !take(envelope, ' ')) return false;
  if (is_address(field)) return take_addresses(envelope, text);
  bool found = false;
  if (!take_nstring(envelope, &text, found) || !found) return false;
  if (field == EnvelopeField::subject && (text.find("=?") != text.npos || !text::is_ascii(text)))
    text = message::decode_words(text);
  return true;
}

std::optional<EnvelopeField> envelope_field(std::string_view header) {
  // Not Sender and Reply-To: those of an envelope are From's when the message has none.
  if (header == "subject") return EnvelopeField::subject;
  if (header == "from") return EnvelopeField::from;
  if (header == "to") return EnvelopeField::to;
  if (header == "cc") return EnvelopeField::cc;
  if (header == "bcc") return EnvelopeField::bcc;
  return std::nullopt;
}

} // namespace mox::imapserver
