#include "message/structure_encoding.h"

#include "text/ascii.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace mox::message {

namespace {

constexpr char version = 1;
constexpr std::size_t max_name = 1000; // of a media type or charset

// Numbers in the encoding are places in these tables, from 1: they only ever grow at the end.
struct TypeName {
  std::string_view type;
  std::string_view subtype;
};

constexpr std::array types = {
    TypeName{"text", "plain"},
    TypeName{"text", "html"},
    TypeName{"multipart", "mixed"},
    TypeName{"multipart", "alternative"},
    TypeName{"multipart", "related"},
    TypeName{"multipart", "signed"},
    TypeName{"multipart", "report"},
    TypeName{"multipart", "digest"},
    TypeName{"multipart", "encrypted"},
    TypeName{"message", "rfc822"},
    TypeName{"message", "global"},
    TypeName{"message", "delivery-status"},
    TypeName{"message", "disposition-notification"},
    TypeName{"text", "rfc822-headers"},
    TypeName{"text", "calendar"},
    TypeName{"text", "csv"},
    TypeName{"image", "png"},
    TypeName{"image", "jpeg"},
    TypeName{"image", "gif"},
    TypeName{"application", "octet-stream"},
    TypeName{"application", "pdf"},
    TypeName{"application", "zip"},
    TypeName{"application", "pgp-signature"},
    TypeName{"application", "pgp-encrypted"},
    TypeName{"application", "pkcs7-signature"},
    TypeName{"application", "ics"},
};

constexpr std::array<std::string_view, 12> charsets = {
    "",           "us-ascii",     "utf-8",  "iso-8859-1", "iso-8859-15", "windows-1252",
    "iso-8859-2", "windows-1251", "koi8-r", "gb2312",     "iso-2022-jp", "big5"};

void append_number(std::string& to, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7U) to += static_cast<char>(number | 0x80U);
  to += static_cast<char>(number);
}

void append_string(std::string& to, std::string_view s) {
  s = s.substr(0, max_name);
  append_number(to, s.size());
  to += s;
}

void append_type(std::string& to, const Part& part) {
  for (std::size_t i = 0; i < types.size(); ++i)
    if (part.is(types[i].type, types[i].subtype)) return append_number(to, i + 1);
  append_number(to, 0);
  append_string(to, part.type);
  append_string(to, part.subtype);
}

void append_charset(std::string& to, std::string_view charset) {
  for (std::size_t i = 0; i < charsets.size(); ++i)
    if (text::iequals(charset, charsets[i])) return append_number(to, i + 1);
  append_number(to, 0);
  append_string(to, text::lower(charset));
}

// bits 0-1 kind, 2-4 encoding, 5 attachment
constexpr unsigned encoding_bit = 2;
constexpr unsigned attachment_bit = 5;

class Decoding {
public:
  explicit Decoding(std::string_view bytes) : bytes_(bytes) {}

