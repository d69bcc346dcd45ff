#include "tls/bindings.h"

#include "tls/certificate_parts.h"
#include "tls/handles.h"
#include "tls/openssl_error.h"
#include "tls/server_context.h"

#include <array>
#include <string_view>

namespace mox::tls {

namespace {

// RFC 5929 section 4.1: the hash of the certificate's signature, SHA-256 in place of weak ones, and
// no binding when there is none or more than one.
const EVP_MD* hash_of(X509& certificate) {
  int hash = NID_undef;
  if (X509_get_signature_info(&certificate, &hash, nullptr, nullptr, nullptr) != 1) return nullptr;
  if (hash == NID_undef) return nullptr;
  if (hash == NID_md5 || hash == NID_sha1) return EVP_sha256();
  return EVP_get_digestbynid(hash);
}

std::optional<std::string> end_point(X509& certificate) {
  clear_errors();
  const EVP_MD* hash = hash_of(certificate);
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  const bool done = hash != nullptr && X509_digest(&certificate, hash, bytes.data(), &size) == 1;
  clear_errors();
  if (!done) return std::nullopt;
  return std::string(bytes.begin(), bytes.begin() + size);
}

} // namespace

// RFC 9266 section 2.
std::optional<std::string> tls_exporter(ssl_st& ssl) {
  if (SSL_version(&ssl) < TLS1_3_VERSION) return std::nullopt;
  constexpr std::string_view label = "EXPORTER-Channel-Binding";
  std::array<unsigned char, 32> bytes{};
  const int done = SSL_export_keying_material(&ssl, bytes.data(), bytes.size(), label.data(),
                                              label.size(), nullptr, 0, 0);
  clear_errors();
  if (done != 1) return std::nullopt;
  return std::string(bytes.begin(), bytes.end());
}

// RFC 5929 section 4.
std::optional<std::string> tls_server_end_point(ssl_st& ssl, const ServerContext* server) {
  if (server == nullptr) {
    X509* shown = SSL_get0_peer_certificate(&ssl);
    return shown != nullptr ? end_point(*shown) : std::nullopt;
  }
  if (X509* own = SSL_get_certificate(&ssl)) return end_point(*own);
  // A resumed handshake chooses no certificate; the client knows the one of its first.
  const char* name = SSL_get_servername(&ssl, TLSEXT_NAMETYPE_host_name);
  const auto chosen = server->certificates().find(name != nullptr ? name : "");
  return chosen ? end_point(*chosen->parts().leaf) : std::nullopt;
}

// RFC 5929 section 3: the first Finished message of the handshake, which is the client's, or the
// server's when the session is resumed. Only with extended master secret (RFC 7627 section 1): else
// somebody between two sessions can make theirs equal.
std::optional<std::string> tls_unique(ssl_st& ssl) {
  if (SSL_version(&ssl) >= TLS1_3_VERSION || SSL_get_extms_support(&ssl) != 1) return std::nullopt;
  const bool first_is_ours = (SSL_is_server(&ssl) == 1) == (SSL_session_reused(&ssl) == 1);
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  const auto size = first_is_ours ? SSL_get_finished(&ssl, bytes.data(), bytes.size())
                                  : SSL_get_peer_finished(&ssl, bytes.data(), bytes.size());
  if (size == 0 || size > bytes.size()) return std::nullopt;
  return std::string(bytes.data(), bytes.data() + size);
}

std::string peer_key_sha256(const ssl_st& ssl) {
  X509* shown = SSL_get0_peer_certificate(&ssl);
  if (shown == nullptr) return {};
  unsigned char* encoded = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(shown), &encoded);
  std::string digest(32, '\0');
  void* const into = digest.data();
  const bool done = size > 0 && EVP_Digest(encoded, static_cast<std::size_t>(size),
                                           static_cast<unsigned char*>(into), nullptr, EVP_sha256(),
                                           nullptr) == 1;
  OPENSSL_free(encoded);
  if (!done) digest.clear();
  return digest;
}

} // namespace mox::tls
