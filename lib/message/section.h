// Sections of FETCH BODY[...] and BINARY[...] (RFC 9051 section 6.4.5.1). Pure.
#pragma once

#include "message/structure.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mox::message {

enum class SectionText : std::uint8_t {
  all,    // of a part its body, of the message everything
  header, // HEADER: of the message, or of the message in a message part
  text,   // TEXT: the body of the same
  mime,   // MIME: the header of the part itself
};

// Bytes of the message: [begin, end).
struct Range {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;

  std::uint64_t size() const { return end - begin; }

  bool operator==(const Range&) const = default;
};

// Index of the part that `path` names, from the outside in, numbers from 1; an empty path is the
// message (0). Part 1 of a message that is no multipart is the message itself: its body. Nothing
// when there is no such part.
std::optional<std::uint32_t> find_part(const Structure& structure,
                                       std::span<const std::uint32_t> path);

// For each part the numbers that name it, "1.2". Empty for a multipart that is all of a message: it
// has no number, it is the message's TEXT.
std::vector<std::string> section_numbers(const Structure& structure);

// Nothing when there is no such part, or it is not one that can have such a text: HEADER and TEXT
// below a part that is no message, MIME without a path.
std::optional<Range> find_section(const Structure& structure, std::span<const std::uint32_t> path,
                                  SectionText text);

// HEADER.FIELDS, or HEADER.FIELDS.NOT: the fields of a header section with one of the names (or
// none of them), as they stand, in their order, and an empty line (RFC 9051 section 6.4.5.1).
std::string select_fields(std::string_view header, std::span<const std::string> names,
                          bool without);

} // namespace mox::message
