// The side that asks, as a coroutine; for programs there is client.h.
#pragma once

#include "async/pool.h"
#include "async/task.h"
#include "clock/clock.h"
#include "control/reader.h"
#include "control/request.h"
#include "net/connection.h"
#include "result/result.h"

#include <chrono>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace mox::control {

// Takes a piece of the output. Its failure ends the connection, and is what the request gives.
using Writer = std::function<Result<>(std::string_view bytes)>;

struct ClientOptions {
  std::chrono::seconds hello{10};    // until the daemon has taken the connection and said hello
  std::chrono::seconds silence{600}; // between two things that one hears of it, or that it takes
};

// On the connection's thread. Readers work on the pool.
class ClientSession {
public:
  ClientSession(net::Connection connection, ClientOptions options, async::Pool& pool,
                const Clock& clock)
      : connection_(std::move(connection)), options_(options), pool_(pool), clock_(clock) {}

  // First, and once. ErrorKind::unsupported when the versions differ.
  async::Task<Result<>> greet();

  // The result of the request. `reader` may be null: no input. What is not a result of the daemon's
  // is a failure too, after which no request can follow: ErrorKind::temporary when it has not begun
  // with this one, ErrorKind::closed or timeout when nobody knows what it has done. Exceptions of
  // reader and writer are thrown on.
  async::Task<Result<>> run(const Request& request, Reader* reader, const Writer& writer);

private:
  // What the daemon said at last.
  struct Answer {
    std::optional<Error> failed;
  };

  net::Deadline in(std::chrono::seconds time) const { return clock_.steady() + time; }

  async::Task<> send_input(Reader& reader);
  async::Task<Result<>> send_pieces(Reader& reader);
  async::Task<Result<Answer>> hear_guarded(const Writer& writer);
  async::Task<Result<Answer>> hear(const Writer& writer);
  async::Task<Result<>> hear_output(std::size_t size, const Writer& writer);
  async::Task<Result<>> wait_for_answer();
  Error explain(const Error& error, std::string_view command) const;

  net::Connection connection_;
  ClientOptions options_;
  async::Pool& pool_;
  const Clock& clock_;
  bool usable_ = true;

  // Of the request.
  bool asked_ = false;                // the kernel has all of it for the daemon
  bool answered_ = false;             // no more input is wanted
  bool reading_ = false;              // it is for the reader to go on
  SteadyTime progress_;               // when something was sent or heard last
  std::optional<Error> input_failed_; // by the reader
  std::optional<Error> output_failed_;
  std::exception_ptr exception_; // of reader or writer
};

} // namespace mox::control
