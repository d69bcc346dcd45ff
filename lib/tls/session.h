// What a TLS handshake agreed on.
#pragma once

#include <string>

namespace mox::tls {

struct Session {
  std::string version;     // "TLSv1.3"
  std::string cipher;      // the standard's name, "TLS_AES_128_GCM_SHA256"
  std::string server_name; // SNI as the client sent it, or empty
  bool resumed = false;
};

} // namespace mox::tls
