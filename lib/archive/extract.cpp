#include "archive/extract.h"

namespace mox::archive {

Format format_of(std::string_view bytes) {
  if (bytes.starts_with("\x1f\x8b")) return Format::gzip;
  // The first file, or an empty archive.
  if (bytes.starts_with("PK\x03\x04") || bytes.starts_with("PK\x05\x06")) return Format::zip;
  return Format::none;
}

Result<std::string> extract(std::string_view bytes, const Limits& limits) {
  switch (format_of(bytes)) {
  case Format::gzip: return extract_gzip(bytes, limits);
  case Format::zip: return extract_zip(bytes, limits);
  case Format::none: break;
  }
  return failure(ErrorKind::unsupported, "neither gzip nor zip");
}

} // namespace mox::archive
