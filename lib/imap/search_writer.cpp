#include "imap/search_writer.h"

#include "text/ascii.h"

namespace mox::imap {

namespace {

using Kind = SearchKey::Kind;

void print_key(CommandPrinter& to, const SearchKey& key);

void print_keys(CommandPrinter& to, const std::vector<SearchKey>& keys) {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (i > 0) to.raw(" ");
    print_key(to, keys[i]);
  }
}

void print_group(CommandPrinter& to, const std::vector<SearchKey>& keys) {
  to.raw("(");
  print_keys(to, keys);
  to.raw(")");
}

void print_set(CommandPrinter& to, const SequenceSet& set) {
  std::string text;
  append_sequence_set(text, set);
  to.raw(text);
}

// "\Seen" as SEEN or UNSEEN, a keyword as KEYWORD or UNKEYWORD.
void print_flag(CommandPrinter& to, const SearchKey& key) {
  if (key.negated) to.raw("UN");
  if (key.text.starts_with('\\')) return to.raw(text::upper(std::string_view(key.text).substr(1)));
  to.raw("KEYWORD ");
  to.raw(key.text);
}

void print_header(CommandPrinter& to, const SearchKey& key) {
  to.raw("HEADER ");
  to.astring(key.field);
  to.raw(" ");
  to.astring(key.text);
}

// The name of a key with one argument, text, date or number.
std::string_view name_of(Kind kind) {
  switch (kind) {
  case Kind::body: return "BODY ";
  case Kind::text: return "TEXT ";
  case Kind::larger: return "LARGER ";
  case Kind::smaller: return "SMALLER ";
  case Kind::before: return "BEFORE ";
  case Kind::on: return "ON ";
  case Kind::since: return "SINCE ";
  case Kind::sent_before: return "SENTBEFORE ";
  case Kind::sent_on: return "SENTON ";
  case Kind::sent_since: return "SENTSINCE ";
  case Kind::saved_before: return "SAVEDBEFORE ";
  case Kind::saved_on: return "SAVEDON ";
  case Kind::saved_since: return "SAVEDSINCE ";
  case Kind::older: return "OLDER ";
  case Kind::younger: return "YOUNGER ";
  case Kind::modseq: return "MODSEQ ";
  default: return "";
  }
}

void print_argument(CommandPrinter& to, const SearchKey& key) {
  to.raw(name_of(key.kind));
  if (key.kind == Kind::body || key.kind == Kind::text) return to.astring(key.text);
  std::string text;
  const bool has_number = key.kind == Kind::larger || key.kind == Kind::smaller ||
                          key.kind == Kind::older || key.kind == Kind::younger ||
                          key.kind == Kind::modseq;
  if (has_number)
    text = std::to_string(key.number);
  else
    append_date(text, key.date);
  to.raw(text);
}

// The depth is bounded by SearchKey::max_depth for all that was parsed.
void print_key(CommandPrinter& to, const SearchKey& key) {
  switch (key.kind) {
  case Kind::all: return to.raw("ALL");
  case Kind::sequence: return print_set(to, key.set);
  case Kind::uid: to.raw("UID "); return print_set(to, key.set);
  case Kind::flag: return print_flag(to, key);
  case Kind::recent: return to.raw(key.negated ? "OLD" : "RECENT");
  case Kind::header: return print_header(to, key);
  case Kind::savedate_supported: return to.raw("SAVEDATESUPPORTED");
  case Kind::conjunction: return print_group(to, key.keys);
  case Kind::disjunction: to.raw("OR "); return print_keys(to, key.keys);
  case Kind::negation: to.raw("NOT "); return print_keys(to, key.keys);
  default: return print_argument(to, key);
  }
}

void print_returns(CommandPrinter& to, std::uint8_t options) {
  std::string text;
  if ((options & return_min) != 0) text += " MIN";
  if ((options & return_max) != 0) text += " MAX";
  if ((options & return_all) != 0) text += " ALL";
  if ((options & return_count) != 0) text += " COUNT";
  if ((options & return_save) != 0) text += " SAVE";
  if (!text.empty()) text.erase(0, 1);
  to.raw(" RETURN (" + text + ")");
}

} // namespace

void print_search(CommandPrinter& to, const Search& search) {
  if (search.returns) print_returns(to, *search.returns);
  if (!search.charset.empty()) {
    to.raw(" CHARSET ");
    to.astring(search.charset);
  }
  to.raw(" ");
  // A conjunction of the whole search needs no parentheses: they would make it one level deeper.
  if (search.key.kind == Kind::conjunction)
    print_keys(to, search.key.keys);
  else
    print_key(to, search.key);
}

} // namespace mox::imap
