#include "tls/public_key.h"

#include "tls/handles.h"
#include "tls/openssl_error.h"

#include <climits>
#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <vector>

namespace mox::tls {

namespace {

constexpr int smallest_rsa = 2048;
constexpr std::size_t seed_size = 32;
constexpr std::chrono::days client_key_life{3652};
constexpr std::chrono::days clock_skew{1};

using NumberHandle = std::unique_ptr<BIGNUM, Release<BN_free>>;

struct FreeBytes {
  void operator()(unsigned char* bytes) const { OPENSSL_free(bytes); }
};

using Bytes = std::unique_ptr<unsigned char, FreeBytes>;

// What an i2d function writes; empty when it fails.
template <class Encode> std::string encoded(Encode encode) {
  unsigned char* bytes = nullptr;
  const int size = encode(&bytes);
  if (size <= 0) return {};
  const Bytes owner(bytes);
  return {bytes, bytes + size};
}

std::string fingerprint_of(X509& certificate) {
  const auto info = encoded([&](unsigned char** bytes) {
    return i2d_X509_PUBKEY(X509_get_X509_PUBKEY(&certificate), bytes);
  });
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned size = 0;
  if (info.empty() ||
      EVP_Digest(info.data(), info.size(), hash.data(), &size, EVP_sha256(), nullptr) != 1)
    return {};
  return {hash.begin(), hash.begin() + size};
}

Result<std::string> type_of(EVP_PKEY& key) {
  const int bits = EVP_PKEY_get_bits(&key);
  switch (EVP_PKEY_get_base_id(&key)) {
  case EVP_PKEY_ED25519: return "ed25519";
  case EVP_PKEY_RSA:
    if (bits < smallest_rsa)
      return failure(
          ErrorKind::refused,
          fmt::format("an RSA key needs {} bits or more, this has {}", smallest_rsa, bits));
    return fmt::format("rsa-{}", bits);
  case EVP_PKEY_EC: {
    std::array<char, 64> group{};
    std::size_t size = 0;
    if (EVP_PKEY_get_group_name(&key, group.data(), group.size(), &size) != 1)
      return openssl_failure(ErrorKind::invalid, "curve of the key");
    const std::string_view name(group.data(), size);
    return fmt::format("ecdsa-{}", name == "prime256v1" ? "p256" : name);
  }
  default:
    return failure(ErrorKind::unsupported, "keys are ed25519, RSA or ECDSA; this is neither");
  }
}

std::string serial_of(X509& certificate) {
  const NumberHandle number(ASN1_INTEGER_to_BN(X509_get0_serialNumber(&certificate), nullptr));
  char* digits = number ? BN_bn2hex(number.get()) : nullptr;
  if (digits == nullptr) return "serial";
  const Bytes owner(reinterpret_cast<unsigned char*>(digits));
  return fmt::format("serial {}", digits);
}

std::string name_of(X509& certificate) {
  const X509_NAME* subject = X509_get_subject_name(&certificate);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0) return serial_of(certificate);
  ASN1_STRING* value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at));
  unsigned char* bytes = nullptr;
  const int size = ASN1_STRING_to_UTF8(&bytes, value);
  if (size <= 0) return serial_of(certificate);
  const Bytes owner(bytes);
  return {bytes, bytes + size};
}

Result<PublicKey> describe(X509& certificate) {
  EVP_PKEY* key = X509_get0_pubkey(&certificate);
  if (key == nullptr) return openssl_failure(ErrorKind::invalid, "public key of the certificate");
  MOX_TRY_ASSIGN(type, type_of(*key));
  PublicKey made{.fingerprint = fingerprint_of(certificate),
                 .type = std::move(type),
                 .name = name_of(certificate),
                 .certificate =
                     encoded([&](unsigned char** bytes) { return i2d_X509(&certificate, bytes); })};
  if (made.fingerprint.empty() || made.certificate.empty())
    return openssl_failure(ErrorKind::invalid, "certificate");
  clear_errors();
  return made;
}

X509Handle decode(std::string_view der) {
  const std::vector<unsigned char> bytes(der.begin(), der.end());
  const unsigned char* at = bytes.data();
  return X509Handle(d2i_X509(nullptr, &at, static_cast<long>(bytes.size())));
}

