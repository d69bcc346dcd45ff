// The server's side of authentication exchanges (RFC 4422 section 3), for all protocols. Bytes in
// and out, without base64 and without I/O. Pure.
#pragma once

#include "random/random.h"
#include "sasl/channel_bindings.h"
#include "text/secret.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mox::sasl {

// To be sent, base64 where the protocol wants it; next() takes the answer.
struct Challenge {
  std::string text;
};

enum class VerifierKind : std::uint8_t { scram_sha_1, scram_sha_256, cram_md5 };

// The exchange goes on with answer(), when what is kept of this user's password has been looked up.
struct NeedVerifier {
  std::string user; // normal form C
  VerifierKind kind;
};

// The exchange is over, and this is for the caller to check.
struct Credentials {
  std::string user; // normal form C
  text::Secret password;
};

// The exchange is over: who has the key of the client's certificate is who it is. For the caller to
// check: that the key is somebody's, and that `user`, if not empty, is an address of the same one.
struct ByCertificate {
  std::string user; // normal form C
};

// The exchange is over: the client has proven that it knows the password of `user`.
struct Accepted {
  std::string user; // as in NeedVerifier
};

// The exchange is over without anything to check.
enum class Refusal : std::uint8_t {
  malformed,    // what the client sent does not follow the mechanism
  other_user,   // asks to act for somebody else (RFC 4616 section 2), which nobody may
  out_of_order, // a call after the end, or another than was asked for
};

enum class Rejection : std::uint8_t {
  malformed,           // as a Refusal
  other_user,          // as a Refusal
  wrong_proof,         // wrong password, or unknown user: a failed login
  wrong_binding,       // not bound to this TLS connection: somebody may be in the middle
  downgraded,          // thinks that -PLUS was not offered: somebody may have removed it
  unsupported_binding, // a channel binding that this connection has not
  corrupt_verifier,    // what is stored is no verifier of the kind
};

// The exchange is over. When `last_message` is not empty it is sent as a challenge, and whatever
// answers it is ignored, before the protocol's own refusal.
struct Rejected {
  Rejection why;
  std::string last_message;
};

using Step =
    std::variant<Challenge, NeedVerifier, Credentials, ByCertificate, Accepted, Refusal, Rejected>;

// One attempt to log in.
class Mechanism {
public:
  virtual ~Mechanism() = default;

  // `initial`: the response that came with the command, if any; it may be empty.
  virtual Step start(std::optional<std::string_view> initial) = 0;
  virtual Step next(std::string_view response) = 0;
  // After NeedVerifier. `verifier` is the stored text, or nothing for an unknown user or one
  // without it: the exchange then goes on, and fails as with a wrong password. `login` is the form
  // in which logins are compared, whether it exists or not.
  virtual Step answer(std::string_view login, std::optional<std::string_view> verifier);
};

// What a server brings to an exchange.
struct ServerSide {
  std::string_view hostname;       // names the server in CRAM-MD5's challenge
  ChannelBindings bindings;        // of the connection; -PLUS is offered when there are any
  bool client_certificate = false; // has come with the handshake; EXTERNAL is offered then
  std::string_view decoy_key;      // 32 secret bytes, the same as long as the accounts live
};

// The names of all that make_mechanism() makes for this connection, best first. Whether PLAIN and
// LOGIN are offered without TLS is for the caller to decide.
std::vector<std::string_view> server_mechanisms(const ServerSide& side);

// By name, in any case; null for those not in server_mechanisms().
std::unique_ptr<Mechanism> make_mechanism(std::string_view name, const ServerSide& side,
                                          Random& random);

// "PLAIN", "LOGIN", in any case; null for others.
std::unique_ptr<Mechanism> make_mechanism(std::string_view name);

} // namespace mox::sasl
