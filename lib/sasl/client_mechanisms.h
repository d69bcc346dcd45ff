// The clients behind make_client() that are not in its file; for this folder and its tests.
#pragma once

#include "sasl/channel_bindings.h"
#include "sasl/client.h"
#include "sasl/hash.h"

#include <memory>
#include <string>
#include <string_view>

namespace mox::sasl {

struct ScramClientParts {
  Hash hash = Hash::sha256;
  std::string_view name; // lives for ever
  std::string user;
  text::Secret password;    // prepared
  std::string header;       // gs2-header
  std::string binding_data; // cbind-data; empty when the exchange is not bound
  std::string nonce;        // the client's part
};

std::unique_ptr<Client> make_scram_client(ScramClientParts parts);

} // namespace mox::sasl
