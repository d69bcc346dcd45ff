// MD5 against the RFC's digests and OpenSSL's.
#include "sasl/md5.h"
#include "support/catch.h"
#include "text/base64.h"

#include <openssl/evp.h>

#include <string>
#include <string_view>

using namespace mox;

namespace {

std::string openssl_md5(std::string_view text) {
  unsigned char bytes[16];
  REQUIRE(EVP_Digest(text.data(), text.size(), bytes, nullptr, EVP_md5(), nullptr) == 1);
  return {bytes, bytes + 16};
}

std::string pattern(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text += static_cast<char>(i * 7 + size);
  return text;
}

} // namespace

TEST_CASE("MD5: the test suite of RFC 1321 appendix A.5") {
  struct Row {
    std::string_view text;
    std::string_view digest;
  };

  for (const auto& row :
       {Row{"", "d41d8cd98f00b204e9800998ecf8427e"}, Row{"a", "0cc175b9c0f1b6a831c399e269772661"},
        Row{"abc", "900150983cd24fb0d6963f7d28e17f72"},
        Row{"message digest", "f96b697d7cb7938d525a2f31aaf161d0"},
        Row{"abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"},
        Row{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
            "d174ab98d277d9f5a5611c2c9f419d9f"},
        Row{"12345678901234567890123456789012345678901234567890123456789012345678901234567890",
            "57edf4a22be3c955ac49da2e2107b67a"}}) {
    CAPTURE(row.text);
    CHECK(text::hex_encode(sasl::md5(row.text)) == row.digest);
  }
}

TEST_CASE("MD5: every size around the blocks is as OpenSSL's, and so is going on from a state") {
  for (std::size_t size = 0; size < 300; ++size) {
    const auto text = pattern(size);
    CAPTURE(size);
    CHECK(sasl::md5(text) == openssl_md5(text));
    if (size < sasl::md5_block_size) continue;
    const std::string_view view = text;
    const auto state = sasl::md5_block(sasl::md5_start, view.substr(0, sasl::md5_block_size));
    CHECK(sasl::md5_finish(state, sasl::md5_block_size, view.substr(sasl::md5_block_size)) ==
          openssl_md5(text));
  }
}
