// What a Connection is made of; for this folder only.
#pragma once

#include "async/event.h"
#include "async/suspension.h"
#include "net/connection.h"
#include "net/read_buffer.h"
#include "net/transport.h"
#include "tls/handshake_problem.h"
#include "tls/session.h"
#include "tls/stream.h"

#include <boost/asio/steady_timer.hpp>

#include <array>
#include <memory>
#include <string_view>

namespace mox::net {

// Requests to the transport and the timer share ownership, so that they may arrive late.
struct Connection::State final : Transport::Watcher,
                                 async::Event::Listener,
                                 std::enable_shared_from_this<Connection::State> {
  explicit State(std::unique_ptr<Transport> over);

  // Why a wait ended.
  enum WaitEnd : int { ready, timed_out, notified, closed };

  // The coroutine that reads or the one that writes. Under TLS either may wait for either
  // direction.
  struct Waiter {
    explicit Waiter(const async::Executor& executor) : suspension(executor) {}

    async::Suspension suspension;
    Direction direction = Direction::read;
    Deadline deadline = Deadline::max();
  };

  struct Tls {
    tls::Stream stream;
    tls::Session session;
  };

  tls::Step receive(std::span<char> into) {
    return tls ? tls->stream.read(into) : transport->receive(into);
  }

  tls::Step send(std::string_view bytes) {
    return tls ? tls->stream.write(bytes) : transport->send(bytes);
  }

  tls::Step probe();

  // A WaitEnd. Awaited at once: the wait begins with this call.
  async::Task<int> wait(Waiter& waiter, tls::Status wanted, Deadline deadline);
  // Adds at least one byte to the buffer, which may then hold `total`.
  async::Task<Result<>> fill(std::size_t total, Deadline deadline);
  async::Task<Result<>> send_file(int file, std::uint64_t offset, std::uint64_t size,
                                  Deadline deadline);
  async::Task<Result<>> copy_file(int file, std::uint64_t offset, std::uint64_t size,
                                  Deadline deadline);
  async::Task<Result<>> send_all(std::string_view bytes, Deadline deadline);
  async::Task<Result<>> handshake(tls::Stream stream, Deadline deadline);
  async::Task<> drain(Deadline deadline);

  // Whether a coroutine has gone on for so long without a wait that others should have a turn.
  bool must_yield();

  void close();

  std::unexpected<Error> wait_failure(int end, std::string_view doing) const;
  std::unexpected<Error> step_failure(const tls::Step& step, std::string_view doing) const;

  void on_ready(Direction direction) override;
  void on_notify() override;

  std::unique_ptr<Transport> transport;
  std::unique_ptr<Tls> tls;
  std::unique_ptr<tls::HandshakeProblem> tls_problem; // after start_tls_client() has failed
  ReadBuffer buffer;
  Waiter reading;
  Waiter writing;
  bool is_closed = false;
  bool sending_broke = false; // part of a write may be gone: nothing may follow it
  bool strict_lines = false;  // as of the last read_line()

private:
  void watch(Direction direction);
  void arm(Deadline deadline);
  void on_timer();

  std::array<bool, 2> watching_{};
  boost::asio::steady_timer timer_;
  Deadline timer_at_ = Deadline::max();
  unsigned timer_number_ = 0; // tells the current timer from one that was replaced too late
  unsigned steps_ = 0;
};

} // namespace mox::net
