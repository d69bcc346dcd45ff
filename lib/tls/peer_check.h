// What OpenSSL tells of a client's handshake while it goes on; for this folder only.
#pragma once

#include "tls/handshake_problem.h"
#include "tls/peer_verifier.h"

#include <openssl/ssl.h>

#include <memory>
#include <optional>

namespace mox::tls {

// One for each client's stream, found from its SSL. It outlives that.
struct PeerCheck {
  std::optional<HandshakeProblem> certificate; // what is wrong with the peer's
  std::optional<HandshakeProblem> alert;       // the last one that ends connections
};

// What a context does with certificates.
struct PeerRules {
  bool authorities = false;                     // X.509, and the name that was asked for
  std::shared_ptr<const PeerVerifier> verifier; // may be null
};

// SSL_CTX_set_cert_verify_callback() takes this, with the context's PeerRules.
int check_peer(X509_STORE_CTX* store, void* rules);

// Makes `ssl` fill `check`.
void watch_peer(SSL* ssl, PeerCheck& check);

// Of a handshake that failed: what the check knows, or else what OpenSSL's error queue says.
HandshakeProblem problem_of(const PeerCheck& check, unsigned long error);

} // namespace mox::tls
