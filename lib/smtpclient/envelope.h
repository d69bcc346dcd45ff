// What is sent, and what became of it.
#pragma once

#include "result/result.h"
#include "smtp/path.h"
#include "smtp/reply.h"
#include "smtpclient/error.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mox::smtpclient {

// What the message's bytes need of the peer.
enum class Content : std::uint8_t {
  seven_bit,
  // Said to the peer where 8BITMIME is offered. Else sent all the same: servers that do not offer
  // it take it.
  eight_bit,
  // Never to a peer without 8BITMIME (RFC 6152).
  eight_bit_strict,
};

// What the sender wants to hear of the delivery (RFC 3461 section 4).
struct Reports {
  enum class Returned : std::uint8_t { unsaid, full, headers };

  std::string notify; // "NEVER", or some of SUCCESS, FAILURE and DELAY with commas; "" for unsaid
  Returned returned = Returned::unsaid;
  std::string envelope_id; // printable ASCII; "" for none

  bool operator==(const Reports&) const = default;
};

struct Envelope {
  smtp::Path from; // may be null
  std::vector<smtp::Path> to;
  std::uint64_t size = 0; // of the message in bytes, as its source gives it
  Content content = Content::seven_bit;
  // The header has UTF-8 (RFC 6531). What addresses need is seen from them.
  bool smtputf8 = false;
  // RFC 8689: only to a peer that will hold to it, over verified TLS.
  bool require_tls = false;
  // Said to a peer that offers DSN. Others make reports as they like.
  Reports reports;
};

struct Sent {
  // One for each recipient, in the envelope's order: the peer has taken responsibility for it, or
  // why not.
  std::vector<Result<void, Error>> recipients;
  // To the end of the message; none when no part of it was taken.
  std::optional<smtp::Reply> reply;

  // The first error, for those who have one recipient or want all or nothing.
  const Error* error() const;
};

} // namespace mox::smtpclient
