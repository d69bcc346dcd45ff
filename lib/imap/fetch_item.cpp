#include "imap/fetch_item.h"

#include "imap/response_writer.h"

#include <string_view>

namespace mox::imap {

namespace {

std::string_view text_name(Section::Text text) {
  switch (text) {
  case Section::Text::all: return "";
  case Section::Text::header: return "HEADER";
  case Section::Text::header_fields: return "HEADER.FIELDS";
  case Section::Text::header_fields_not: return "HEADER.FIELDS.NOT";
  case Section::Text::text: return "TEXT";
  case Section::Text::mime: return "MIME";
  }
  return "";
}

std::string_view item_name(FetchItem::Kind kind) {
  using Kind = FetchItem::Kind;
  switch (kind) {
  case Kind::uid: return "UID";
  case Kind::flags: return "FLAGS";
  case Kind::internal_date: return "INTERNALDATE";
  case Kind::envelope: return "ENVELOPE";
  case Kind::body: return "BODY";
  case Kind::bodystructure: return "BODYSTRUCTURE";
  case Kind::rfc822: return "RFC822";
  case Kind::rfc822_header: return "RFC822.HEADER";
  case Kind::rfc822_size: return "RFC822.SIZE";
  case Kind::rfc822_text: return "RFC822.TEXT";
  case Kind::section: return "BODY";
  case Kind::binary: return "BINARY";
  case Kind::binary_size: return "BINARY.SIZE";
  case Kind::modseq: return "MODSEQ";
  case Kind::save_date: return "SAVEDATE";
  case Kind::preview: return "PREVIEW";
  }
  return "";
}

} // namespace

bool FetchItem::sets_seen() const {
  switch (kind) {
  case Kind::rfc822:
  case Kind::rfc822_text: return true;
  case Kind::section:
  case Kind::binary: return !peek;
  default: return false;
  }
}

void append_section(std::string& to, const Section& section) {
  ResponseWriter writer(to);
  writer.raw('[');
  bool first = true;
  for (const auto number : section.part) {
    if (!first) writer.raw('.');
    first = false;
    writer.number(number);
  }
  const auto text = text_name(section.text);
  if (!section.part.empty() && !text.empty()) writer.raw('.');
  writer.raw(text);
  if (!section.fields.empty()) {
    writer.raw(" (");
    for (std::size_t i = 0; i < section.fields.size(); ++i) {
      if (i > 0) writer.raw(' ');
      // What the client wrote may hold anything when it came as a literal.
      writer.astring(section.fields[i]);
    }
    writer.raw(')');
  }
  writer.raw(']');
}

void append_reply_name(std::string& to, const FetchItem& item) {
  to += item_name(item.kind);
  const bool has_section = item.kind == FetchItem::Kind::section ||
                           item.kind == FetchItem::Kind::binary ||
                           item.kind == FetchItem::Kind::binary_size;
  if (has_section) append_section(to, item.section);
  // RFC 3516 section 4.3 repeats the offset for BINARY as well.
  if (!item.partial) return;
  to += '<';
  ResponseWriter(to).number(item.partial->offset);
  to += '>';
}

} // namespace mox::imap
