// What FETCH can ask of a message (RFC 9051 section 6.4.5). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mox::imap {

// The section of BODY[...] and BINARY[...].
struct Section {
  enum class Text : std::uint8_t {
    all,               // nothing after the part numbers
    header,            // HEADER
    header_fields,     // HEADER.FIELDS (...)
    header_fields_not, // HEADER.FIELDS.NOT (...)
    text,              // TEXT
    mime,              // MIME; only with part numbers
  };

  std::vector<std::uint32_t> part; // from the outside in, from 1
  Text text = Text::all;
  std::vector<std::string> fields; // header names as written

  bool operator==(const Section&) const = default;
};

// "<offset.size>"; in the reply only the offset is repeated.
struct Partial {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  bool operator==(const Partial&) const = default;
};

struct FetchItem {
  enum class Kind : std::uint8_t {
    uid,
    flags,
    internal_date,
    envelope,
    body, // BODY without a section: BODYSTRUCTURE without extension data
    bodystructure,
    rfc822,        // RFC 3501: as BODY[], and sets \Seen
    rfc822_header, // RFC 3501: as BODY.PEEK[HEADER]
    rfc822_size,
    rfc822_text, // RFC 3501: as BODY[TEXT], and sets \Seen
    section,     // BODY[...] or BODY.PEEK[...]
    binary,      // BINARY[...] or BINARY.PEEK[...] (RFC 3516): only section.part is used
    binary_size, // BINARY.SIZE[...]
    modseq,      // RFC 7162
    save_date,   // RFC 8514
    preview,     // RFC 8970
  };

  Kind kind = Kind::uid;
  bool peek = false; // section, binary: does not set \Seen
  bool lazy = false; // preview: only when it costs nothing
  Section section;
  std::optional<Partial> partial;

  // Reading this item sets \Seen.
  bool sets_seen() const;

  bool operator==(const FetchItem&) const = default;
};

// "[1.HEADER.FIELDS (From To)]"; names that are no atoms are quoted or literals.
void append_section(std::string& to, const Section& section);

// The name as it stands in the FETCH reply: "BODY[1.HEADER.FIELDS (From To)]<0>".
void append_reply_name(std::string& to, const FetchItem& item);

} // namespace mox::imap
