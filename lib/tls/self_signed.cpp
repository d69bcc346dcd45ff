#include "tls/self_signed.h"

#include "tls/handles.h"
#include "tls/openssl_error.h"

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <string_view>
#include <vector>

namespace mox::tls {

namespace {

using NumberHandle = std::unique_ptr<BIGNUM, Release<BN_free>>;
using ExtensionHandle = std::unique_ptr<X509_EXTENSION, Release<X509_EXTENSION_free>>;
using OctetsHandle = std::unique_ptr<ASN1_OCTET_STRING, Release<ASN1_OCTET_STRING_free>>;
using NamesHandle = std::unique_ptr<GENERAL_NAMES, Release<GENERAL_NAMES_free>>;

constexpr std::chrono::days clock_skew{1};
// RFC 5280 appendix A: ub-common-name.
constexpr std::size_t max_common_name = 64;

bool set_serial(X509& certificate) {
  // RFC 5280 section 4.1.2.2: positive, at most 20 octets; random, so that none is ever reused.
  const NumberHandle number(BN_new());
  return number && BN_rand(number.get(), 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(&certificate)) != nullptr;
}

bool set_validity(X509& certificate, WallTime now, std::chrono::days valid) {
  const auto from = unix_seconds(now - clock_skew);
  const auto until = unix_seconds(now) + std::chrono::seconds(valid).count();
  return ASN1_TIME_set(X509_getm_notBefore(&certificate), from) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(&certificate), until) != nullptr;
}

bool set_subject(X509& certificate, std::string_view name) {
  X509_NAME* subject = X509_get_subject_name(&certificate);
  const std::vector<unsigned char> bytes(name.begin(), name.end());
  return X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8, bytes.data(),
                                    static_cast<int>(bytes.size()), -1, 0) == 1 &&
         X509_set_issuer_name(&certificate, subject) == 1;
}

// An IP address when it reads as one, else a DNS name. Built from values, not from configuration
// text, in which a comma in a name would start another one.
GENERAL_NAME* general_name(const std::string& name) {
  GENERAL_NAME* made = GENERAL_NAME_new();
  if (made == nullptr) return nullptr;
  if (OctetsHandle address(a2i_IPADDRESS(name.c_str())); address) {
    GENERAL_NAME_set0_value(made, GEN_IPADD, address.release());
    return made;
  }
  clear_errors();
  ASN1_IA5STRING* text = ASN1_IA5STRING_new();
  if (text != nullptr) ASN1_STRING_set(text, name.data(), static_cast<int>(name.size()));
  GENERAL_NAME_set0_value(made, GEN_DNS, text);
  return made;
}

bool add_names(X509& certificate, std::span<const std::string> names) {
  const NamesHandle list(GENERAL_NAMES_new());
  for (const auto& name : names)
    if (sk_GENERAL_NAME_push(list.get(), general_name(name)) <= 0) return false;
  return X509_add1_ext_i2d(&certificate, NID_subject_alt_name, list.get(), 0, X509V3_ADD_DEFAULT) ==
         1;
}

bool add_extension(X509& certificate, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, &certificate, &certificate, nullptr, nullptr, 0);
  const ExtensionHandle made(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
  return made && X509_add_ext(&certificate, made.get(), -1) == 1;
}

std::string take_text(const BioHandle& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

bool print(X509& certificate, EVP_PKEY& key, PemPair& into) {
  const BioHandle certificate_text(BIO_new(BIO_s_mem()));
  const BioHandle key_text(BIO_new(BIO_s_secmem()));
  if (PEM_write_bio_X509(certificate_text.get(), &certificate) != 1) return false;
  if (PEM_write_bio_PrivateKey(key_text.get(), &key, nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return false;
  into = {take_text(certificate_text), take_text(key_text)};
  return true;
}

} // namespace

Result<PemPair> make_self_signed(std::span<const std::string> names, WallTime now,
                                 std::chrono::days valid) {
  if (names.empty() || names.front().empty())
    return failure(ErrorKind::invalid, "a certificate needs a name");
  clear_errors();
  const KeyHandle key(EVP_EC_gen("P-256"));
  const X509Handle certificate(X509_new());
  PemPair pair;
  const bool done =
      key && certificate && X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
      set_serial(*certificate) && set_validity(*certificate, now, valid) &&
      set_subject(*certificate, std::string_view(names.front()).substr(0, max_common_name)) &&
      X509_set_pubkey(certificate.get(), key.get()) == 1 && add_names(*certificate, names) &&
      add_extension(*certificate, NID_basic_constraints, "critical,CA:TRUE") &&
      add_extension(*certificate, NID_key_usage, "critical,digitalSignature,keyCertSign") &&
      add_extension(*certificate, NID_ext_key_usage, "serverAuth") &&
      add_extension(*certificate, NID_subject_key_identifier, "hash") &&
      X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0 && print(*certificate, *key, pair);
  if (!done)
    return openssl_failure(ErrorKind::io, fmt::format("certificate for {}", names.front()));
  return pair;
}

} // namespace mox::tls
