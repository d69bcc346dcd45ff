// Two connections that are joined in memory, without the operating system: for tests, which can
// make the stream behave badly.
#pragma once

#include "net/connection.h"

#include <cstddef>
#include <limits>
#include <optional>
#include <utility>

namespace mox::net {

// Of what one end receives.
struct MemoryOptions {
  static constexpr std::size_t never = std::numeric_limits<std::size_t>::max();

  bool trickle = false;            // one byte at a time, each with a wait of its own
  std::size_t reset_after = never; // after so many bytes both directions break
  std::size_t stall_after = never; // after so many bytes nothing comes any more
  std::size_t capacity = 65536;    // that many bytes wait for the reader, then the sender waits
  Endpoint address{};              // of this end
  std::optional<PeerCredentials> credentials{}; // of this end, as of a Unix socket
};

// Both ends belong to the executor's thread.
std::pair<Connection, Connection> memory_pair(const async::Executor& executor,
                                              MemoryOptions first = {}, MemoryOptions second = {});

} // namespace mox::net
