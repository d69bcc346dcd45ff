// What a TLS handshake agreed on.
#pragma once

#include "tls/handshake_problem.h"

#include <optional>
#include <string>

namespace mox::tls {

struct Session {
  std::string version;     // "TLSv1.3"
  std::string cipher;      // the standard's name, "TLS_AES_128_GCM_SHA256"
  std::string server_name; // SNI as the client sent it, or empty
  bool resumed = false;
  // SHA-256 of the public key (SubjectPublicKeyInfo) in the certificate that a client has shown, 32
  // bytes; empty when none was. The client has the key; who issued the certificate, and until when
  // it is valid, was not looked at. Of a resumed session: what was shown when it began.
  std::string client_key_sha256;
  // What is wrong with the server's certificate, when the client's context only observes.
  std::optional<HandshakeProblem> certificate_problem;
};

} // namespace mox::tls
