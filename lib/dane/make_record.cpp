#include "dane/make_record.h"

#include "dane/certificate.h"
#include "dane/tlsa.h"

#include <climits>
#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <string>

namespace mox::dane {

namespace {

using BioHandle = std::unique_ptr<BIO, Release<BIO_free_all>>;

constexpr std::size_t pem_limit = 1'048'576;

BioHandle read_from(std::string_view pem) {
  return BioHandle(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

// A key with a passphrase would ask the terminal otherwise.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

X509Handle read_certificate(std::string_view pem) {
  const auto bio = read_from(pem);
  return X509Handle(PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr));
}

KeyHandle read_key(std::string_view pem) {
  const auto bio = read_from(pem);
  KeyHandle key(PEM_read_bio_PUBKEY(bio.get(), nullptr, no_passphrase, nullptr));
  if (key) return key;
  const auto again = read_from(pem);
  return KeyHandle(PEM_read_bio_PrivateKey(again.get(), nullptr, no_passphrase, nullptr));
}

Result<std::string> selected(std::uint8_t selector, std::string_view pem) {
  const auto handle = read_certificate(pem);
  if (selector == static_cast<std::uint8_t>(Selector::cert)) {
    if (!handle)
      return failure(ErrorKind::invalid,
                     "there is no certificate in PEM (-----BEGIN CERTIFICATE-----), "
                     "which the selector cert needs");
    unsigned char* bytes = nullptr;
    const int size = i2d_X509(handle.get(), &bytes);
    if (size <= 0) return failure(ErrorKind::invalid, "the certificate cannot be encoded");
    std::string der(bytes, bytes + size);
    OPENSSL_free(bytes);
    return der;
  }
  KeyHandle key(handle ? X509_get_pubkey(handle.get()) : nullptr);
  if (!key) key = read_key(pem);
  if (!key)
    return failure(ErrorKind::invalid,
                   "there is no certificate and no public or private key in PEM");
  return encode_public_key(*key);
}

} // namespace

Result<dns::Tlsa> make_record(std::uint8_t usage, std::uint8_t selector, std::uint8_t matching_type,
                              std::string_view pem) {
  if (selector > static_cast<std::uint8_t>(Selector::spki))
    return failure(ErrorKind::invalid, fmt::format("the selector {} is unknown", selector));
  if (matching_type > static_cast<std::uint8_t>(Matching::sha2_512))
    return failure(ErrorKind::invalid,
                   fmt::format("the matching type {} is unknown", matching_type));
  if (pem.size() > pem_limit) return failure(ErrorKind::invalid, "the PEM file is too large");
  auto bytes = selected(selector, pem);
  ERR_clear_error();
  if (!bytes) return failure(std::move(bytes).error());
  return dns::Tlsa{.usage = usage,
                   .selector = selector,
                   .matching_type = matching_type,
                   .data = matched(matching_type, *bytes)};
}

} // namespace mox::dane
