#include "message/message_id.h"

#include "message/cfws.h"
#include "text/ascii.h"

#include <algorithm>
#include <cstddef>
#include <unordered_set>
#include <utility>

namespace mox::message {

namespace {

// Ids in one field beyond which nobody follows a thread.
constexpr std::size_t max_ids = 1000;

bool is_atom_character(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > ' ' && byte != 127 &&
         std::string_view("()<>[]:;@\\,\"").find(c) == std::string_view::npos;
}

// Quotes that say nothing go: "a.b"@c is a.b@c.
void append_localpart(std::string& to, std::string_view quoted) {
  std::string plain;
  append_unquoted(plain, quoted);
  plain = text::lower(plain);
  if (!plain.empty() && std::ranges::all_of(plain, is_atom_character)) {
    to += plain;
    return;
  }
  to += '"';
  for (const char c : plain) {
    if (c == '"' || c == '\\') to += '\\';
    to += c;
  }
  to += '"';
}

std::string canonical(std::string_view id) {
  std::string result;
  for (skip_cfws(id); !id.empty(); skip_cfws(id)) {
    if (id.front() == '"') {
      append_localpart(result, take_quoted(id));
      continue;
    }
    if (id.front() != '\0') result += text::lower(id.front());
    id.remove_prefix(1);
  }
  return result;
}

// msg-id = [CFWS] "<" id-left "@" id-right ">" [CFWS]
// The content of the next pair of brackets; what stands before it is passed over (obs-references).
bool take_bracketed(std::string_view& text, std::string_view& id) {
  while (true) {
    skip_cfws(text);
    if (text.empty()) return false;
    if (text.front() == '<') break;
    if (text.front() == '"')
      take_quoted(text);
    else
      text.remove_prefix(1);
  }
  text.remove_prefix(1);
  // A bracket that is never closed ends where the next one begins.
  const auto end = std::min(text.find_first_of("<>"), text.size());
  id = text.substr(0, end);
  text.remove_prefix(end);
  if (text.starts_with('>')) text.remove_prefix(1);
  return true;
}

std::string_view take_word(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && !text::is_space(text[length]) && text[length] != ',') ++length;
  const auto word = text.substr(0, length);
  text.remove_prefix(length);
  return word;
}

} // namespace

std::vector<std::string> parse_message_ids(std::string_view body, bool any_word) {
  std::vector<std::string> ids;
  std::unordered_set<std::string> seen;
  const auto add = [&](std::string_view text) {
    auto id = canonical(text);
    if (!id.empty() && seen.insert(id).second) ids.push_back(std::move(id));
  };
  auto rest = body;
  std::string_view id;
  while (ids.size() < max_ids && take_bracketed(rest, id)) add(id);
  if (!ids.empty()) return ids;
  rest = body;
  while (ids.size() < max_ids) {
    while (!rest.empty() && (text::is_space(rest.front()) || rest.front() == ','))
      rest.remove_prefix(1);
    if (rest.empty()) break;
    const auto word = take_word(rest);
    if (any_word || word.find('@') != std::string_view::npos) add(word);
    if (any_word) break;
  }
  return ids;
}

std::string canonical_message_id(std::string_view id) {
  id = text::trim(id);
  if (id.starts_with('<')) id.remove_prefix(1);
  if (id.ends_with('>')) id.remove_suffix(1);
  return canonical(id);
}

} // namespace mox::message
