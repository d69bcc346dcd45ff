#include "sendmail/address_text.h"

#include "message/address_list.h"
#include "text/ascii.h"
#include "text/base64.h"
#include "text/utf8.h"

#include <algorithm>
#include <vector>

namespace mox::sendmail {

namespace {

using message::ListEntry;

constexpr std::size_t line_width = 78; // RFC 5322 section 2.1.1
constexpr std::string_view fold = "\r\n ";

// atext of RFC 5322 section 3.2.3, with the characters of RFC 6532 section 3.2.
bool is_atext(char c) {
  return text::is_alnum(c) || static_cast<unsigned char>(c) >= 0x80 ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool is_encoded_word(std::string_view word) {
  return word.size() > 4 && word.starts_with("=?") && word.ends_with("?=") &&
         std::ranges::all_of(word, text::is_printable) &&
         word.find_first_of("\"(),:;<>@\\") == std::string_view::npos;
}

bool is_atom(std::string_view word) {
  return !word.empty() && (std::ranges::all_of(word, is_atext) || is_encoded_word(word));
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

// phrase = 1*word, where one space is between two atoms; else as a quoted string.
std::string phrase(std::string_view name) {
  for (auto rest = name;;) {
    const auto end = std::min(rest.find(' '), rest.size());
    if (!is_atom(rest.substr(0, end))) return quoted(name);
    if (end == rest.size()) return std::string(name);
    rest.remove_prefix(end + 1);
  }
}

// encoded-word = "=?" charset "?" encoding "?" encoded-text "?=" (RFC 2047 section 2), each of at
// most 75 characters.
std::string encoded_words(std::string_view text) {
  constexpr std::size_t bytes_per_word = 45; // 60 characters in base64
  std::string result;
  while (!text.empty()) {
    const auto piece = text::cut_utf8(text, bytes_per_word);
    if (!result.empty()) result += fold;
    result += "=?utf-8?B?" + text::base64_encode(piece) + "?=";
    text.remove_prefix(piece.size());
  }
  return result;
}

std::string clean_name(std::string_view name) {
  auto clean = text::repair_utf8(text::cut_utf8(name, max_full_name));
  std::ranges::replace_if(clean, [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; }, ' ');
  return std::string(text::trim(clean));
}

std::string written(const ListEntry& entry, const BareNames& names) {
  std::string address;
  if (is_bare(entry))
    address = completed(entry, names);
  else if (!entry.localpart.empty() || !entry.domain.empty())
    address = address::to_string(address::Localpart{entry.localpart}) + '@' +
              (entry.domain.empty() ? names.domain.ascii() : entry.domain);
  if (entry.name.empty() && !address.empty()) return address;
  return (entry.name.empty() ? "" : phrase(entry.name) + ' ') + '<' + address + '>';
}

// Entries one after the other, with a new line where the next would be too long.
class ListWriter {
public:
  void add(const ListEntry& entry, const BareNames& names) {
    switch (entry.kind) {
    case ListEntry::Kind::group_begin:
      put(phrase(entry.name) + ':');
      is_first_ = true; // no comma before the first of its members
      return;
    case ListEntry::Kind::group_end:
      text_ += ';';
      is_first_ = false;
      return;
    case ListEntry::Kind::mailbox: put(written(entry, names));
    }
  }

  std::string take() && { return std::move(text_); }

private:
  void put(const std::string& item) {
    if (!is_first_) text_ += ',';
    is_first_ = false;
    const auto line_begin = text_.rfind('\n') + 1; // npos + 1 is 0
    const bool fits = text_.size() - line_begin + 1 + item.size() < line_width - name_width;
    text_ += text_.empty() || fits ? " " : fold;
    text_ += item;
  }

  // Room for a field's name on the first line.
  static constexpr std::size_t name_width = 20;

  std::string text_;
  bool is_first_ = true;
};

// That what was written says what was read.
bool is_same(const message::AddressList& read, const message::AddressList& written,
             const BareNames& names) {
  if (written.malformed) return false;
  return std::ranges::equal(read.entries, written.entries, [&](ListEntry a, const ListEntry& b) {
    if (is_bare(a)) {
      const auto stands_for = message::parse_address_list(completed(a, names));
      if (stands_for.entries.size() != 1) return false;
      a.localpart = stands_for.entries.front().localpart;
      a.domain = stands_for.entries.front().domain;
    }
    a.route.clear(); // RFC 5322 section 4.4: to be ignored
    return a == b;
  });
}

} // namespace

std::string mailbox_text(std::string_view name, const address::Path& path) {
  const auto clean = clean_name(name);
  auto address = address::to_string(path);
  if (clean.empty()) return address;
  if (text::is_ascii(clean)) return phrase(clean) + " <" + address + '>';
  auto words = encoded_words(clean);
  words += words.size() > line_width / 2 ? fold : " ";
  return words + '<' + address + '>';
}

std::optional<std::string> completed_addresses(std::string_view body, const BareNames& names) {
  const auto list = message::parse_address_list(body);
  if (std::ranges::none_of(list.entries, is_bare)) return std::nullopt;
  // The parser passes over what it cannot use, and that would be lost.
  std::vector<address::Path> paths;
  if (!add_addresses(body, names, paths)) return std::nullopt;
  ListWriter writer;
  for (const ListEntry& entry : list.entries) writer.add(entry, names);
  auto text = std::move(writer).take();
  if (!is_same(list, message::parse_address_list(text), names)) return std::nullopt;
  return text;
}

std::string full_name_of(std::string_view gecos, std::string_view login) {
  std::string name;
  for (const char c : gecos.substr(0, gecos.find(','))) {
    if (c != '&') {
      name += c;
    } else if (!login.empty()) {
      name += text::upper(login.front());
      name += login.substr(1);
    }
  }
  return clean_name(name);
}

} // namespace mox::sendmail
