// The client's side of authentication exchanges (RFC 4422 section 3), for all protocols. Bytes in
// and out, without base64 and without I/O. Pure.
#pragma once

#include "random/random.h"
#include "result/result.h"
#include "sasl/channel_bindings.h"
#include "text/secret.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace mox::sasl {

// With a password, or a certificate that TLS shows, or both.
struct ClientCredentials {
  std::string user;
  text::Secret password;
  bool has_client_certificate = false;
};

// One attempt to log in. After an error the exchange must be cancelled.
class Client {
public:
  virtual ~Client() = default;

  // "SCRAM-SHA-256".
  virtual std::string_view name() const = 0;

  // The initial response, which goes with the command, or answers a first challenge that is empty.
  // Empty for CRAM-MD5 and LOGIN, where the server begins: nothing goes with the command then.
  // Called once, before next().
  virtual Result<std::string> start() = 0;

  // The response to a challenge. Takes up to a third of a second for SCRAM, as the server asks.
  // ErrorKind::refused when the server says that it does not accept us, invalid for what is not of
  // this mechanism.
  virtual Result<std::string> next(std::string_view challenge) = 0;

  // The server may say now that we are logged in. With SCRAM it has also proven by then that it
  // knows our password's verifier; a server that reports success before is not to be trusted.
  virtual bool finished() const = 0;
};

// What choose() looks at.
struct ClientSituation {
  bool tls = false;
  bool has_client_certificate = false; // and TLS has shown it
  bool has_bindings = false;
};

struct Choice {
  std::string_view mechanism; // lives for ever
  // Something with -PLUS was among the offered.
  bool plus_offered = false;
};

// The best that both sides have: EXTERNAL with a client certificate, SCRAM-SHA-256-PLUS,
// SCRAM-SHA-256, SCRAM-SHA-1-PLUS, SCRAM-SHA-1, CRAM-MD5, PLAIN, LOGIN. EXTERNAL, PLAIN and LOGIN
// only with TLS, -PLUS only with bindings. Names in any case; what nobody knows is passed over.
// `allowed` empty: all are. ErrorKind::unsupported when nothing is left.
Result<Choice> choose(std::span<const std::string> offered, std::span<const std::string> allowed,
                      const ClientSituation& situation);

// `bindings` are the connection's. A SCRAM mechanism without -PLUS tells the server that it could
// have been bound, unless that was offered and not chosen: so both notice when somebody has removed
// the offer (RFC 5802 section 6). Fails for an unknown mechanism, for one that these credentials or
// bindings do not suffice for, and for a user or password that it cannot carry.
Result<std::unique_ptr<Client>> make_client(const Choice& choice, ClientCredentials credentials,
                                            const ChannelBindings& bindings, Random& random);

// The same for a name that was not chosen from an offer, or from one without -PLUS.
Result<std::unique_ptr<Client>> make_client(std::string_view mechanism,
                                            ClientCredentials credentials,
                                            const ChannelBindings& bindings, Random& random);

} // namespace mox::sasl
