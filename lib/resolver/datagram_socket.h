// A UDP socket for one question to one server.
#pragma once

#include "async/task.h"
#include "clock/clock.h"
#include "net/endpoint.h"
#include "random/random.h"
#include "result/result.h"

#include <memory>
#include <string_view>

namespace mox::resolver {

// Belongs to the executor's thread. The kernel lets through what comes from the server alone.
class DatagramSocket {
public:
  // On a random port.
  static Result<DatagramSocket> open(const async::Executor& executor, const net::Endpoint& server,
                                     Random& random);

  DatagramSocket(DatagramSocket&&) noexcept;
  DatagramSocket& operator=(DatagramSocket&&) noexcept;
  ~DatagramSocket();

  // ErrorKind::timeout or io. `bytes` must live until this returns.
  async::Task<Result<>> send(std::string_view bytes, SteadyTime deadline);
  // The view is valid until the next call. What is longer than we have said that we take is cut.
  async::Task<Result<std::string_view>> receive(SteadyTime deadline);

private:
  struct State;
  explicit DatagramSocket(std::shared_ptr<State> state);
  std::shared_ptr<State> state_; // outlives the socket while a timer is on its way
};

} // namespace mox::resolver
