#include "tls/client_context.h"

#include "tls/certificate_parts.h"
#include "tls/handles.h"
#include "tls/openssl_error.h"
#include "tls/peer_check.h"

#include <fmt/format.h>
#include <openssl/pem.h>

namespace mox::tls {

struct ClientContext::State {
  ContextHandle context;
  bool verify = false;
  PeerRules rules; // OpenSSL keeps its address
};

namespace {

Result<int> version_number(std::string_view text) {
  if (text.empty()) return 0; // any
  if (text == "1.2") return TLS1_2_VERSION;
  if (text == "1.3") return TLS1_3_VERSION;
  if (text == "1.0") return TLS1_VERSION;
  if (text == "1.1") return TLS1_1_VERSION;
  return failure(ErrorKind::invalid,
                 fmt::format("TLS has the versions 1.0, 1.1, 1.2 and 1.3, not \"{}\"", text));
}

} // namespace

ClientContext::ClientContext(std::unique_ptr<State> state) : state_(std::move(state)) {}

ClientContext::~ClientContext() = default;
ClientContext::ClientContext(ClientContext&&) noexcept = default;
ClientContext& ClientContext::operator=(ClientContext&&) noexcept = default;

Result<ClientContext> ClientContext::create(bool verify) {
  clear_errors();
  auto state = std::make_unique<State>(ContextHandle(SSL_CTX_new(TLS_client_method())), verify);
  SSL_CTX* context = state->context.get();
  if (context == nullptr) return openssl_failure(ErrorKind::io, "TLS context");
  if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1)
    return openssl_failure(ErrorKind::io, "TLS version");
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_verify(context, verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  state->rules.authorities = verify;
  SSL_CTX_set_cert_verify_callback(context, check_peer, &state->rules);
  return ClientContext(std::move(state));
}

Result<ClientContext> ClientContext::unverified() {
  return create(false);
}

Result<ClientContext> ClientContext::system_authorities() {
  MOX_TRY_ASSIGN(client, create(true));
  if (SSL_CTX_set_default_verify_paths(client.handle()) != 1)
    return openssl_failure(ErrorKind::io, "certificates of the system's authorities");
  return client;
}

Result<ClientContext> ClientContext::authorities(std::string_view pem) {
  MOX_TRY_ASSIGN(client, create(true));
  const BioHandle bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  X509_STORE* store = SSL_CTX_get_cert_store(client.handle());
  bool any = false;
  while (const X509Handle next{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)}) {
    if (X509_STORE_add_cert(store, next.get()) != 1)
      return openssl_failure(ErrorKind::invalid, "certificate authority");
    any = true;
  }
  if (!any) return openssl_failure(ErrorKind::invalid, "certificates of authorities");
  clear_errors();
  return client;
}

Result<ClientContext> ClientContext::checked_by(std::shared_ptr<const PeerVerifier> verifier) {
  MOX_TRY_ASSIGN(client, create(true));
  client.state_->rules = {.authorities = false, .verifier = std::move(verifier)};
  return client;
}

Result<ClientContext> ClientContext::like(const ClientContext& other) {
  MOX_TRY_ASSIGN(client, create(other.verifies()));
  client.state_->rules.authorities = other.state_->rules.authorities;
  SSL_CTX_set1_cert_store(client.handle(), other.authorities_store());
  return client;
}

void ClientContext::also_check(std::shared_ptr<const PeerVerifier> verifier) {
  state_->rules.verifier = std::move(verifier);
  state_->verify = true;
  SSL_CTX_set_verify(handle(), SSL_VERIFY_PEER, nullptr);
}

void ClientContext::only_observe() {
  state_->verify = false;
  SSL_CTX_set_verify(handle(), SSL_VERIFY_NONE, nullptr);
}

Result<> ClientContext::limit(const ClientLimits& limits) {
  clear_errors();
  SSL_CTX* context = handle();
  MOX_TRY_ASSIGN(oldest, version_number(limits.oldest));
  MOX_TRY_ASSIGN(newest, version_number(limits.newest));
  if (oldest != 0) SSL_CTX_set_min_proto_version(context, oldest);
  if (newest != 0) SSL_CTX_set_max_proto_version(context, newest);
  if (oldest != 0 && oldest < TLS1_2_VERSION) SSL_CTX_set_security_level(context, 0);
  if (!limits.ciphers.empty() && SSL_CTX_set_cipher_list(context, limits.ciphers.c_str()) != 1)
    return openssl_failure(ErrorKind::invalid, fmt::format("TLS ciphers {}", limits.ciphers));
  if (!limits.cipher_suites.empty() &&
      SSL_CTX_set_ciphersuites(context, limits.cipher_suites.c_str()) != 1)
    return openssl_failure(ErrorKind::invalid,
                           fmt::format("TLS cipher suites {}", limits.cipher_suites));
  if (!limits.groups.empty() && SSL_CTX_set1_groups_list(context, limits.groups.c_str()) != 1)
    return openssl_failure(ErrorKind::invalid, fmt::format("TLS groups {}", limits.groups));
  if (!limits.tickets) SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  return ok();
}

Result<> ClientContext::show(const Certificate& certificate) {
  clear_errors();
  SSL_CTX* context = handle();
  const auto& parts = certificate.parts();
  bool done = SSL_CTX_use_certificate(context, parts.leaf.get()) == 1 &&
              SSL_CTX_clear_chain_certs(context) == 1;
  for (const auto& next : parts.chain)
    done = done && SSL_CTX_add1_chain_cert(context, next.get()) == 1;
  done = done && SSL_CTX_use_PrivateKey(context, parts.key.get()) == 1;
  if (!done) return openssl_failure(ErrorKind::invalid, "client certificate");
  return ok();
}

bool ClientContext::verifies() const {
  return state_->verify;
}

bool ClientContext::compares_names() const {
  return state_->rules.authorities;
}

x509_store_st* ClientContext::authorities_store() const {
  return SSL_CTX_get_cert_store(handle());
}

ssl_ctx_st* ClientContext::handle() const {
  return state_->context.get();
}

void ClientContext::limit_to_tls12() {
  SSL_CTX_set_max_proto_version(state_->context.get(), TLS1_2_VERSION);
}

} // namespace mox::tls
