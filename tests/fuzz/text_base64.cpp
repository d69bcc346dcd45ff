// links: text
// Base64, base64url and hexadecimal have one spelling for each text: what decodes encodes to the
// same.
#include "text/ascii.h"
#include "text/base64.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

using namespace mox;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(data, data + size);
  if (const auto decoded = text::base64_decode(bytes)) {
    require(text::base64_encode(*decoded) == bytes);
    require(decoded->size() == bytes.size() / 4 * 3 -
                                   static_cast<std::size_t>(bytes.ends_with("==")) -
                                   static_cast<std::size_t>(bytes.ends_with("=")));
  }
  if (const auto decoded = text::base64url_decode(bytes))
    require(text::base64url_encode(*decoded) == bytes);
  if (const auto decoded = text::hex_decode(bytes))
    require(text::hex_encode(*decoded) == text::lower(bytes));
  require(text::base64_decode(text::base64_encode(bytes)) == bytes);
  require(text::base64url_decode(text::base64url_encode(bytes)) == bytes);
  require(text::hex_decode(text::hex_encode(bytes)) == bytes);
  return 0;
}