  bool read(Structure& structure) {
    if (!bytes_.starts_with(version)) return false;
    bytes_.remove_prefix(1);
    structure.size = number();
    const auto flags = number();
    structure.utf8_headers = flags == 1;
    const auto count = number();
    if (failed_ || flags > 1 || count == 0 || count > max_parts) return false;
    // A part takes eight bytes or more, so that a wrong count costs no memory.
    if (count > bytes_.size() / 8) return false;
    structure.parts.resize(count);
    for (std::uint32_t i = 0; i < count; ++i)
      if (!part(structure, i)) return false;
    return bytes_.empty();
  }

private:
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !bytes_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(bytes_.front());
      bytes_.remove_prefix(1);
      if (shift == 63 && byte > 1) break;
      value |= std::uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) return value;
    }
    failed_ = true;
    return 0;
  }

  std::string string() {
    const auto size = number();
    if (failed_ || size > max_name || size > bytes_.size()) {
      failed_ = true;
      return {};
    }
    std::string s(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
    return s;
  }

  bool part(Structure& structure, std::uint32_t index) {
    Part& part = structure.parts[index];
    const auto flags = number();
    const auto kind = flags & 3U;
    const auto encoding = flags >> encoding_bit & 7U;
    if (flags >> (attachment_bit + 1) != 0 || kind > 2 || encoding > 5) return false;
    part.kind = static_cast<Part::Kind>(kind);
    part.encoding = static_cast<Encoding>(encoding);
    part.is_attachment = (flags >> attachment_bit & 1U) != 0;
    const auto inside = number();
    if (failed_ || inside >= structure.parts.size() - index) return false;
    part.end = static_cast<std::uint32_t>(index + 1 + inside);
    return around(structure, index) && places(structure, index) && type(part) && charset(part);
  }

  // The innermost part before that has not ended; `open_` holds those around.
  bool around(Structure& structure, std::uint32_t index) {
    while (!open_.empty() && structure.parts[open_.back()].end <= index) open_.pop_back();
    if (open_.empty() != (index == 0) || open_.size() > max_depth) return false;
    structure.parts[index].parent = open_.empty() ? Part::none : open_.back();
    open_.push_back(index);
    return true;
  }

  bool places(Structure& structure, std::uint32_t index) {
    Part& part = structure.parts[index];
    const Part* parent = index == 0 ? nullptr : &structure.parts[part.parent];
    const auto begin = number();
    const auto header = number();
    const auto body = number();
    part.lines = number();
    const auto base = parent ? parent->body_begin : 0;
    const auto limit = parent ? parent->body_end : structure.size;
    if (failed_ || begin > limit - base) return false;
    part.header_begin = base + begin;
    if (header > limit - part.header_begin) return false;
    part.body_begin = part.header_begin + header;
    if (body > limit - part.body_begin || part.lines > body) return false;
    part.body_end = part.body_begin + body;
    return is_well_placed(part, parent, index);
  }

  // One child in a message, at its beginning; none in a leaf; none that ends after what is around.
  bool is_well_placed(const Part& part, const Part* parent, std::uint32_t index) {
    const bool has_children = part.end > index + 1;
    if (part.kind == Part::Kind::leaf && has_children) return false;
    if (part.kind == Part::Kind::message && !has_children) return false;
    if (!parent) return part.header_begin == 0;
    if (part.end > parent->end) return false;
    if (parent->kind == Part::Kind::message)
      return part.header_begin == parent->body_begin && part.end == parent->end;
    return true;
  }

  bool type(Part& part) {
    const auto known = number();
    if (known > types.size()) return false;
    if (known > 0) {
      part.type = types[known - 1].type;
      part.subtype = types[known - 1].subtype;
    } else {
      part.type = string();
      part.subtype = string();
    }
    return !failed_;
  }

  bool charset(Part& part) {
    const auto known = number();
    if (known > charsets.size()) return false;
    auto name = known > 0 ? std::string(charsets[known - 1]) : text::lower(string());
    if (!name.empty()) part.parameters.push_back({"charset", std::move(name)});
    return !failed_;
  }

  std::string_view bytes_;
  std::vector<std::uint32_t> open_;
  bool failed_ = false;
};

} // namespace

std::string encode_structure(const Structure& structure) {
  std::string to(1, version);
  append_number(to, structure.size);
  append_number(to, structure.utf8_headers ? 1 : 0);
  append_number(to, structure.parts.size());
  for (std::size_t i = 0; i < structure.parts.size(); ++i) {
    const Part& part = structure.parts[i];
    const auto base = i == 0 ? 0 : structure.parts[part.parent].body_begin;
    append_number(to, static_cast<unsigned>(part.kind) |
                          static_cast<unsigned>(part.encoding) << encoding_bit |
                          (part.is_attachment ? 1U << attachment_bit : 0U));
    append_number(to, part.end - i - 1);
    append_number(to, part.header_begin - base);
    append_number(to, part.body_begin - part.header_begin);
    append_number(to, part.body_size());
    append_number(to, part.lines);
    append_type(to, part);
    append_charset(to, part.charset());
  }
  return to;
}

Result<Structure> decode_structure(std::string_view bytes) {
  Structure structure;
  if (Decoding(bytes).read(structure)) return structure;
  return failure(ErrorKind::corrupt, "the stored structure of a message cannot be read");
}

} // namespace mox::message
