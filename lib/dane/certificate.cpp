#include "dane/certificate.h"

#include "dane/tlsa.h"
#include "dane/verify.h"

#include <openssl/err.h>

#include <array>

namespace mox::dane {

namespace {

// What an i2d function writes; empty when it fails.
template <class Encode> std::string encoded(Encode encode) {
  unsigned char* bytes = nullptr;
  const int size = encode(&bytes);
  if (size <= 0) return {};
  std::string text(bytes, bytes + size);
  OPENSSL_free(bytes);
  return text;
}

std::string hash(const EVP_MD* algorithm, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, algorithm, nullptr) != 1)
    return {};
  return {digest.begin(), digest.begin() + size};
}

} // namespace

Result<Certificate> decode_certificate(std::string_view der) {
  if (der.empty() || der.size() > certificate_limit)
    return failure(ErrorKind::invalid, "a certificate is empty or too large");
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const auto* end = at + der.size();
  X509Handle handle(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  ERR_clear_error();
  if (!handle || at != end) return failure(ErrorKind::invalid, "a certificate cannot be read");
  auto spki = encoded([&](unsigned char** bytes) {
    return i2d_X509_PUBKEY(X509_get_X509_PUBKEY(handle.get()), bytes);
  });
  return Certificate{std::move(handle), std::string(der), std::move(spki)};
}

std::string encode_public_key(EVP_PKEY& key) {
  return encoded([&](unsigned char** bytes) { return i2d_PUBKEY(&key, bytes); });
}

std::string matched(std::uint8_t matching_type, std::string_view bytes) {
  switch (static_cast<Matching>(matching_type)) {
  case Matching::full: return std::string(bytes);
  case Matching::sha2_256: return hash(EVP_sha256(), bytes);
  case Matching::sha2_512: return hash(EVP_sha512(), bytes);
  }
  return {};
}

bool fits(const dns::Tlsa& record, const Certificate& certificate) {
  const bool whole = record.selector == static_cast<std::uint8_t>(Selector::cert);
  const auto& bytes = whole ? certificate.der : certificate.spki;
  return !bytes.empty() && matched(record.matching_type, bytes) == record.data;
}

} // namespace mox::dane
