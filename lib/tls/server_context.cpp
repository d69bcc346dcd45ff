#include "tls/server_context.h"

#include "tls/certificate_parts.h"
#include "tls/handles.h"
#include "tls/openssl_error.h"

#include <stdexcept>
#include <string_view>

namespace mox::tls {

namespace {

// Forward secrecy only. The CBC suites at the end are for mail servers (Exchange on Windows Server
// 2012 R2) that know no other with an RSA certificate; the alternative would be plaintext.
constexpr const char* ciphers_tls12 = "ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AES";
constexpr unsigned char session_context[] = {'m', 'o', 'x'};

void require(bool done, std::string_view what) {
  if (!done) throw std::runtime_error(std::string(what) + ": " + take_error());
}

// In place of OpenSSL's look at issuer, purpose and dates. It has checked, or will, that the client
// has the key.
int accept_any(X509_STORE_CTX* store, void*) {
  X509_STORE_CTX_set_error(store, X509_V_OK);
  return 1;
}

int number_of(Version version) {
  switch (version) {
  case Version::tls1_0: return TLS1_VERSION;
  case Version::tls1_1: return TLS1_1_VERSION;
  case Version::tls1_2: return TLS1_2_VERSION;
  case Version::tls1_3: return TLS1_3_VERSION;
  }
  return TLS1_2_VERSION;
}

// One certificate with an RSA key and a long list of names is 4 KiB.
constexpr long max_client_chain = 16 * 1024;

} // namespace

struct ServerContext::State {
  const CertificateStore& certificates;
  ContextHandle context{SSL_CTX_new(TLS_server_method())};

  // OpenSSL calls this within the handshake, when the client's hello is known.
  static int choose_certificate(SSL* ssl, void* argument) {
    const auto& state = *static_cast<const State*>(argument);
    const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    const auto certificate = state.certificates.find(name != nullptr ? name : "");
    if (!certificate) return 0;
    const auto& parts = certificate->parts();
    if (SSL_use_certificate(ssl, parts.leaf.get()) != 1) return 0;
    for (const auto& next : parts.chain)
      if (SSL_add1_chain_cert(ssl, next.get()) != 1) return 0;
    return SSL_use_PrivateKey(ssl, parts.key.get());
  }
};

ServerContext::ServerContext(const CertificateStore& certificates, Options options)
    : state_(std::make_unique<State>(certificates)) {
  clear_errors();
  SSL_CTX* context = state_->context.get();
  require(context != nullptr, "TLS context");
  require(SSL_CTX_set_min_proto_version(context, number_of(options.min_version)) == 1,
          "TLS version");
  // What these versions sign with is not allowed at level 1 (SSL_CTX_set_security_level(3)).
  if (options.min_version < Version::tls1_2) SSL_CTX_set_security_level(context, 0);
  require(SSL_CTX_set_cipher_list(context, ciphers_tls12) == 1, "TLS ciphers");
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                   SSL_OP_PRIORITIZE_CHACHA | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_IGNORE_UNEXPECTED_EOF);
  if (!options.session_tickets) {
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(context, 0);
  }
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  require(SSL_CTX_set_session_id_context(context, session_context, sizeof session_context) == 1,
          "TLS session context");
  if (options.request_client_certificate) {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_cert_verify_callback(context, accept_any, nullptr);
    SSL_CTX_set_max_cert_list(context, max_client_chain);
  }
  SSL_CTX_set_cert_cb(context, State::choose_certificate, state_.get());
}

ServerContext::~ServerContext() = default;

const CertificateStore& ServerContext::certificates() const {
  return state_->certificates;
}

ssl_ctx_st* ServerContext::handle() const {
  return state_->context.get();
}

} // namespace mox::tls
