// The mechanisms behind make_mechanism() that are not in its file; for this folder and its tests.
#pragma once

#include "sasl/hash.h"
#include "sasl/mechanism.h"

#include <memory>
#include <string>
#include <string_view>

namespace mox::sasl {

struct ScramServerParts {
  Hash hash = Hash::sha256;
  bool plus = false;        // the mechanism's name ends in -PLUS
  ChannelBindings bindings; // the server offers -PLUS when there are any
  text::Secret decoy_key;
  std::string nonce; // the server's part
};

std::unique_ptr<Mechanism> make_scram_server(ScramServerParts parts);
std::unique_ptr<Mechanism> make_cram_md5_server(std::string challenge, std::string_view decoy_key);
std::unique_ptr<Mechanism> make_external_server();

} // namespace mox::sasl
