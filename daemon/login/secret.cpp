#include "login/secret.h"

#include <fmt/format.h>

#include <algorithm>

namespace mox::login {

namespace {

std::optional<std::string_view> line_with(std::string_view secret, std::string_view beginning) {
  while (!secret.empty()) {
    const auto end = std::min(secret.find('\n'), secret.size());
    if (const auto line = secret.substr(0, end); line.starts_with(beginning)) return line;
    secret.remove_prefix(std::min(end + 1, secret.size()));
  }
  return std::nullopt;
}

} // namespace

std::string to_secret(const sasl::Verifiers& verifiers) {
  return fmt::format("{}\n{}\n{}\n{}", verifiers.password, verifiers.scram_sha_256,
                     verifiers.scram_sha_1, verifiers.cram_md5);
}

std::optional<std::string_view> password_verifier(std::string_view secret) {
  return line_with(secret, "$");
}

std::optional<std::string_view> verifier_of(std::string_view secret, sasl::VerifierKind kind) {
  switch (kind) {
  case sasl::VerifierKind::scram_sha_1: return line_with(secret, "SCRAM-SHA-1$");
  case sasl::VerifierKind::scram_sha_256: return line_with(secret, "SCRAM-SHA-256$");
  case sasl::VerifierKind::cram_md5: return line_with(secret, "CRAM-MD5$");
  }
  return std::nullopt;
}

} // namespace mox::login
