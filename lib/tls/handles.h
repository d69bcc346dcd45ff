// Owners of OpenSSL's objects.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>

namespace mox::tls {

template <auto release> struct Release {
  void operator()(auto* object) const { release(object); }
};

using BioHandle = std::unique_ptr<BIO, Release<BIO_free_all>>;
using KeyHandle = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using X509Handle = std::unique_ptr<X509, Release<X509_free>>;
using ContextHandle = std::unique_ptr<SSL_CTX, Release<SSL_CTX_free>>;
using SslHandle = std::unique_ptr<SSL, Release<SSL_free>>;

} // namespace mox::tls
