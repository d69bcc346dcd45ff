#include "dkim/digest.h"

#include <openssl/evp.h>

#include <stdexcept>

namespace mox::dkim {

namespace {

// Looked up once: OpenSSL 3 would do it again for each EVP_sha256().
const EVP_MD* algorithm(Hash hash) {
  static EVP_MD* const sha1 = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  static EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return hash == Hash::sha1 ? sha1 : sha256;
}

// These fail when there is no memory, and for nothing that a message has.
void require(int done) {
  if (done != 1) throw std::runtime_error("digest failed");
}

unsigned char* bytes_of(std::string& text) {
  void* const bytes = text.data();
  return static_cast<unsigned char*>(bytes);
}

} // namespace

std::size_t size_of(Hash hash) {
  return hash == Hash::sha1 ? 20 : 32;
}

void Digest::Free::operator()(evp_md_ctx_st* context) const {
  EVP_MD_CTX_free(context);
}

Digest::Digest(Hash hash) : context_(EVP_MD_CTX_new()) {
  require(EVP_DigestInit_ex2(context_.get(), algorithm(hash), nullptr));
}

void Digest::add(std::string_view bytes) {
  require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

std::string Digest::finish() {
  std::string made(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  require(EVP_DigestFinal_ex(context_.get(), bytes_of(made), &size));
  made.resize(size);
  return made;
}

std::string digest(Hash hash, std::string_view bytes) {
  Digest made(hash);
  made.add(bytes);
  return made.finish();
}

} // namespace mox::dkim
