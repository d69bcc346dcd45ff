// Who the client is to the server, and how it may say so.
#pragma once

#include "sasl/client.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mox::smtpclient {

struct Login {
  // What a mechanism may say while there is no TLS.
  enum class Plaintext : std::uint8_t {
    proofs_only,      // SCRAM and CRAM-MD5: no password goes over
    passwords_as_well // for a server on this machine
  };

  sasl::ClientCredentials credentials;
  std::vector<std::string> mechanisms; // that may be used, in any order; empty: all
  Plaintext plaintext = Plaintext::proofs_only;
};

} // namespace mox::smtpclient
