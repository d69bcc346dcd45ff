#include "tls/certificate.h"

#include "tls/certificate_parts.h"
#include "tls/openssl_error.h"

#include <climits>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <fstream>
#include <iterator>

namespace mox::tls {

namespace {

// Certificates and keys are small; anything else under that name is a mistake.
constexpr std::size_t max_pem_bytes = 1 << 20;

BioHandle memory_bio(std::string_view bytes) {
  return BioHandle(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

// A daemon has nobody to ask for a passphrase.
int no_passphrase(char*, int, int, void*) {
  return 0;
}

Result<std::vector<X509Handle>> read_chain(std::string_view pem, std::string_view origin) {
  const auto bio = memory_bio(pem);
  std::vector<X509Handle> chain;
  clear_errors();
  while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr))
    chain.emplace_back(next);
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  if (!at_end || chain.empty())
    return openssl_failure(ErrorKind::invalid, fmt::format("certificate in {}", origin));
  clear_errors();
  return chain;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return lower;
}

std::vector<std::string> dns_names(const X509& leaf) {
  std::vector<std::string> names;
  auto* list =
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(&leaf, NID_subject_alt_name, nullptr, nullptr));
  if (list == nullptr) return names;
  for (int i = 0; i < sk_GENERAL_NAME_num(list); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(list, i);
    if (name->type != GEN_DNS) continue;
    const unsigned char* bytes = ASN1_STRING_get0_data(name->d.dNSName);
    const auto size = static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName));
    names.push_back(lower_case(std::string(bytes, bytes + size)));
  }
  GENERAL_NAMES_free(list);
  return names;
}

Result<std::string> read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return failure(system_error(fmt::format("open {}", path.string()), errno));
  std::string bytes;
  char chunk[4096];
  while (file.read(chunk, sizeof chunk), file.gcount() > 0) {
    bytes.append(chunk, static_cast<std::size_t>(file.gcount()));
    if (bytes.size() > max_pem_bytes)
      return failure(ErrorKind::invalid, fmt::format("{} is too large for PEM", path.string()));
  }
  return bytes;
}

} // namespace

Result<Certificate> Certificate::from_pem(std::string_view chain, std::string_view key,
                                          std::string_view origin) {
  if (chain.size() > max_pem_bytes || key.size() > max_pem_bytes)
    return failure(ErrorKind::invalid, fmt::format("{} is too large for PEM", origin));
  MOX_TRY_ASSIGN(certificates, read_chain(chain, origin));
  auto parts = std::make_shared<Parts>();
  const auto bio = memory_bio(key);
  clear_errors();
  parts->key.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  if (!parts->key)
    return openssl_failure(ErrorKind::invalid, fmt::format("private key in {}", origin));
  parts->leaf = std::move(certificates.front());
  parts->chain.assign(std::make_move_iterator(certificates.begin() + 1),
                      std::make_move_iterator(certificates.end()));
  if (X509_check_private_key(parts->leaf.get(), parts->key.get()) != 1)
    return openssl_failure(ErrorKind::invalid,
                           fmt::format("{}: the key is not the certificate's", origin));
  parts->names = dns_names(*parts->leaf);
  return Certificate(std::move(parts));
}

Result<Certificate> Certificate::from_files(const std::filesystem::path& chain,
                                            const std::filesystem::path& key) {
  MOX_TRY_ASSIGN(chain_pem, read_file(chain));
  MOX_TRY_ASSIGN(key_pem, read_file(key));
  return from_pem(chain_pem, key_pem, fmt::format("{} and {}", chain.string(), key.string()));
}

const std::vector<std::string>& Certificate::names() const {
  return parts_->names;
}

} // namespace mox::tls
