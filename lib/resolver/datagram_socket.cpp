#include "resolver/datagram_socket.h"

#include "net/socket.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace mox::resolver {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

// Answers of servers that send more than we have asked for fit too; what is longer is no DNS.
constexpr std::size_t buffer_size = 4096;

asio::ip::udp::endpoint udp_endpoint(const net::Endpoint& endpoint) {
  auto system = net::SystemAddress::from(endpoint);
  asio::ip::udp::endpoint result;
  std::copy_n(reinterpret_cast<const char*>(system.get()), system.size,
              reinterpret_cast<char*>(result.data()));
  result.resize(system.size);
  return result;
}

} // namespace

struct DatagramSocket::State : std::enable_shared_from_this<State> {
  explicit State(const async::Executor& executor) : socket(executor), timer(executor) {}

  asio::ip::udp::socket socket;
  asio::steady_timer timer;
  std::array<char, buffer_size> buffer{};
  bool late = false;

  // Ends what waits on the socket when `deadline` passes.
  void set_alarm(SteadyTime deadline) {
    timer.expires_at(deadline);
    timer.async_wait([self = shared_from_this()](const error_code& error) {
      if (error) return;
      self->late = true;
      error_code ignored;
      self->socket.close(ignored);
    });
  }

  std::unexpected<Error> failed(const char* what, const error_code& error) const {
    if (late) return failure(ErrorKind::timeout, "no answer in time");
    return failure(ErrorKind::io, std::string(what) + ": " + error.message());
  }
};

DatagramSocket::DatagramSocket(std::shared_ptr<State> state) : state_(std::move(state)) {}

DatagramSocket::DatagramSocket(DatagramSocket&&) noexcept = default;
DatagramSocket& DatagramSocket::operator=(DatagramSocket&&) noexcept = default;

DatagramSocket::~DatagramSocket() {
  if (!state_) return;
  state_->timer.cancel();
  error_code ignored;
  state_->socket.close(ignored);
}

Result<DatagramSocket> DatagramSocket::open(const async::Executor& executor,
                                            const net::Endpoint& server, Random& random) {
  auto state = std::make_shared<State>(executor);
  const auto remote = udp_endpoint(server);
  error_code error;
  state->socket.open(remote.protocol(), error);
  if (error) return state->failed("socket", error);
  // RFC 5452 section 4.5: the whole range, not the part that the kernel would take from. A port
  // that is in use costs another try.
  constexpr std::uint64_t first_port = 1024;
  constexpr std::uint64_t ports = 65'536 - first_port;
  constexpr int tries = 10;
  for (int i = 0; i < tries; ++i) {
    const auto port = static_cast<std::uint16_t>(first_port + random.below(ports));
    state->socket.bind({remote.protocol(), port}, error);
    if (!error) break;
  }
  if (error) return state->failed("bind", error);
  state->socket.connect(remote, error);
  if (error) return state->failed("connect", error);
  return DatagramSocket(std::move(state));
}

async::Task<Result<>> DatagramSocket::send(std::string_view bytes, SteadyTime deadline) {
  const auto state = state_;
  state->set_alarm(deadline);
  const auto [error, size] = co_await state->socket.async_send(asio::buffer(bytes), as_tuple);
  if (error) co_return state->failed("send", error);
  co_return ok();
}

async::Task<Result<std::string_view>> DatagramSocket::receive(SteadyTime deadline) {
  const auto state = state_;
  state->set_alarm(deadline);
  const auto buffer = asio::buffer(state->buffer);
  const auto [error, size] = co_await state->socket.async_receive(buffer, as_tuple);
  if (error) co_return state->failed("receive", error);
  co_return std::string_view(state->buffer.data(), size);
}

} // namespace mox::resolver
