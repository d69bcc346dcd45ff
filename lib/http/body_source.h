// A body that is made while it is sent, so that it never has to be in memory as a whole.
#pragma once

#include "async/task.h"
#include "result/result.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace mox::http {

class BodySource {
public:
  virtual ~BodySource() = default;
  // In bytes; nothing when only the end will tell.
  virtual std::optional<std::uint64_t> size() const = 0;
  // The next piece, empty at the end; valid until the next call. After an error the connection
  // breaks off, so that the peer sees that something is missing.
  virtual async::Task<Result<std::string_view>> next() = 0;
};

} // namespace mox::http
