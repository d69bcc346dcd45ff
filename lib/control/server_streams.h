// Source and sink of a request on its connection; for this folder only.
#pragma once

#include "clock/clock.h"
#include "control/call.h"
#include "control/frame.h"
#include "net/connection.h"

#include <chrono>
#include <cstddef>
#include <optional>

namespace mox::control {

class ServerSource final : public Source {
public:
  ServerSource(net::Connection& connection, const Clock& clock, std::chrono::seconds patience)
      : connection_(connection), clock_(clock), patience_(patience) {}

  async::Task<Result<std::string_view>> read() override;

  // Goes past what was not read, up to `most` bytes, so that the next request can be read. A
  // failure means that there can be none.
  async::Task<Result<>> skip(std::size_t most, net::Deadline deadline);

private:
  async::Task<Result<std::string_view>> next(net::Deadline deadline);
  async::Task<Result<>> begin_frame(net::Deadline deadline);

  net::Connection& connection_;
  const Clock& clock_;
  std::chrono::seconds patience_;
  std::size_t left_ = 0;        // of the frame that is being read
  bool ended_ = false;          // behind the last frame of the input
  std::optional<Error> broken_; // what every read says from now on
};

class ServerSink final : public Sink {
public:
  ServerSink(net::Connection& connection, const Clock& clock, std::chrono::seconds patience)
      : connection_(connection), clock_(clock), patience_(patience) {}

  async::Task<Result<>> write(std::string_view bytes) override;

private:
  net::Connection& connection_;
  const Clock& clock_;
  std::chrono::seconds patience_;
};

} // namespace mox::control
