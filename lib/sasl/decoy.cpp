#include "sasl/decoy.h"

#include <fmt/format.h>

#include <cstring>
#include <string>

namespace mox::sasl {

namespace {

// Nobody without the key can tell it from random bytes.
std::string bytes_for(std::string_view key, std::string_view purpose, std::string_view login) {
  return hmac(Hash::sha256, key, fmt::format("decoy {}\n{}", purpose, login));
}

Md5State state_for(std::string_view key, std::string_view purpose, std::string_view login) {
  const auto bytes = bytes_for(key, purpose, login);
  Md5State state{};
  std::memcpy(state.data(), bytes.data(), sizeof state);
  return state;
}

} // namespace

ScramVerifier decoy_scram(Hash hash, std::string_view key, std::string_view login) {
  const std::string_view name = hash == Hash::sha1 ? "SCRAM-SHA-1" : "SCRAM-SHA-256";
  const auto bytes = [&](std::string_view what, std::size_t size) {
    return bytes_for(key, fmt::format("{} {}", name, what), login).substr(0, size);
  };
  return {.hash = hash,
          .iterations = scram_iterations,
          .salt = bytes("salt", scram_salt_size),
          .stored_key = bytes("stored key", size_of(hash)),
          .server_key = bytes("server key", size_of(hash))};
}

CramMd5Verifier decoy_cram_md5(std::string_view key, std::string_view login) {
  return {.inner = state_for(key, "CRAM-MD5 inner", login),
          .outer = state_for(key, "CRAM-MD5 outer", login)};
}

} // namespace mox::sasl
