#include "support/issued.h"

#include "tls/handles.h"

#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace mox::test {

struct Issued::Parts {
  tls::X509Handle certificate;
  tls::KeyHandle key;
};

namespace {

void require(bool done) {
  if (!done) throw std::runtime_error("a certificate for a test could not be made");
}

template <class Encode> std::string encoded(Encode encode) {
  unsigned char* bytes = nullptr;
  const int size = encode(&bytes);
  require(size > 0);
  std::string text(bytes, bytes + size);
  OPENSSL_free(bytes);
  return text;
}

template <class Write> std::string written(Write write) {
  const tls::BioHandle bio(BIO_new(BIO_s_mem()));
  require(write(bio.get()) == 1);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

void extend(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  require(extension != nullptr);
  require(X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

void set_name(X509_NAME* name, const std::string& text) {
  require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()), -1, 0) == 1);
}

void set_dates(X509* certificate, const Wanted& wanted) {
  require(X509_time_adj_ex(X509_getm_notBefore(certificate), static_cast<int>(wanted.from.count()),
                           0, nullptr) != nullptr);
  require(X509_time_adj_ex(X509_getm_notAfter(certificate), static_cast<int>(wanted.until.count()),
                           0, nullptr) != nullptr);
}

Issued make(const Issued::Parts* by, tls::KeyHandle key, const Wanted& wanted) {
  auto parts = std::make_shared<Issued::Parts>();
  parts->key = std::move(key);
  parts->certificate.reset(X509_new());
  X509* certificate = parts->certificate.get();
  X509* issuer = by != nullptr ? by->certificate.get() : certificate;
  require(X509_set_version(certificate, X509_VERSION_3) == 1);
  std::uint32_t serial = 0;
  require(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1);
  require(ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial) == 1);
  set_dates(certificate, wanted);
  set_name(X509_get_subject_name(certificate), wanted.name);
  require(X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1);
  require(X509_set_pubkey(certificate, parts->key.get()) == 1);
  extend(certificate, issuer, NID_basic_constraints,
         wanted.authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
  if (wanted.authority) extend(certificate, issuer, NID_key_usage, "critical,keyCertSign,cRLSign");
  extend(certificate, issuer, NID_subject_key_identifier, "hash");
  std::string names;
  for (const auto& name : wanted.dns_names) names += (names.empty() ? "DNS:" : ",DNS:") + name;
  if (!names.empty()) extend(certificate, issuer, NID_subject_alt_name, names);
  EVP_PKEY* signer = by != nullptr ? by->key.get() : parts->key.get();
  require(X509_sign(certificate, signer, EVP_sha256()) > 0);
  return Issued(std::move(parts));
}

tls::KeyHandle new_key() {
  tls::KeyHandle key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
  require(key != nullptr);
  return key;
}

} // namespace

std::string Issued::der() const {
  return encoded([&](unsigned char** bytes) { return i2d_X509(parts_->certificate.get(), bytes); });
}

std::string Issued::spki() const {
  return encoded([&](unsigned char** bytes) { return i2d_PUBKEY(parts_->key.get(), bytes); });
}

std::string Issued::pem() const {
  return written([&](BIO* bio) { return PEM_write_bio_X509(bio, parts_->certificate.get()); });
}

std::string Issued::key_pem() const {
  return written([&](BIO* bio) {
    return PEM_write_bio_PrivateKey(bio, parts_->key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
}

std::string Issued::public_key_pem() const {
  return written([&](BIO* bio) { return PEM_write_bio_PUBKEY(bio, parts_->key.get()); });
}

Issued self_signed(const Wanted& wanted) {
  return make(nullptr, new_key(), wanted);
}

Issued issue(const Issued& by, const Wanted& wanted) {
  return make(&by.parts(), new_key(), wanted);
}

Issued reissue(const Issued& by, const Issued& old, const Wanted& wanted) {
  EVP_PKEY* key = old.parts().key.get();
  EVP_PKEY_up_ref(key);
  return make(&by.parts(), tls::KeyHandle(key), wanted);
}

} // namespace mox::test
