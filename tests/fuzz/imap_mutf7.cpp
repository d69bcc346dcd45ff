// links: imap
// Modified UTF-7 has one spelling for each name: what decodes encodes to the same bytes.
#include "imap/mailbox_name.h"
#include "imap/mutf7.h"
#include "text/utf8.h"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void check_name(const std::string& wire, mox::imap::NameForm form) {
  const auto name = mox::imap::decode_mailbox(wire, form);
  if (!name) return;
  require(mox::imap::normalise_mailbox(*name) == *name);
  require(mox::imap::decode_mailbox(encode_mailbox(*name, form), form) == *name);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(data, data + size);
  if (const auto decoded = mox::imap::mutf7_decode(bytes)) {
    require(mox::text::is_utf8(*decoded));
    require(mox::imap::mutf7_encode(*decoded) == bytes);
  }
  const auto back = mox::imap::mutf7_decode(mox::imap::mutf7_encode(bytes));
  require(back.has_value());
  if (mox::text::is_utf8(bytes)) require(*back == bytes);
  check_name(bytes, mox::imap::NameForm::mutf7);
  check_name(bytes, mox::imap::NameForm::utf8);
  return 0;
}
