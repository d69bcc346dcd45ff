#include "smtpserver/received_id.h"

#include "text/base64.h"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace mox::smtpserver {

namespace {

constexpr std::size_t block_size = 16;
using Block = std::array<unsigned char, block_size>;

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

Block run_cipher(const ReceivedIds::Key& key, const Block& in, bool encrypt) {
  const std::unique_ptr<EVP_CIPHER_CTX, FreeContext> context(EVP_CIPHER_CTX_new());
  Block out{};
  int size = 0;
  // One block stands alone, so there is nothing to chain and nothing to pad.
  if (!context ||
      EVP_CipherInit_ex(context.get(), EVP_aes_128_ecb(), nullptr, key.data(), nullptr,
                        encrypt ? 1 : 0) != 1 ||
      EVP_CIPHER_CTX_set_padding(context.get(), 0) != 1 ||
      EVP_CipherUpdate(context.get(), out.data(), &size, in.data(), static_cast<int>(block_size)) !=
          1)
    throw std::runtime_error("AES-128 is not available in OpenSSL");
  return out;
}

} // namespace

std::string ReceivedIds::encrypt(std::uint64_t cid) const {
  Block block{};
  std::copy(key_.begin() + block_size, key_.end(), block.begin());
  for (std::size_t i = 0; i < 8; ++i) block[15 - i] = static_cast<unsigned char>(cid >> (8 * i));
  const auto out = run_cipher(key_, block, true);
  return text::base64url_encode(std::string(out.begin(), out.end()));
}

Result<std::uint64_t> ReceivedIds::decrypt(std::string_view id) const {
  MOX_TRY_ASSIGN(bytes, text::base64url_decode(id));
  if (bytes.size() != block_size)
    return failure(ErrorKind::invalid, "a received id has 16 bytes in base64url");
  Block block{};
  std::copy(bytes.begin(), bytes.end(), block.begin());
  const auto plain = run_cipher(key_, block, false);
  if (!std::equal(plain.begin(), plain.begin() + 8, key_.begin() + block_size))
    return failure(ErrorKind::invalid, "the received id was not made with this server's key");
  std::uint64_t cid = 0;
  for (std::size_t i = 8; i < block_size; ++i) cid = cid << 8U | plain[i];
  return cid;
}

} // namespace mox::smtpserver
