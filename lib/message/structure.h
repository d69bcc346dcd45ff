// The tree of MIME parts of a message (RFC 2045, 2046), with the places of its parts. Pure.
#pragma once

#include "message/content_type.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mox::message {

constexpr std::size_t max_depth = 100;    // parts around a part
constexpr std::size_t max_parts = 10'000; // beyond it the rest of the message is one opaque part
constexpr std::size_t max_problems = 100; // more are not recorded

// Content-Transfer-Encoding (RFC 2045 section 6).
enum class Encoding : std::uint8_t {
  seven_bit,
  eight_bit,
  binary,
  quoted_printable,
  base64,
  other
};

// "7bit" and so on; empty for other.
std::string_view name(Encoding encoding);

// What is wrong in a message. Nothing of it keeps the message from being parsed to its end.
struct Problem {
  enum class Kind : std::uint8_t {
    malformed_field,         // a header line without a field name
    header_too_long,         // the rest of the header section is not looked at
    header_without_end,      // a delimiter or the end of the message where an empty line should be
    malformed_content_type,  // text/plain is assumed (RFC 2045 section 5.2)
    malformed_disposition,   // ignored
    unknown_encoding,        // Content-Transfer-Encoding that has no meaning here
    encoded_composite,       // a multipart or message in base64 or quoted-printable
    missing_boundary,        // a multipart without a usable boundary parameter has no parts
    no_parts,                // a multipart whose delimiter never came
    missing_close_delimiter, // a multipart ended by its surroundings
    too_deep,                // a part at the limit of depth is opaque
    too_many_parts,          // the last part holds the rest
    too_much_kept,           // nested headers of so many bytes that those of this part were dropped
  };

  Kind kind = Kind::malformed_field;
  std::uint64_t offset = 0; // in the message; of the header section, line or part
  bool operator==(const Problem&) const = default;
};

// "malformed field" and so on, for people.
std::string_view describe(Problem::Kind kind);

// Offsets count from the message's first byte.
struct Part {
  enum class Kind : std::uint8_t {
    leaf,      // content without parts, or that is not looked into
    multipart, // children are its parts; may have none when the message is broken
    message,   // one child: the message inside, whose header begins where this body begins
  };

  static constexpr std::uint32_t none = ~std::uint32_t{0};

  Kind kind = Kind::leaf;
  Encoding encoding = Encoding::seven_bit;
  bool is_attachment = false; // Content-Disposition says "attachment"

  std::uint32_t parent = none;
  std::uint32_t end =
      0; // index after the last part inside this one; the first child is the next index

  std::uint64_t header_begin = 0;
  std::uint64_t body_begin = 0; // the end of the header section, its empty line included
  std::uint64_t body_end = 0;   // without the line end that belongs to the delimiter
  std::uint64_t lines = 0;      // of the body; a last line without line end counts

  // Lower case. What holds when the header says nothing, or nothing that can be understood:
  // text/plain; message/rfc822 in a multipart/digest (RFC 2046 section 5.1.5).
  std::string type;
  std::string subtype;
  std::vector<Parameter>
      parameters; // of Content-Type; a decoded structure has the charset only, in lower case

  // The following are empty in a decoded structure.
  std::string encoding_name; // as written, when it is `other`
  std::string id;
  std::string description;
  std::string md5;
  std::string location;
  std::vector<std::string> languages;
  std::optional<Disposition> disposition;
  // A message inside a message: its IMAP ENVELOPE, rendered (see envelope.h).
  std::string envelope;

  std::uint64_t body_size() const { return body_end - body_begin; }

  bool is(std::string_view type_name, std::string_view subtype_name) const {
    return type == type_name && subtype == subtype_name;
  }

  // Empty when not given.
  std::string_view charset() const { return find_parameter(parameters, "charset"); }

  bool operator==(const Part&) const = default;
};

// Parts stand in the order in which they begin; the first is the message itself. There is always
// one, except in a Structure made by default.
struct Structure {
  std::vector<Part> parts;
  std::vector<Problem> problems; // the first ones
  std::uint64_t size = 0;        // of the message, bytes
  bool utf8_headers = false;     // bytes above 127 in a header section, of whichever part

  const Part& root() const { return parts.front(); }

  // Index of the child number `n`, from 1; Part::none when there is none.
  std::uint32_t child(std::uint32_t part, std::uint32_t n) const;
  // Indices of all children.
  std::vector<std::uint32_t> children(std::uint32_t part) const;

  bool operator==(const Structure&) const = default;
};

// The message cannot be sent over a hop without SMTPUTF8 (RFC 6531 section 3.4): a header section,
// of nested parts too, is not ASCII. The envelope's addresses are the caller's to look at.
inline bool needs_smtputf8(const Structure& structure) {
  return structure.utf8_headers;
}

} // namespace mox::message
