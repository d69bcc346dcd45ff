#include "dkim/algorithm.h"

#include "text/ascii.h"

#include <fmt/format.h>

namespace mox::dkim {

std::string_view to_string(Hash hash) {
  return hash == Hash::sha1 ? "sha1" : "sha256";
}

std::string_view to_string(KeyType type) {
  return type == KeyType::rsa ? "rsa" : "ed25519";
}

std::string_view to_string(Canonical form) {
  return form == Canonical::simple ? "simple" : "relaxed";
}

std::string to_string(const Algorithm& algorithm) {
  return fmt::format("{}-{}", to_string(algorithm.key), to_string(algorithm.hash));
}

std::optional<Hash> parse_hash(std::string_view word) {
  if (text::iequals(word, "sha256")) return Hash::sha256;
  if (text::iequals(word, "sha1")) return Hash::sha1;
  return std::nullopt;
}

std::optional<KeyType> parse_key_type(std::string_view word) {
  if (text::iequals(word, "rsa")) return KeyType::rsa;
  if (text::iequals(word, "ed25519")) return KeyType::ed25519;
  return std::nullopt;
}

std::optional<Canonical> parse_canonical(std::string_view word) {
  if (text::iequals(word, "simple")) return Canonical::simple;
  if (text::iequals(word, "relaxed")) return Canonical::relaxed;
  return std::nullopt;
}

} // namespace mox::dkim
