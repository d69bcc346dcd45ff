#include "net/memory.h"

#include "async/handoff.h"
#include "net/transport.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>

namespace mox::net {

namespace {

using tls::Status;
using tls::Step;
using Watchers = std::array<std::shared_ptr<Transport::Watcher>, 2>;

// One end: what it has not read yet, and who waits at it.
struct End {
  explicit End(MemoryOptions with) : options(with) {}

  MemoryOptions options;
  std::string arriving;
  std::size_t received = 0;
  bool peer_ended = false;
  bool broken = false;
  bool byte_is_due = false; // of a trickling stream
  Watchers watchers;
};

void call(const async::Executor& executor, End& end, Direction direction) {
  auto watcher = std::exchange(end.watchers[static_cast<std::size_t>(direction)], nullptr);
  if (!watcher) return;
  async::post(executor,
              [watcher = std::move(watcher), direction] { watcher->on_ready(direction); });
}

class MemoryTransport final : public Transport {
public:
  MemoryTransport(async::Executor executor, std::shared_ptr<End> mine, std::shared_ptr<End> theirs)
      : executor_(std::move(executor)), mine_(std::move(mine)), theirs_(std::move(theirs)) {}

  ~MemoryTransport() override { MemoryTransport::close(); }

  Step peek(std::span<char> into) override {
    if (closed_) return {Status::failed, 0, EBADF};
    if (mine_->broken) return {Status::failed, 0, ECONNRESET};
    if (mine_->arriving.empty()) return {mine_->peer_ended ? Status::end : Status::want_read};
    if (mine_->received >= mine_->options.stall_after) return {Status::want_read};
    if (mine_->received >= mine_->options.reset_after) return break_both();
    if (mine_->options.trickle && !mine_->byte_is_due) return {Status::want_read};
    const std::size_t size = std::min(into.size(), allowance());
    return {Status::done, mine_->arriving.copy(into.data(), size)};
  }

  Step receive(std::span<char> into) override {
    const Step step = peek(into);
    if (step.status != Status::done) return step;
    mine_->arriving.erase(0, step.size);
    mine_->received += step.size;
    mine_->byte_is_due = false;
    call(executor_, *theirs_, Direction::write);
    return step;
  }

  Step send(std::string_view bytes) override {
    if (closed_) return {Status::failed, 0, EBADF};
    if (mine_->broken || peer_is_gone()) return {Status::failed, 0, EPIPE};
    const std::size_t room = theirs_->options.capacity - theirs_->arriving.size();
    if (room == 0) return {Status::want_write};
    const std::size_t size = std::min(room, bytes.size());
    theirs_->arriving.append(bytes.substr(0, size));
    call(executor_, *theirs_, Direction::read);
    return {Status::done, size};
  }

  void when_ready(Direction direction, std::shared_ptr<Watcher> watcher) override {
    mine_->watchers[static_cast<std::size_t>(direction)] = std::move(watcher);
    if (is_ready(direction)) call(executor_, *mine_, direction);
  }

  void end_sending() override {
    theirs_->peer_ended = true;
    call(executor_, *theirs_, Direction::read);
  }

  void close() override {
    if (std::exchange(closed_, true)) return;
    mine_->watchers = {};
    mine_->broken = true;
    end_sending();
    call(executor_, *theirs_, Direction::write);
  }

  async::Executor executor() const override { return executor_; }

  const Endpoint& peer() const override { return theirs_->options.address; }

  const Endpoint& local() const override { return mine_->options.address; }

  std::optional<PeerCredentials> credentials() const override {
    return theirs_->options.credentials;
  }

private:
  bool peer_is_gone() const { return theirs_->broken; }

  // How much may be read now, within all options.
  std::size_t allowance() const {
    if (mine_->options.trickle) return 1;
    const std::size_t limit = std::min(mine_->options.stall_after, mine_->options.reset_after);
    return std::min(mine_->arriving.size(), limit - mine_->received);
  }

  Step break_both() {
    mine_->broken = theirs_->broken = true;
    call(executor_, *theirs_, Direction::read);
    call(executor_, *theirs_, Direction::write);
    return {Status::failed, 0, ECONNRESET};
  }

  bool is_ready(Direction direction) {
    if (direction == Direction::write)
      return theirs_->arriving.size() < theirs_->options.capacity || theirs_->broken;
    if (mine_->arriving.empty()) return mine_->peer_ended || mine_->broken;
    mine_->byte_is_due = true;
    return mine_->received < mine_->options.stall_after;
  }

  async::Executor executor_;
  std::shared_ptr<End> mine_;
  std::shared_ptr<End> theirs_;
  bool closed_ = false;
};

} // namespace

std::pair<Connection, Connection> memory_pair(const async::Executor& executor, MemoryOptions first,
                                              MemoryOptions second) {
  const auto a = std::make_shared<End>(first);
  const auto b = std::make_shared<End>(second);
  return {Connection(std::make_unique<MemoryTransport>(executor, a, b)),
          Connection(std::make_unique<MemoryTransport>(executor, b, a))};
}

} // namespace mox::net
