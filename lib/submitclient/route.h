// Where sendmail hands messages, from its configuration: the submit socket of a mox on this
// machine, a submission server (RFC 6409), or first the one and then the other.
//
// All that needs rights is read here, so that a program can give them up afterwards.
#pragma once

#include "address/address.h"
#include "clock/clock.h"
#include "config/sendmail.h"
#include "dns/name.h"
#include "result/result.h"
#include "text/secret.h"
#include "tls/certificate.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mox::submitclient {

inline constexpr const char* default_configuration = "/etc/mox/sendmail.toml";
inline constexpr const char* default_socket = "/run/mox/submit";

struct Server {
  enum class Encryption : std::uint8_t { none, starttls, immediate };

  std::string host; // a name or an IP address
  std::uint16_t port = 0;
  Encryption encryption = Encryption::none;
  bool trusts_anybody = false; // any certificate will do
  std::string user;
  text::Secret password;
  std::optional<tls::Certificate> certificate; // instead of a password
  std::vector<std::string> mechanisms;         // that may be used; empty for all
};

struct Route {
  std::filesystem::path socket; // tried first; empty for none
  std::optional<Server> server;
  dns::Name hostname;                               // our name; empty when nobody says it
  std::optional<address::Address> from;             // of messages that go to the server
  std::optional<address::Address> bare_destination; // of mail to names without a domain
  config::RequireTls require_tls = config::RequireTls::unset;
};

// Without a file at `configuration` this is the socket alone. ErrorKind::refused when the file or
// the certificate that it names may not be read, invalid when something is wrong with them.
// `shows_errors`: else the error names places in the file, and repeats nothing of it.
enum class Errors : std::uint8_t { shown, places_only };
Result<Route> read_route(const std::filesystem::path& configuration,
                         const std::filesystem::path& socket, Errors errors, const Clock& clock);

} // namespace mox::submitclient
