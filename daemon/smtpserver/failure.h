// What a command that fails tells the peer, and what the log.
#pragma once

#include "result/result.h"
#include "smtp/reply.h"

#include <cstdint>
#include <expected>
#include <string>
#include <utility>

namespace mox::smtpserver {

struct Failure {
  std::uint16_t code = 0; // 0: the connection is of no more use, nothing is said
  smtp::EnhancedCode enhanced;
  std::string text;   // for the peer
  std::string detail; // for the log only
  bool close = false; // end the conversation after the reply
};

// How a command went.
using Outcome = std::expected<void, Failure>;

inline std::unexpected<Failure> fail(std::uint16_t code, std::uint16_t subject,
                                     std::uint16_t detail, std::string text) {
  const auto kind = static_cast<std::uint16_t>(code / 100);
  return std::unexpected(Failure{.code = code,
                                 .enhanced = {kind, subject, detail},
                                 .text = std::move(text),
                                 .detail = {},
                                 .close = false});
}

inline std::unexpected<Failure> closing(std::unexpected<Failure> failure) {
  failure.error().close = true;
  return failure;
}

inline std::unexpected<Failure> shutting_down() {
  return closing(fail(421, 3, 2, "shutting down"));
}

// The connection broke, or what was to be sent did not go out in time.
inline std::unexpected<Failure> gone(std::string detail) {
  return std::unexpected(
      Failure{.code = 0, .enhanced = {}, .text = {}, .detail = std::move(detail), .close = true});
}

// Reading failed. A peer that was too slow is told so (RFC 5321 sections 3.8 and 4.5.3.2); to one
// whose connection broke there is nothing to say.
inline std::unexpected<Failure> unread(const Error& error, std::string too_slow) {
  if (error.kind != ErrorKind::timeout) return gone(error.text);
  return closing(fail(421, 4, 2, std::move(too_slow)));
}

} // namespace mox::smtpserver
