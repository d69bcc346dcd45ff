// What is said on a connection, for the log at the levels trace, traceauth (with secrets) and
// tracedata (with messages).
#pragma once

#include "log/level.h"
#include "log/logger.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mox::service {

class Transcript {
public:
  // `pkg` is a literal.
  Transcript(log::Logger& log, std::string_view pkg, std::uint64_t cid)
      : log_(log), pkg_(pkg), cid_(cid) {}

  // A line of the client. Of `secret`, its end, only traceauth shows more than stars.
  void client(std::string_view line, std::string_view secret = {}) const;
  // Of a message.
  void client_data(std::string_view bytes) const;
  // Lines of the server, each with its end. Literals (RFC 9051 section 4.3) count as messages.
  void server(std::string_view lines) const;

private:
  void line(log::Level level, std::string_view who, std::string_view text) const;
  void data(std::string_view who, std::string_view bytes) const;

  log::Logger& log_;
  std::string_view pkg_;
  std::uint64_t cid_;
};

} // namespace mox::service
