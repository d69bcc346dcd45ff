#include "dkim/key.h"

#include <climits>
#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

namespace mox::dkim {

namespace {

using Key = std::shared_ptr<EVP_PKEY>;

template <auto release> struct Release {
  void operator()(auto* object) const { release(object); }
};

using Bio = std::unique_ptr<BIO, Release<BIO_free_all>>;
using Context = std::unique_ptr<EVP_PKEY_CTX, Release<EVP_PKEY_CTX_free>>;
using MdContext = std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX_free>>;

constexpr std::size_t ed25519_size = 32;
constexpr long key_limit = 64 << 10; // bytes in DER

Key own(EVP_PKEY* key) {
  return key == nullptr ? Key() : Key(key, EVP_PKEY_free);
}

const unsigned char* bytes_of(std::string_view text) {
  const void* const bytes = text.data();
  return static_cast<const unsigned char*>(bytes);
}

unsigned char* bytes_of(std::string& text) {
  void* const bytes = text.data();
  return static_cast<unsigned char*>(bytes);
}

std::unexpected<Error> openssl_failure(std::string_view what) {
  const char* const reason = ERR_reason_error_string(ERR_get_error());
  ERR_clear_error();
  return failure(ErrorKind::invalid,
                 fmt::format("{}: {}", what, reason == nullptr ? "unknown reason" : reason));
}

Bio reading(std::string_view text) {
  return Bio(
      BIO_new_mem_buf(text.data(), static_cast<int>(std::min<std::size_t>(text.size(), INT_MAX))));
}

std::optional<KeyType> type_of(const EVP_PKEY& key) {
  switch (EVP_PKEY_get_base_id(&key)) {
  case EVP_PKEY_RSA: return KeyType::rsa;
  case EVP_PKEY_ED25519: return KeyType::ed25519;
  default: return std::nullopt;
  }
}

const EVP_MD* hash_of(Hash hash) {
  return hash == Hash::sha1 ? EVP_sha1() : EVP_sha256();
}

// PEM_read_bio_PrivateKey would ask at the terminal.
int no_passphrase(char* /*to*/, int /*size*/, int /*writing*/, void* /*user*/) {
  return -1;
}

bool prepare_rsa(EVP_PKEY_CTX* context, Hash hash) {
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 &&
         EVP_PKEY_CTX_set_signature_md(context, hash_of(hash)) == 1;
}

bool verify_rsa(EVP_PKEY* key, Hash hash, std::string_view digest, std::string_view signature) {
  const Context context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  return context && EVP_PKEY_verify_init(context.get()) == 1 && prepare_rsa(context.get(), hash) &&
         EVP_PKEY_verify(context.get(), bytes_of(signature), signature.size(), bytes_of(digest),
                         digest.size()) == 1;
}

bool verify_ed25519(EVP_PKEY* key, std::string_view digest, std::string_view signature) {
  const MdContext context(EVP_MD_CTX_new());
  return context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(digest),
                          digest.size()) == 1;
}

bool sign_rsa(EVP_PKEY* key, Hash hash, std::string_view digest, std::string& signature) {
  const Context context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(key));
  signature.assign(size, '\0');
  if (!context || EVP_PKEY_sign_init(context.get()) != 1 || !prepare_rsa(context.get(), hash) ||
      EVP_PKEY_sign(context.get(), bytes_of(signature), &size, bytes_of(digest), digest.size()) !=
          1)
    return false;
  signature.resize(size);
  return true;
}

bool sign_ed25519(EVP_PKEY* key, std::string_view digest, std::string& signature) {
  const MdContext context(EVP_MD_CTX_new());
  std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(key));
  signature.assign(size, '\0');
  if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key) != 1 ||
      EVP_DigestSign(context.get(), bytes_of(signature), &size, bytes_of(digest), digest.size()) !=
          1)
    return false;
  signature.resize(size);
  return true;
}

EVP_PKEY* decode_rsa(std::string_view der) {
  const unsigned char* at = bytes_of(der);
  const long size = static_cast<long>(der.size());
  if (EVP_PKEY* key = d2i_PUBKEY(nullptr, &at, size)) return key;
  // The example of RFC 6376 appendix C, and some signers since, have the bare RSAPublicKey.
  at = bytes_of(der);
  return d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, size);
}

} // namespace

