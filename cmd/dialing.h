// What commands that connect to a server have in common.
#pragma once

#include "cli/invocation.h"
#include "dns/name.h"
#include "net/endpoint.h"
#include "result/result.h"
#include "smtpclient/error.h"
#include "tls/client_context.h"
#include "tls/session.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mox::cmd {

// "mx.example.org", "192.0.2.1:25", "[2001:db8::1]:25".
struct Target {
  std::optional<net::Address> address; // else `name`
  dns::Name name;
  std::uint16_t port = 0;

  // Without the port.
  std::string host() const { return address ? address->to_string() : name.ascii(); }
};

Result<Target> parse_target(std::string_view text, std::optional<std::uint16_t> usual_port);

// A domain name, with underscores, and perhaps a dot at its end.
Result<dns::Name> parse_domain(std::string_view text);

// The authorities of --ca, or of the system.
Result<tls::ClientContext> trusting_context(const cli::Invocation& invocation);

// Says on standard error why it ends, as the program does with other errors.
int end(const cli::Invocation& invocation, int code, std::string_view text);

// For the exit code: what may be different later is not what does not hold.
int code_of(const smtpclient::Error& error);

// What is known of a connection, on standard error: standard output is the peer's. Lines "name:
// value", with --json one line with an object.
class ConnectionFacts {
public:
  void add(std::string_view name, std::string value);
  void add(const tls::Session* session);
  void print(const cli::Invocation& invocation) const;

private:
  std::vector<std::pair<std::string_view, std::string>> facts_; // the names are literals
};

} // namespace mox::cmd
