// Certificates as OpenSSL has them, for this folder only.
#pragma once

#include "dns/record.h"
#include "result/result.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace mox::dane {

template <auto release> struct Release {
  void operator()(auto* object) const { release(object); }
};

using X509Handle = std::unique_ptr<X509, Release<X509_free>>;
using KeyHandle = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;

struct Certificate {
  X509Handle handle;
  std::string der;
  std::string spki; // SubjectPublicKeyInfo in DER
};

// ErrorKind::invalid when it is none, has bytes behind it, or is too large.
Result<Certificate> decode_certificate(std::string_view der);

std::string encode_public_key(EVP_PKEY& key);

// `bytes`, or their hash; empty for a matching type that is unknown.
std::string matched(std::uint8_t matching_type, std::string_view bytes);

// The record's data are those of the certificate or of its key.
bool fits(const dns::Tlsa& record, const Certificate& certificate);

} // namespace mox::dane
