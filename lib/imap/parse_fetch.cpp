#include "imap/grammar.h"
#include "text/ascii.h"

#include <algorithm>
#include <array>

namespace mox::imap::grammar {

namespace {

using Kind = FetchItem::Kind;

constexpr std::size_t max_items = 1000;
constexpr std::size_t max_fields = 1000;
constexpr std::size_t max_part_depth = 100;

struct SimpleItem {
  std::string_view name;
  Kind kind;
};

constexpr std::array<SimpleItem, 12> simple_items = {{
    {"UID", Kind::uid},
    {"FLAGS", Kind::flags},
    {"INTERNALDATE", Kind::internal_date},
    {"ENVELOPE", Kind::envelope},
    {"BODYSTRUCTURE", Kind::bodystructure},
    {"RFC822.SIZE", Kind::rfc822_size},
    {"RFC822", Kind::rfc822},
    {"RFC822.HEADER", Kind::rfc822_header},
    {"RFC822.TEXT", Kind::rfc822_text},
    {"MODSEQ", Kind::modseq},
    {"SAVEDATE", Kind::save_date},
    {"BODY", Kind::body},
}};

FetchItem item_of(Kind kind) {
  FetchItem item;
  item.kind = kind;
  return item;
}

// section-part = nz-number *("." nz-number); true when a "." follows, and so a section-text must.
Parsed<bool> part_numbers(Cursor& cursor, std::vector<std::uint32_t>& part) {
  while (text::is_digit(cursor.peek())) {
    if (part.size() == max_part_depth) return cursor.too_big("part too deep");
    MOX_TRY_ASSIGN(number, cursor.nz_number());
    part.push_back(number);
    if (!cursor.take('.')) return false;
  }
  return !part.empty();
}

// header-list = "(" header-fld-name *(SP header-fld-name) ")"
Parsed<void> header_list(Cursor& cursor, Section& section) {
  MOX_TRY(cursor.space());
  return parenthesised(cursor, false, [&]() -> Parsed<void> {
    if (section.fields.size() == max_fields) return cursor.too_big("too many header fields");
    MOX_TRY_ASSIGN(field, cursor.astring("a header field name expected"));
    section.fields.push_back(std::move(field));
    return {};
  });
}

// section-msgtext = "HEADER" / "HEADER.FIELDS" [".NOT"] SP header-list / "TEXT"
// section-text    = section-msgtext / "MIME"
Parsed<void> section_text(Cursor& cursor, Section& section) {
  const auto at = cursor.position();
  const auto name = cursor.take_keyword();
  if (name == "HEADER") {
    section.text = Section::Text::header;
  } else if (name == "TEXT") {
    section.text = Section::Text::text;
  } else if (name == "MIME" && !section.part.empty()) {
    section.text = Section::Text::mime;
  } else if (name == "HEADER.FIELDS") {
    section.text = Section::Text::header_fields;
    return header_list(cursor, section);
  } else if (name == "HEADER.FIELDS.NOT") {
    section.text = Section::Text::header_fields_not;
    return header_list(cursor, section);
  } else {
    return syntax_error(at, "unknown section");
  }
  return {};
}

// section = "[" [section-spec] "]"
// section-spec = section-msgtext / (section-part ["." section-text])
Parsed<Section> section_of(Cursor& cursor, bool binary) {
  Section section;
  MOX_TRY(cursor.expect('[', "a section expected"));
  MOX_TRY_ASSIGN(text_due, part_numbers(cursor, section.part));
  if (text_due && binary) return cursor.error("a part number expected");
  const bool text_may_come = section.part.empty() && !binary && cursor.peek() != ']';
  if (text_due || text_may_come) MOX_TRY(section_text(cursor, section));
  MOX_TRY(cursor.expect(']', "a closing bracket expected"));
  return section;
}

// partial = "<" number64 "." nz-number64 ">"
Parsed<void> partial(Cursor& cursor, FetchItem& item) {
  if (!cursor.take('<')) return {};
  MOX_TRY_ASSIGN(offset, cursor.number64());
  MOX_TRY(cursor.expect('.', "a dot expected"));
  const auto at = cursor.position();
  MOX_TRY_ASSIGN(size, cursor.number64());
  if (size == 0) return syntax_error(at, "a number above 0 expected");
  MOX_TRY(cursor.expect('>', "> expected"));
  item.partial = Partial{offset, size};
  return {};
}

// "BODY" [".PEEK"] section [partial] / "BINARY" [".PEEK"] section-binary [partial] /
// "BINARY.SIZE" section-binary
Parsed<FetchItem> section_item(Cursor& cursor, Kind kind, bool peek) {
  FetchItem item = item_of(kind);
  item.peek = peek;
  MOX_TRY_ASSIGN(section, section_of(cursor, kind != Kind::section));
  item.section = std::move(section);
  if (kind != Kind::binary_size) MOX_TRY(partial(cursor, item));
  return item;
}

// "PREVIEW" [SP "(" "LAZY" ")"] (RFC 8970 section 6). Without LAZY the parenthesis is a modifier's.
FetchItem preview(Cursor& cursor) {
  FetchItem item = item_of(Kind::preview);
  Cursor ahead = cursor;
  if (ahead.take(' ') && ahead.take('(') && ahead.take_word("LAZY") && ahead.take(')')) {
    item.lazy = true;
    cursor = ahead;
  }
  return item;
}

// fetch-att
Parsed<FetchItem> fetch_att(Cursor& cursor) {
  const auto at = cursor.position();
  const auto name = cursor.take_keyword();
  if (name == "BODY.PEEK") return section_item(cursor, Kind::section, true);
  if (name == "BODY" && cursor.peek() == '[') return section_item(cursor, Kind::section, false);
  if (name == "BINARY.PEEK") return section_item(cursor, Kind::binary, true);
  if (name == "BINARY") return section_item(cursor, Kind::binary, false);
  if (name == "BINARY.SIZE") return section_item(cursor, Kind::binary_size, false);
  if (name == "PREVIEW") return preview(cursor);
  const auto known = std::ranges::find(simple_items, name, &SimpleItem::name);
  if (known == simple_items.end()) return syntax_error(at, "unknown fetch item");
  return item_of(known->kind);
}

// "ALL" / "FULL" / "FAST" at the cursor; taken when it is one.
bool macro(Cursor& cursor, std::vector<FetchItem>& items) {
  Cursor ahead = cursor;
  const auto name = ahead.take_keyword();
  if (name != "ALL" && name != "FULL" && name != "FAST") return false;
  cursor = ahead;
  items = {item_of(Kind::flags), item_of(Kind::internal_date), item_of(Kind::rfc822_size)};
  if (name != "FAST") items.push_back(item_of(Kind::envelope));
  if (name == "FULL") items.push_back(item_of(Kind::body));
  return true;
}

Parsed<void> fetch_items(Cursor& cursor, std::vector<FetchItem>& items) {
  if (macro(cursor, items)) return {};
  const auto element = [&]() -> Parsed<void> {
    if (items.size() == max_items) return cursor.too_big("too many fetch items");
    MOX_TRY_ASSIGN(item, fetch_att(cursor));
    items.push_back(std::move(item));
    return {};
  };
  return cursor.peek() == '(' ? parenthesised(cursor, false, element) : element();
}

// fetch-modifier = "CHANGEDSINCE" SP mod-sequence-value / "VANISHED" (RFC 7162 section 7)
//
// Deviation: CHANGEDSINCE 0 is accepted, as Apple Mail sends it.
Parsed<void> fetch_modifiers(Cursor& cursor, Fetch& body) {
  const auto start = cursor.position();
  MOX_TRY(parenthesised(cursor, false, [&]() -> Parsed<void> {
    const auto at = cursor.position();
    const auto name = cursor.take_keyword();
    if (name == "CHANGEDSINCE" && !body.changed_since) {
      MOX_TRY(cursor.space());
      MOX_TRY_ASSIGN(value, modseq(cursor));
      body.changed_since = value;
    } else if (name == "VANISHED" && !body.vanished) {
      body.vanished = true;
    } else {
      return syntax_error(at, "unknown modifier, or given twice");
    }
    return {};
  }));
  if (body.vanished && (!body.changed_since || !body.by_uid))
    return syntax_error(start, "VANISHED needs UID FETCH with CHANGEDSINCE");
  return {};
}

} // namespace

// fetch = "FETCH" SP sequence-set SP ("ALL" / "FULL" / "FAST" / fetch-att /
//         "(" fetch-att *(SP fetch-att) ")") [SP "(" fetch-modifier *(SP fetch-modifier) ")"]
Parsed<CommandBody> fetch(Cursor& cursor, By by) {
  Fetch body;
  body.by_uid = by == By::uid;
  MOX_TRY(cursor.space());
  MOX_TRY_ASSIGN(set, sequence_set(cursor));
  body.set = std::move(set);
  MOX_TRY(cursor.space());
  MOX_TRY(fetch_items(cursor, body.items));
  if (cursor.take(' ') && !cursor.at_end()) MOX_TRY(fetch_modifiers(cursor, body));
  return body;
}

} // namespace mox::imap::grammar
