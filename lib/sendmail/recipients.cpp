#include "sendmail/recipients.h"

#include "message/cfws.h"
#include "sendmail/shown.h"
#include "text/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace mox::sendmail {

namespace {

using message::ListEntry;

std::unexpected<Error> no_address(std::string_view text, std::string_view why) {
  return failure(ErrorKind::invalid,
                 fmt::format("\"{}\" is no address to send to: {}", shown(text), why));
}

struct Piece {
  std::string_view text;
  char end = '\0'; // what came after it: a comma, a semicolon, a colon, or nothing
};

// Takes a piece and its end off the front of `text`. White space and comments in front are dropped.
Piece take_piece(std::string_view& text) {
  message::skip_cfws(text);
  const auto begin = text;
  while (!text.empty()) {
    const char c = text.front();
    if (c == ',' || c == ';' || c == ':') break;
    if (c == '"') {
      message::take_quoted(text);
    } else if (c == '<' || c == '[') {
      const auto end = text.find(c == '<' ? '>' : ']');
      text.remove_prefix(std::min(end, text.size() - 1) + 1);
    } else {
      text.remove_prefix(1);
    }
    message::skip_cfws(text);
  }
  Piece piece{.text = text::trim(begin.substr(0, begin.size() - text.size()))};
  if (text.empty()) return piece;
  piece.end = text.front();
  text.remove_prefix(1);
  return piece;
}

std::string localpart_of(const ListEntry& entry) {
  return address::to_string(address::Localpart{entry.localpart});
}

Result<address::Path> to_path(const ListEntry& entry, const BareNames& names,
                              std::string_view text) {
  if (entry.domain.empty() && names.domain.empty() && !names.instead)
    return no_address(text, "it has no domain, and sendmail.toml has no default-destination");
  const auto written = is_bare(entry)
                           ? completed(entry, names)
                           : localpart_of(entry) + '@' +
                                 (entry.domain.empty() ? names.domain.ascii() : entry.domain);
  auto path = address::parse_path(
      written, {.localpart_limit = address::localpart_tolerance, .underscore = true});
  if (!path) return no_address(text, path.error().text);
  return *std::move(path);
}

// Whether there is more than one "<" outside of quotes.
bool has_two_angles(std::string_view piece) {
  int angles = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < piece.size(); ++i) {
    if (piece[i] == '\\') {
      ++i;
    } else if (piece[i] == '"') {
      quoted = !quoted;
    } else if (piece[i] == '<' && !quoted) {
      ++angles;
    }
  }
  return angles > 1;
}

// One mailbox; nothing for "<>" and for comments alone.
Result<> add_piece(std::string_view piece, const BareNames& names,
                   std::vector<address::Path>& paths) {
  const auto list = message::parse_address_list(piece);
  if (list.entries.empty()) return ok();
  const ListEntry& entry = list.entries.front();
  if (entry.localpart.empty() && entry.domain.empty() && !list.malformed) return ok();
  // The parser reads on after what it cannot use; here that could lose a recipient.
  const bool sound = list.entries.size() == 1 && entry.kind == ListEntry::Kind::mailbox;
  if (!sound || (list.malformed && !is_bare(entry)) || has_two_angles(piece))
    return no_address(piece, "it is not one mailbox; put a comma between two");
  MOX_TRY_ASSIGN(path, to_path(entry, names, piece));
  if (paths.size() == max_recipients)
    return failure(
        ErrorKind::invalid,
        fmt::format("a message can have {} recipients, and this one has more", max_recipients));
  paths.push_back(std::move(path));
  return ok();
}

bool is_plain(std::string_view word) {
  return word.find_first_of("\"(<:;[") == std::string_view::npos;
}

} // namespace

bool is_bare(const ListEntry& entry) {
  return entry.kind == ListEntry::Kind::mailbox && entry.domain.empty() &&
         !entry.localpart.empty() && localpart_of(entry).front() != '"';
}

std::string completed(const ListEntry& entry, const BareNames& names) {
  if (names.instead) return address::to_string(*names.instead);
  return localpart_of(entry) + '@' + names.domain.ascii();
}

// address-list = (address *("," address))
// group        = display-name ":" [group-list] ";" [CFWS]
Result<> add_addresses(std::string_view body, const BareNames& names,
                       std::vector<address::Path>& paths) {
  while (!body.empty()) {
    const auto piece = take_piece(body);
    const bool is_group_name = piece.end == ':';
    if (piece.text.empty() || is_group_name) continue;
    MOX_TRY(add_piece(piece.text, names, paths));
  }
  return ok();
}

Result<std::vector<address::Path>> parse_recipients(std::span<const std::string> words,
                                                    const BareNames& names) {
  std::vector<address::Path> paths;
  for (const auto& word : words) {
    // A NUL or a line end within a word has no meaning in a list, and none here.
    const bool clean =
        std::ranges::all_of(word, [](char c) { return c < 0 || c >= ' ' || c == '\t'; });
    if (!clean) return no_address(word, "it has a control character");
    auto list = word;
    if (is_plain(word)) std::ranges::replace_if(list, text::is_wsp, ',');
    const auto before = paths.size();
    MOX_TRY(add_addresses(list, names, paths));
    if (paths.size() == before) return no_address(word, "nobody is named");
  }
  return paths;
}

Result<address::Path> parse_sender(std::string_view text, const BareNames& names) {
  text = text::trim(text);
  if (text.empty() || text == "<>") return address::Path{};
  std::vector<address::Path> paths;
  MOX_TRY(add_addresses(text, names, paths));
  if (paths.size() == 1) return std::move(paths.front());
  return failure(ErrorKind::invalid, fmt::format("\"{}\" is not one sender", shown(text)));
}

void remove_repeated(std::vector<address::Path>& paths) {
  std::unordered_set<std::string> seen;
  std::erase_if(paths, [&](const auto& path) { return !seen.insert(to_string(path)).second; });
}

} // namespace mox::sendmail
