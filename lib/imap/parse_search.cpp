#include "imap/grammar.h"
#include "text/ascii.h"

#include <algorithm>
#include <array>

namespace mox::imap::grammar {

namespace {

using Kind = SearchKey::Kind;

// What stands behind the name of a key.
enum class Argument : unsigned char { none, text, number, date, seconds };

struct KeyName {
  std::string_view name;
  Kind kind;
  Argument argument = Argument::none;
  std::string_view field = {}; // Kind::header
  std::string_view flag = {};  // Kind::flag
  bool negated = false;
};

constexpr std::array<KeyName, 37> key_names = {{
    {"ALL", Kind::all},
    {"ANSWERED", Kind::flag, Argument::none, {}, "\\Answered"},
    {"BCC", Kind::header, Argument::text, "bcc"},
    {"BEFORE", Kind::before, Argument::date},
    {"BODY", Kind::body, Argument::text},
    {"CC", Kind::header, Argument::text, "cc"},
    {"DELETED", Kind::flag, Argument::none, {}, "\\Deleted"},
    {"DRAFT", Kind::flag, Argument::none, {}, "\\Draft"},
    {"FLAGGED", Kind::flag, Argument::none, {}, "\\Flagged"},
    {"FROM", Kind::header, Argument::text, "from"},
    {"LARGER", Kind::larger, Argument::number},
    {"OLD", Kind::recent, Argument::none, {}, {}, true},
    {"OLDER", Kind::older, Argument::seconds},
    {"ON", Kind::on, Argument::date},
    {"RECENT", Kind::recent},
    {"SAVEDATESUPPORTED", Kind::savedate_supported},
    {"SAVEDBEFORE", Kind::saved_before, Argument::date},
    {"SAVEDON", Kind::saved_on, Argument::date},
    {"SAVEDSINCE", Kind::saved_since, Argument::date},
    {"SEEN", Kind::flag, Argument::none, {}, "\\Seen"},
    {"SENTBEFORE", Kind::sent_before, Argument::date},
    {"SENTON", Kind::sent_on, Argument::date},
    {"SENTSINCE", Kind::sent_since, Argument::date},
    {"SINCE", Kind::since, Argument::date},
    {"SMALLER", Kind::smaller, Argument::number},
    {"SUBJECT", Kind::header, Argument::text, "subject"},
    {"TEXT", Kind::text, Argument::text},
    {"TO", Kind::header, Argument::text, "to"},
    {"UNANSWERED", Kind::flag, Argument::none, {}, "\\Answered", true},
    {"UNDELETED", Kind::flag, Argument::none, {}, "\\Deleted", true},
    {"UNDRAFT", Kind::flag, Argument::none, {}, "\\Draft", true},
    {"UNFLAGGED", Kind::flag, Argument::none, {}, "\\Flagged", true},
    {"UNSEEN", Kind::flag, Argument::none, {}, "\\Seen", true},
    {"YOUNGER", Kind::younger, Argument::seconds},
    // These have parsers of their own; listed so that the table is the whole grammar.
    {"KEYWORD", Kind::flag},
    {"UNKEYWORD", Kind::flag, Argument::none, {}, {}, true},
    {"UID", Kind::uid},
}};

class SearchParser {
public:
  explicit SearchParser(Cursor& cursor) : cursor_(cursor) {}

  // search-key *(SP search-key), until something other than a space follows.
  Parsed<SearchKey> conjunction(std::size_t depth) {
    std::vector<SearchKey> keys;
    do {
      MOX_TRY_ASSIGN(next, key(depth));
      keys.push_back(std::move(next));
    } while (another_follows());
    if (keys.size() == 1) return std::move(keys.front());
    SearchKey all;
    all.kind = Kind::conjunction;
    all.keys = std::move(keys);
    return all;
  }

private:
  // Deviation: more than one space, and spaces before ")" and at the end, are skipped.
  bool another_follows() {
    bool spaced = false;
    while (cursor_.take(' ')) spaced = true;
    return spaced && cursor_.peek() != ')' && !cursor_.at_end();
  }

