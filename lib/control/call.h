// What the handler of a request is given.
#pragma once

#include "async/task.h"
#include "control/request.h"
#include "net/socket.h"
#include "result/result.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace mox::control {

// The input of a request: a password, a message.
class Source {
public:
  virtual ~Source() = default;
  // At least a byte, as it comes, valid until the next read; nothing at the end. A failure means
  // that the input is not complete: nothing may be done with it.
  virtual async::Task<Result<std::string_view>> read() = 0;
};

// The output.
class Sink {
public:
  virtual ~Sink() = default;
  // Returns when the peer's socket took it, or soon after. `bytes` must live until then. Collects
  // nothing: small pieces are better written together.
  virtual async::Task<Result<>> write(std::string_view bytes) = 0;
};

// All that is left; ErrorKind::invalid when it is more than `max` bytes.
async::Task<Result<std::string>> read_all(Source& source, std::size_t max);

struct Call {
  const Request& request;
  std::optional<net::PeerCredentials> peer; // who asks
  // May be used at the same time as the sink, and be left unread.
  Source& source;
  Sink& sink;
};

// Its result is that of the request; the peer hears kind and text of a failure. Its exceptions
// become a failure without details.
using Handler = std::function<async::Task<Result<>>(Call& call)>;

} // namespace mox::control
