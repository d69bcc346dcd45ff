// The server's side of TLS for all connections of a listener.
#pragma once

#include "tls/certificate_store.h"

#include <memory>

struct ssl_ctx_st;

namespace mox::tls {

enum class Version : unsigned char { tls1_0, tls1_1, tls1_2, tls1_3 };

// Shared by all threads, and so are its session tickets. TLS 1.2 and 1.3, forward secrecy only, no
// renegotiation. Throws std::runtime_error when OpenSSL has no memory.
class ServerContext {
public:
  struct Options {
    // Off for port 25: a large sender fails to resume and does not try again.
    bool session_tickets = true;
    // Clients are asked for a certificate. Any will do, and none as well: what counts is the key
    // (Session::client_key_sha256).
    bool request_client_certificate = false;
    // Clients that know no better than TLS 1.0 or 1.1 are often better served than told to use no
    // TLS at all, but nobody else is.
    Version min_version = Version::tls1_2;
  };

  // `certificates` must outlive the context and its connections.
  explicit ServerContext(const CertificateStore& certificates) : ServerContext(certificates, {}) {}

  ServerContext(const CertificateStore& certificates, Options options);
  ~ServerContext();
  ServerContext(const ServerContext&) = delete;
  ServerContext& operator=(const ServerContext&) = delete;

  const CertificateStore& certificates() const;
  ssl_ctx_st* handle() const;

private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace mox::tls
