// The keys of DKIM: RSA (RFC 8017, PKCS #1 v1.5) and Ed25519 (RFC 8032), by OpenSSL. Pure.
//
// What is signed is a hash, with Ed25519 too (RFC 8463 section 3).
#pragma once

#include "dkim/algorithm.h"
#include "result/result.h"
#include "text/secret.h"

#include <memory>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace mox::dkim {

// RFC 8301 section 3.2.
inline constexpr int smallest_rsa = 1024; // bits
inline constexpr int largest_rsa = 8192;
inline constexpr int usual_rsa = 2048;

// Copies share one key. Safe to use from several threads.
class PublicKey {
public:
  // None: verifies nothing.
  PublicKey() = default;

  KeyType type() const { return type_; }

  // 256 for Ed25519; 0 for none.
  int bits() const { return bits_; }

  // What p= has of it.
  std::string bytes() const;
  // False for a signature of the wrong size too. `digest` has the size of `hash`.
  bool verify(Hash hash, std::string_view digest, std::string_view signature) const;

private:
  friend class PrivateKey;
  friend Result<PublicKey> read_public_key(KeyType type, std::string_view bytes);
  friend Result<PublicKey> parse_public_key(std::string_view pem);

  PublicKey(std::shared_ptr<evp_pkey_st> key, KeyType type, int bits)
      : key_(std::move(key)), type_(type), bits_(bits) {}

  std::shared_ptr<evp_pkey_st> key_;
  KeyType type_ = KeyType::rsa;
  int bits_ = 0;
};

// As p= has it: a SubjectPublicKeyInfo or an RSAPublicKey in DER, or the 32 bytes of Ed25519. RSA
// keys of any size: their bounds are the caller's to check, before anything is verified with them.
Result<PublicKey> read_public_key(KeyType type, std::string_view bytes);
// "-----BEGIN PUBLIC KEY-----".
Result<PublicKey> parse_public_key(std::string_view pem);

// Copies share one key, which is wiped with the last. Safe to use from several threads.
class PrivateKey {
public:
  KeyType type() const { return type_; }

  int bits() const { return bits_; }

  PublicKey public_key() const { return {key_, type_, bits_}; }

  // PKCS #8.
  text::Secret pem() const;
  // `digest` has the size of `hash`. Takes half a millisecond with 2048 bits.
  Result<std::string> sign(Hash hash, std::string_view digest) const;

private:
  friend Result<PrivateKey> parse_private_key(std::string_view pem);
  friend Result<PrivateKey> make_rsa_key(int bits);
  friend Result<PrivateKey> make_ed25519_key();

  PrivateKey(std::shared_ptr<evp_pkey_st> key, KeyType type, int bits)
      : key_(std::move(key)), type_(type), bits_(bits) {}

  std::shared_ptr<evp_pkey_st> key_;
  KeyType type_ = KeyType::rsa;
  int bits_ = 0;
};

// PKCS #8, or "-----BEGIN RSA PRIVATE KEY-----", not encrypted. RSA keys outside of the bounds are
// refused.
Result<PrivateKey> parse_private_key(std::string_view pem);
Result<PrivateKey> make_rsa_key(int bits = usual_rsa);
Result<PrivateKey> make_ed25519_key();

} // namespace mox::dkim
