#include "sasl/hash.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <stdexcept>
#include <utility>

namespace mox::sasl {

namespace {

const EVP_MD* evp(Hash hash) {
  return hash == Hash::sha1 ? EVP_sha1() : EVP_sha256();
}

const unsigned char* bytes_of(std::string_view text) {
  const void* const bytes = text.data();
  return static_cast<const unsigned char*>(bytes);
}

unsigned char* bytes_of(std::string& text) {
  void* const bytes = text.data();
  return static_cast<unsigned char*>(bytes);
}

// These fail when there is no memory, and for nothing that a peer sends.
void require(bool done, const char* what) {
  if (!done) throw std::runtime_error(what);
}

} // namespace

std::size_t size_of(Hash hash) {
  return hash == Hash::sha1 ? 20 : 32;
}

std::string digest(Hash hash, std::string_view text) {
  std::string made(size_of(hash), '\0');
  require(EVP_Digest(text.data(), text.size(), bytes_of(made), nullptr, evp(hash), nullptr) == 1,
          "digest failed");
  return made;
}

std::string hmac(Hash hash, std::string_view key, std::string_view text) {
  std::string made(size_of(hash), '\0');
  // OpenSSL takes a null key for "the one of before".
  if (key.data() == nullptr) key = "";
  require(HMAC(evp(hash), key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(),
               bytes_of(made), nullptr) != nullptr,
          "HMAC failed");
  return made;
}

text::Secret salted_password(Hash hash, std::string_view password, std::string_view salt,
                             std::uint32_t iterations) {
  std::string made(size_of(hash), '\0');
  require(PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), bytes_of(salt),
                            static_cast<int>(salt.size()), static_cast<int>(iterations), evp(hash),
                            static_cast<int>(made.size()), bytes_of(made)) == 1,
          "PBKDF2 failed");
  return text::Secret(std::move(made));
}

std::string exclusive_or(std::string_view a, std::string_view b) {
  std::string made(a);
  for (std::size_t i = 0; i < made.size(); ++i) made[i] = static_cast<char>(made[i] ^ b[i]);
  return made;
}

} // namespace mox::sasl
