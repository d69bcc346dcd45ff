#include "message/structure.h"

namespace mox::message {

std::string_view name(Encoding encoding) {
  switch (encoding) {
  case Encoding::seven_bit: return "7bit";
  case Encoding::eight_bit: return "8bit";
  case Encoding::binary: return "binary";
  case Encoding::quoted_printable: return "quoted-printable";
  case Encoding::base64: return "base64";
  case Encoding::other: break;
  }
  return {};
}

std::string_view describe(Problem::Kind kind) {
  switch (kind) {
  case Problem::Kind::malformed_field: return "malformed field";
  case Problem::Kind::header_too_long: return "header section too long";
  case Problem::Kind::header_without_end: return "header section without end";
  case Problem::Kind::malformed_content_type: return "malformed Content-Type";
  case Problem::Kind::malformed_disposition: return "malformed Content-Disposition";
  case Problem::Kind::unknown_encoding: return "unknown Content-Transfer-Encoding";
  case Problem::Kind::encoded_composite: return "encoded multipart or message";
  case Problem::Kind::missing_boundary: return "multipart without boundary";
  case Problem::Kind::no_parts: return "multipart without parts";
  case Problem::Kind::missing_close_delimiter: return "multipart without close delimiter";
  case Problem::Kind::too_deep: return "parts too deep";
  case Problem::Kind::too_many_parts: return "too many parts";
  case Problem::Kind::too_much_kept: return "too much in header sections of parts";
  }
  return {};
}

std::uint32_t Structure::child(std::uint32_t part, std::uint32_t n) const {
  if (part >= parts.size() || n == 0) return Part::none;
  for (std::uint32_t at = part + 1; at < parts[part].end; at = parts[at].end)
    if (--n == 0) return at;
  return Part::none;
}

std::vector<std::uint32_t> Structure::children(std::uint32_t part) const {
  std::vector<std::uint32_t> found;
  if (part >= parts.size()) return found;
  for (std::uint32_t at = part + 1; at < parts[part].end; at = parts[at].end) found.push_back(at);
  return found;
}

} // namespace mox::message
