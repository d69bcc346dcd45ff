// Certificates by which clients prove who they are: what counts is their public key, whoever signed
// them.
#pragma once

#include "clock/clock.h"
#include "result/result.h"
#include "text/secret.h"
#include "tls/self_signed.h"

#include <string>
#include <string_view>

namespace mox::tls {

struct PublicKey {
  std::string fingerprint; // SHA-256 of SubjectPublicKeyInfo, 32 bytes
  std::string type;        // "ed25519", "rsa-2048", "ecdsa-p256"
  std::string name;        // the certificate's common name, else "serial 1f2e"
  std::string certificate; // in DER
};

// The first certificate in `pem`; a private key beside it is not looked at. Refused: RSA keys below
// 2048 bits.
Result<PublicKey> read_public_key(std::string_view pem);
// The same for a certificate in DER.
Result<PublicKey> decode_public_key(std::string_view der);

Result<std::string> certificate_to_pem(std::string_view der);

struct ClientKey {
  PemPair pem;
  text::Secret seed; // 32 bytes, from which the private key can be made again
};

// Ed25519, with a certificate for `name` that is valid for ten years.
Result<ClientKey> make_client_key(std::string_view name, WallTime now);
// The same key again, in a certificate of its own. ErrorKind::invalid when `seed` has not 32 bytes.
Result<ClientKey> client_key_from(const text::Secret& seed, std::string_view name, WallTime now);

} // namespace mox::tls
