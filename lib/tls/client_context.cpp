#include "tls/client_context.h"

#include "tls/certificate_parts.h"
#include "tls/handles.h"
#include "tls/openssl_error.h"

#include <openssl/pem.h>

namespace mox::tls {

struct ClientContext::State {
  ContextHandle context;
  bool verify = false;
};

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

ssl_ctx_st* ClientContext::handle() const {
  return state_->context.get();
}

void ClientContext::limit_to_tls12() {
  SSL_CTX_set_max_proto_version(state_->context.get(), TLS1_2_VERSION);
}

} // namespace mox::tls
