// The server's side of authentication exchanges (RFC 4422 section 3): PLAIN and LOGIN, for all
// protocols. Bytes in and out, without base64 and without I/O. Pure.
#pragma once

#include "text/secret.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace mox::sasl {

// To be sent, base64 where the protocol wants it; next() takes the answer.
struct Challenge {
  std::string text;
};

// The exchange is over, and this is for the caller to check.
struct Credentials {
  std::string user; // normal form C
  text::Secret password;
};

// The exchange is over without anything to check.
enum class Refusal : std::uint8_t {
  malformed,    // what the client sent does not follow the mechanism
  other_user,   // asks to act for somebody else (RFC 4616 section 2), which nobody may
  out_of_order, // next() was called after the end
};

using Step = std::variant<Challenge, Credentials, Refusal>;

// One attempt to log in. A mechanism of more steps, or one that needs the stored verifier between
// two of them, adds an alternative to Step.
class Mechanism {
public:
  virtual ~Mechanism() = default;

  // `initial`: the response that came with the command, if any; it may be empty.
  virtual Step start(std::optional<std::string_view> initial) = 0;
  virtual Step next(std::string_view response) = 0;
};

// "PLAIN", "LOGIN", in any case; null for others.
std::unique_ptr<Mechanism> make_mechanism(std::string_view name);

} // namespace mox::sasl
