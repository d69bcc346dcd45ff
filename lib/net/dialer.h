// Making connections, so that tests can answer them.
#pragma once

#include "async/task.h"
#include "net/connection.h"
#include "net/endpoint.h"

#include <filesystem>
#include <optional>

namespace mox::net {

class Dialer {
public:
  virtual ~Dialer() = default;
  // The connection belongs to the caller's thread. `from` is the local address to use.
  virtual async::Task<Result<Connection>> connect(Endpoint remote, std::optional<Address> from,
                                                  Deadline deadline) = 0;
};

// Over TCP.
class SystemDialer final : public Dialer {
public:
  async::Task<Result<Connection>> connect(Endpoint remote, std::optional<Address> from,
                                          Deadline deadline) override;
};

// To the Unix socket at `path`. ErrorKind::not_found when nobody listens there, refused when its
// permissions say so.
async::Task<Result<Connection>> connect_unix(std::filesystem::path path, Deadline deadline);

} // namespace mox::net