bool PublicKey::verify(Hash hash, std::string_view digest, std::string_view signature) const {
  if (!key_) return false;
  const bool right = type_ == KeyType::rsa ? verify_rsa(key_.get(), hash, digest, signature)
                                           : verify_ed25519(key_.get(), digest, signature);
  if (!right) ERR_clear_error();
  return right;
}

std::string PublicKey::bytes() const {
  if (!key_) return {};
  if (type_ == KeyType::ed25519) {
    std::string raw(ed25519_size, '\0');
    std::size_t size = raw.size();
    EVP_PKEY_get_raw_public_key(key_.get(), bytes_of(raw), &size);
    return raw;
  }
  const int size = i2d_PUBKEY(key_.get(), nullptr);
  if (size <= 0) return {};
  std::string der(static_cast<std::size_t>(size), '\0');
  unsigned char* at = bytes_of(der);
  i2d_PUBKEY(key_.get(), &at);
  return der;
}

Result<PublicKey> read_public_key(KeyType type, std::string_view bytes) {
  if (type == KeyType::ed25519) {
    if (bytes.size() != ed25519_size)
      return failure(ErrorKind::invalid, fmt::format("an Ed25519 key has {} bytes, this has {}",
                                                     ed25519_size, bytes.size()));
    auto key =
        own(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(bytes), bytes.size()));
    if (!key) return openssl_failure("Ed25519 key");
    return PublicKey(std::move(key), type, 256);
  }
  if (bytes.size() > static_cast<std::size_t>(key_limit))
    return failure(ErrorKind::invalid, "the RSA key is too large");
  auto key = own(decode_rsa(bytes));
  ERR_clear_error();
  if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA)
    return failure(ErrorKind::invalid, "p= is no RSA key in DER");
  const int bits = EVP_PKEY_get_bits(key.get());
  return PublicKey(std::move(key), type, bits);
}

Result<PublicKey> parse_public_key(std::string_view pem) {
  ERR_clear_error();
  const auto bio = reading(pem);
  auto key = own(bio ? PEM_read_bio_PUBKEY(bio.get(), nullptr, no_passphrase, nullptr) : nullptr);
  if (!key) return openssl_failure("public key in PEM");
  const auto type = type_of(*key);
  if (!type)
    return failure(ErrorKind::unsupported, "keys of DKIM are RSA or Ed25519; this is neither");
  const int bits = *type == KeyType::rsa ? EVP_PKEY_get_bits(key.get()) : 256;
  return PublicKey(std::move(key), *type, bits);
}

text::Secret PrivateKey::pem() const {
  const Bio bio(BIO_new(BIO_s_secmem()));
  if (!bio || PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr,
                                            nullptr) != 1)
    return {};
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return text::Secret(std::string(data, static_cast<std::size_t>(std::max(size, 0L))));
}

Result<std::string> PrivateKey::sign(Hash hash, std::string_view digest) const {
  ERR_clear_error();
  std::string signature;
  const bool done = type_ == KeyType::rsa ? sign_rsa(key_.get(), hash, digest, signature)
                                          : sign_ed25519(key_.get(), digest, signature);
  if (!done) return openssl_failure("signing");
  return signature;
}

Result<PrivateKey> parse_private_key(std::string_view pem) {
  ERR_clear_error();
  const auto bio = reading(pem);
  auto key =
      own(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr) : nullptr);
  if (!key) return openssl_failure("private key in PEM (PKCS #8, not encrypted)");
  const auto type = type_of(*key);
  if (!type)
    return failure(ErrorKind::unsupported, "keys of DKIM are RSA or Ed25519; this is neither");
  const int bits = *type == KeyType::rsa ? EVP_PKEY_get_bits(key.get()) : 256;
  if (*type == KeyType::rsa && (bits < smallest_rsa || bits > largest_rsa))
    return failure(ErrorKind::invalid, fmt::format("an RSA key has {} to {} bits, this has {}",
                                                   smallest_rsa, largest_rsa, bits));
  return PrivateKey(std::move(key), *type, bits);
}

Result<PrivateKey> make_rsa_key(int bits) {
  ERR_clear_error();
  auto key = own(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(bits)));
  if (!key) return openssl_failure("making an RSA key");
  return PrivateKey(std::move(key), KeyType::rsa, bits);
}

Result<PrivateKey> make_ed25519_key() {
  ERR_clear_error();
  auto key = own(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  if (!key) return openssl_failure("making an Ed25519 key");
  return PrivateKey(std::move(key), KeyType::ed25519, 256);
}

} // namespace mox::dkim
