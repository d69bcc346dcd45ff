// One message of APPEND or REPLACE as announced, before its bytes (RFC 9051 section 6.3.12). Pure.
#pragma once

#include "imap/date.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mox::imap {

struct AppendMessage {
  std::vector<std::string> flags;
  std::optional<DateTime> date;
  std::uint64_t size = 0;     // bytes of the literal that follows
  bool synchronizing = false; // the client waits for "+" before it sends them
  bool binary = false;        // literal8 (RFC 3516)
  bool utf8 = false;          // UTF8 (~{n}) (RFC 6855)

  bool operator==(const AppendMessage&) const = default;
};

} // namespace mox::imap
