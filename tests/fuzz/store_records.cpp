// links: store
// Records of the database: whatever the bytes, decoding either gives a record whose encoding
// decodes to the same, or says that they are damaged. The first byte chooses the record.
#include "store/blobs.h"
#include "store/format.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace mox;
using namespace mox::store;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

std::string text_of(const auto& bytes) {
  return {bytes.data(), bytes.size()};
}

// The encoding of what was decoded is its one spelling.
template <class Decode> void check(std::string_view bytes, Decode decode) {
  const auto once = text_of(encode(decode(bytes)));
  require(text_of(encode(decode(std::string_view(once)))) == once);
}

void check_rendering(std::string_view bytes) {
  const auto rendering = decode_rendering(bytes);
  std::string once(rendering_size(rendering), '\0');
  encode_rendering(rendering, once);
  const auto again = decode_rendering(once);
  require(again.prefix == rendering.prefix && again.envelope == rendering.envelope &&
          again.bodystructure == rendering.bodystructure && again.preview == rendering.preview &&
          again.structure == rendering.structure);
}

void check_numbers(std::string_view bytes) {
  require(encode_numbers(decode_numbers(bytes)) == bytes);
}

void decode_chosen(unsigned char which, std::string_view bytes) {
  switch (which % 19) {
  case 0: return check(bytes, decode_placement);
  case 1: return check(bytes, decode_expunged);
  case 2: return check(bytes, decode_content);
  case 3: return check_rendering(bytes);
  case 4: return check(bytes, decode_account);
  case 5: return check(bytes, decode_mailbox);
  case 6: return check(bytes, decode_credential);
  case 7: return check(bytes, decode_blob);
  case 8: return check(bytes, decode_change);
  case 9: return check(bytes, decode_erasure);
  case 10: return check(bytes, decode_staging);
  case 11: return check(bytes, decode_counters);
  case 12: return check_numbers(bytes);
  case 13: require(encode_u32(decode_u32(bytes)) == bytes); return;
  case 14: require(encode_u64(decode_u64(bytes)) == bytes); return;
  case 15: {
    const auto format = decode_format(bytes);
    if (format) require(decode_format(encode(*format))->version == format->version);
    return;
  }
  case 17: return check(bytes, decode_login_attempt);
  case 18: return check(bytes, decode_login_attempt_counts);
  default: (void)decode_placing(bytes); (void)decode_removal(bytes);
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string bytes(data + 1, data + size);
  try {
    decode_chosen(data[0], bytes);
  } catch (const database::Failure& failure) {
    require(failure.error().kind == ErrorKind::corrupt);
  }
  return 0;
}
