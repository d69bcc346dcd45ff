#include "piping.h"

#include "async/gate.h"
#include "async/pool.h"
#include "clock/clock.h"
#include "file/descriptor.h"

#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <optional>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/eventfd.h>
#include <unistd.h>

namespace mox::cmd {

namespace {

constexpr std::size_t chunk = 65536;
constexpr std::chrono::seconds patience{10};
constexpr std::chrono::milliseconds glance{250};
constexpr std::chrono::minutes write_time{5};

// Reads on another thread, and can be told to stop.
class StandardInput {
public:
  StandardInput() : stop_(::eventfd(0, EFD_CLOEXEC), "eventfd") {
    if (!stop_) throw std::runtime_error("eventfd");
  }

  // At least one byte; empty at the end, or when it was stopped. Blocks.
  std::string read() const {
    pollfd waiting[2] = {{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0},
                         {.fd = stop_.number(), .events = POLLIN, .revents = 0}};
    while (::poll(waiting, 2, -1) < 0)
      if (errno != EINTR) return {};
    if (waiting[1].revents != 0) return {};
    std::string bytes(chunk, '\0');
    const ssize_t size = ::read(STDIN_FILENO, bytes.data(), bytes.size());
    bytes.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return bytes;
  }

  void stop() const {
    const std::uint64_t one = 1;
    static_cast<void>(::write(stop_.number(), &one, sizeof one));
  }

private:
  file::Descriptor stop_;
};

struct Both {
  net::Connection& connection;
  StandardInput& input;
  async::Pool& pool;
  SystemClock clock;
  std::optional<SteadyTime> input_ended;
};

async::Task<> to_peer(Both& both) {
  while (true) {
    auto read = [&] { return both.input.read(); };
    const auto bytes = co_await async::run_blocking(both.pool, std::move(read));
    if (bytes.empty()) break;
    const auto deadline = both.clock.steady() + write_time;
    const auto written = co_await both.connection.write(bytes, deadline);
    if (!written) break;
  }
  both.input_ended = both.clock.steady();
}

async::Task<> from_peer(Both& both, std::FILE* output) {
  while (true) {
    const auto now = both.clock.steady();
    if (both.input_ended && now - *both.input_ended > patience) break;
    const auto ready = co_await both.connection.wait_readable(now + glance);
    if (!ready && ready.error().kind == ErrorKind::timeout) continue;
    if (!ready) break;
    const auto bytes = co_await both.connection.read_some(chunk, now + patience);
    if (!bytes) break;
    if (std::fwrite(bytes->data(), 1, bytes->size(), output) != bytes->size()) break;
    if (std::fflush(output) != 0) break;
    if (both.input_ended) both.input_ended = both.clock.steady();
  }
}

} // namespace

async::Task<> pipe_through(net::Connection connection, const cli::Invocation& invocation) {
  StandardInput input;
  async::Pool pool(1);
  Both both{.connection = connection, .input = input, .pool = pool, .clock = {}, .input_ended = {}};
  std::exception_ptr left;
  async::Gate gate(connection.executor(), [&](std::exception_ptr reason) { left = reason; });
  gate.spawn(to_peer(both));
  co_await from_peer(both, invocation.output());
  input.stop();
  co_await gate.close();
  if (left) std::rethrow_exception(left);
  co_await connection.close_gently(both.clock.steady());
}

} // namespace mox::cmd
