// sendmail.toml: where sendmail hands messages. Pure.
#pragma once

#include "address/address.h"
#include "dns/name.h"
#include "text/secret.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace mox::config {

enum class RequireTls : std::uint8_t { unset, yes, no };

// A socket or a server is there, or both; for a server one of password, key and certificate.
struct Sendmail {
  std::filesystem::path submit_socket; // empty for none
  dns::Name local_hostname;
  std::string host; // a name or an IP address; empty for no server
  std::uint16_t port = 0;
  bool tls = false;
  bool starttls = false;
  bool tls_insecure_skip_verify = false;
  std::string username;
  text::Secret password;
  text::Secret client_auth_ed25519_private_key; // as written, 32 bytes in base64url
  std::filesystem::path client_auth_cert_private_key_pem_file;
  std::string auth_method; // empty for the best that both sides have
  address::Address from;
  std::optional<address::Address> default_destination;
  RequireTls require_tls = RequireTls::unset;
};

} // namespace mox::config