  Parsed<SearchKey> key(std::size_t depth) {
    if (depth == SearchKey::max_depth) return cursor_.too_big("search too deep");
    if (++count_ > SearchKey::max_keys) return cursor_.too_big("too many search keys");
    const char c = cursor_.peek();
    if (c == '(') return group(depth);
    if (text::is_digit(c) || c == '*' || c == '$') return set_key(Kind::sequence);
    const auto at = cursor_.position();
    const auto name = cursor_.take_keyword();
    if (name == "NOT") return negation(depth);
    if (name == "OR") return disjunction(depth);
    if (name == "HEADER") return header();
    if (name == "MODSEQ") return modseq_key();
    if (name == "NEW") return new_key(depth);
    const auto known = std::ranges::find(key_names, name, &KeyName::name);
    if (known == key_names.end()) return syntax_error(at, "unknown search key");
    return named_key(*known);
  }

  Parsed<SearchKey> named_key(const KeyName& known) {
    if (known.kind == Kind::uid) {
      MOX_TRY(cursor_.space());
      return set_key(Kind::uid);
    }
    if (known.kind == Kind::flag && known.flag.empty()) return keyword(known.negated);
    SearchKey key;
    key.kind = known.kind;
    key.negated = known.negated;
    key.field = known.field;
    key.text = known.flag;
    MOX_TRY(argument(known.argument, key));
    return key;
  }

  Parsed<void> argument(Argument kind, SearchKey& key) {
    if (kind == Argument::none) return {};
    MOX_TRY(cursor_.space());
    switch (kind) {
    case Argument::none: break;
    case Argument::text: {
      MOX_TRY_ASSIGN(text, cursor_.astring("a string expected"));
      key.text = std::move(text);
      break;
    }
    case Argument::number: {
      MOX_TRY_ASSIGN(number, cursor_.number64());
      key.number = number;
      break;
    }
    case Argument::seconds: {
      MOX_TRY_ASSIGN(number, cursor_.nz_number());
      key.number = number;
      break;
    }
    case Argument::date: {
      MOX_TRY_ASSIGN(date, date_argument());
      key.date = date;
      break;
    }
    }
    return {};
  }

  // date = date-text / DQUOTE date-text DQUOTE
  Parsed<Date> date_argument() {
    const auto at = cursor_.position();
    MOX_TRY_ASSIGN(text, cursor_.astring("a date expected"));
    const auto date = parse_date(text);
    if (!date) return syntax_error(at, "not a date");
    return *date;
  }

  Parsed<SearchKey> group(std::size_t depth) {
    MOX_TRY(cursor_.expect('(', "an opening parenthesis expected"));
    MOX_TRY_ASSIGN(inner, conjunction(depth + 1));
    MOX_TRY(cursor_.expect(')', "a closing parenthesis expected"));
    return inner;
  }

  Parsed<SearchKey> set_key(Kind kind) {
    SearchKey key;
    key.kind = kind;
    MOX_TRY_ASSIGN(set, sequence_set(cursor_));
    key.set = std::move(set);
    return key;
  }

  Parsed<SearchKey> negation(std::size_t depth) {
    SearchKey result;
    result.kind = Kind::negation;
    MOX_TRY(cursor_.space());
    MOX_TRY_ASSIGN(inner, key(depth + 1));
    result.keys.push_back(std::move(inner));
    return result;
  }

  Parsed<SearchKey> disjunction(std::size_t depth) {
    SearchKey result;
    result.kind = Kind::disjunction;
    for (int i = 0; i < 2; ++i) {
      MOX_TRY(cursor_.space());
      MOX_TRY_ASSIGN(inner, key(depth + 1));
      result.keys.push_back(std::move(inner));
    }
    return result;
  }

  // "HEADER" SP header-fld-name SP astring
  Parsed<SearchKey> header() {
    SearchKey key;
    key.kind = Kind::header;
    MOX_TRY(cursor_.space());
    MOX_TRY_ASSIGN(field, cursor_.astring("a header field name expected"));
    key.field = text::lower(field);
    MOX_TRY(cursor_.space());
    MOX_TRY_ASSIGN(text, cursor_.astring("a string expected"));
    key.text = std::move(text);
    return key;
  }

