// The channel bindings of an established session, and the key of its client; for this folder only.
#pragma once

#include <optional>
#include <string>

struct ssl_st;

namespace mox::tls {

class ServerContext;

// TLS 1.3 only.
std::optional<std::string> tls_exporter(ssl_st& ssl);

// Not for certificates whose signature has no hash of its own, such as Ed25519. `server` on the
// server's side, else null.
std::optional<std::string> tls_server_end_point(ssl_st& ssl, const ServerContext* server);

// TLS 1.2 with extended master secret only.
std::optional<std::string> tls_unique(ssl_st& ssl);

// SHA-256 of the SubjectPublicKeyInfo of the peer's certificate; empty when it has shown none.
std::string peer_key_sha256(const ssl_st& ssl);

} // namespace mox::tls