std::string text_of(const BioHandle& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

bool fill(X509& certificate, EVP_PKEY& key, std::string_view name, WallTime now) {
  const NumberHandle serial(BN_new());
  const std::vector<unsigned char> bytes(name.begin(), name.end());
  X509_NAME* subject = X509_get_subject_name(&certificate);
  const auto from = unix_seconds(now - clock_skew);
  const auto until = unix_seconds(now + client_key_life);
  return X509_set_version(&certificate, X509_VERSION_3) == 1 && serial &&
         BN_rand(serial.get(), 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(&certificate)) != nullptr &&
         ASN1_TIME_set(X509_getm_notBefore(&certificate), from) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(&certificate), until) != nullptr &&
         X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8, bytes.data(),
                                    static_cast<int>(bytes.size()), -1, 0) == 1 &&
         X509_set_issuer_name(&certificate, subject) == 1 &&
         X509_set_pubkey(&certificate, &key) == 1 && X509_sign(&certificate, &key, nullptr) > 0;
}

Result<ClientKey> certified(const KeyHandle& key, std::string_view name, WallTime now) {
  const X509Handle certificate(X509_new());
  const BioHandle certificate_text(BIO_new(BIO_s_mem()));
  const BioHandle key_text(BIO_new(BIO_s_secmem()));
  std::array<unsigned char, seed_size> seed{};
  std::size_t size = seed.size();
  const bool done = key && certificate && fill(*certificate, *key, name, now) &&
                    EVP_PKEY_get_raw_private_key(key.get(), seed.data(), &size) == 1 &&
                    PEM_write_bio_X509(certificate_text.get(), certificate.get()) == 1 &&
                    PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0,
                                             nullptr, nullptr) == 1;
  if (!done) return openssl_failure(ErrorKind::io, fmt::format("key for {}", name));
  ClientKey made{.pem = {text_of(certificate_text), text_of(key_text)},
                 .seed = text::Secret(std::string(seed.begin(), seed.end()))};
  OPENSSL_cleanse(seed.data(), seed.size());
  return made;
}

} // namespace

Result<PublicKey> read_public_key(std::string_view pem) {
  clear_errors();
  const BioHandle bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(std::min<std::size_t>(pem.size(), INT_MAX))));
  const X509Handle certificate(bio ? PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)
                                   : nullptr);
  if (!certificate) {
    clear_errors();
    return failure(ErrorKind::invalid,
                   "there is no certificate in PEM (-----BEGIN CERTIFICATE-----)");
  }
  return describe(*certificate);
}

Result<PublicKey> decode_public_key(std::string_view der) {
  clear_errors();
  const auto certificate = decode(der);
  if (!certificate) return openssl_failure(ErrorKind::corrupt, "certificate");
  return describe(*certificate);
}

Result<std::string> certificate_to_pem(std::string_view der) {
  clear_errors();
  const auto certificate = decode(der);
  const BioHandle bio(BIO_new(BIO_s_mem()));
  if (!certificate || !bio || PEM_write_bio_X509(bio.get(), certificate.get()) != 1)
    return openssl_failure(ErrorKind::corrupt, "certificate");
  return text_of(bio);
}

Result<ClientKey> make_client_key(std::string_view name, WallTime now) {
  if (name.empty()) return failure(ErrorKind::invalid, "a certificate needs a name");
  clear_errors();
  return certified(KeyHandle(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")), name, now);
}

Result<ClientKey> client_key_from(const text::Secret& seed, std::string_view name, WallTime now) {
  if (name.empty()) return failure(ErrorKind::invalid, "a certificate needs a name");
  const auto bytes = seed.view();
  if (bytes.size() != seed_size)
    return failure(ErrorKind::invalid, fmt::format("the seed of a key has {} bytes, this has {}",
                                                   seed_size, bytes.size()));
  clear_errors();
  return certified(KeyHandle(EVP_PKEY_new_raw_private_key(
                       EVP_PKEY_ED25519, nullptr,
                       reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size())),
                   name, now);
}

} // namespace mox::tls