  // "KEYWORD" SP flag-keyword
  Parsed<SearchKey> keyword(bool negated) {
    SearchKey key;
    key.kind = Kind::flag;
    key.negated = negated;
    MOX_TRY(cursor_.space());
    const auto name = cursor_.take_while(is_astring_char);
    if (name.empty()) return cursor_.error("a keyword expected");
    key.text = std::string(name);
    return key;
  }

  // "MODSEQ" [SP entry-name SP entry-type-req] SP mod-sequence-valzer (RFC 7162 section 3.1.5)
  Parsed<SearchKey> modseq_key() {
    SearchKey key;
    key.kind = Kind::modseq;
    MOX_TRY(cursor_.space());
    if (cursor_.peek() == '"') {
      MOX_TRY(cursor_.quoted());
      MOX_TRY(cursor_.space());
      const auto at = cursor_.position();
      const auto type = cursor_.take_keyword();
      if (type != "PRIV" && type != "SHARED" && type != "ALL")
        return syntax_error(at, "priv, shared or all expected");
      MOX_TRY(cursor_.space());
    }
    MOX_TRY_ASSIGN(number, modseq(cursor_));
    key.number = number;
    return key;
  }

  // RFC 3501: NEW is the same as (RECENT UNSEEN), and counts as that.
  Parsed<SearchKey> new_key(std::size_t depth) {
    if (depth + 1 == SearchKey::max_depth) return cursor_.too_big("search too deep");
    count_ += 2;
    if (count_ > SearchKey::max_keys) return cursor_.too_big("too many search keys");
    SearchKey recent;
    recent.kind = Kind::recent;
    SearchKey unseen;
    unseen.kind = Kind::flag;
    unseen.text = "\\Seen";
    unseen.negated = true;
    SearchKey both;
    both.kind = Kind::conjunction;
    both.keys = {std::move(recent), std::move(unseen)};
    return both;
  }

  Cursor& cursor_;
  std::size_t count_ = 0;
};

// search-return-opts = SP "RETURN" SP "(" [search-return-opt *(SP search-return-opt)] ")"
Parsed<std::uint8_t> return_options(Cursor& cursor) {
  std::uint8_t options = 0;
  MOX_TRY(cursor.space());
  MOX_TRY(parenthesised(cursor, true, [&]() -> Parsed<void> {
    const auto at = cursor.position();
    const auto name = cursor.take_keyword();
    const auto add = [&](SearchReturn option) {
      options = static_cast<std::uint8_t>(options | option);
    };
    if (name == "MIN")
      add(return_min);
    else if (name == "MAX")
      add(return_max);
    else if (name == "ALL")
      add(return_all);
    else if (name == "COUNT")
      add(return_count);
    else if (name == "SAVE")
      add(return_save);
    else
      return syntax_error(at, "unknown return option");
    return {};
  }));
  return options == 0 ? static_cast<std::uint8_t>(return_all) : options;
}

// A word and the space that must follow it.
bool take_option(Cursor& cursor, std::string_view word) {
  Cursor ahead = cursor;
  if (!ahead.take_word(word) || ahead.peek() != ' ') return false;
  cursor = ahead;
  return true;
}

} // namespace

// search = "SEARCH" [search-return-opts] SP ["CHARSET" SP charset SP] search-key *(SP search-key)
Parsed<CommandBody> search(Cursor& cursor, By by) {
  Search body;
  body.by_uid = by == By::uid;
  MOX_TRY(cursor.space());
  if (take_option(cursor, "RETURN")) {
    MOX_TRY_ASSIGN(options, return_options(cursor));
    body.returns = options;
    MOX_TRY(cursor.space());
  }
  if (take_option(cursor, "CHARSET")) {
    MOX_TRY(cursor.space());
    MOX_TRY_ASSIGN(charset, cursor.astring("a charset expected"));
    body.charset = std::move(charset);
    MOX_TRY(cursor.space());
  }
  MOX_TRY_ASSIGN(key, SearchParser(cursor).conjunction(0));
  body.key = std::move(key);
  return body;
}

} // namespace mox::imap::grammar
