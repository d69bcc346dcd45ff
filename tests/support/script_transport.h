// A peer that has said all it will ever say, and all that it is told.
#pragma once

#include "async/handoff.h"
#include "net/transport.h"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace mox::test {

// Never makes anybody wait: its bytes are here, and then the end; it takes whatever it is told.
class ScriptTransport final : public net::Transport {
public:
  // `pieces`: a few bytes come at a time, each with a wait of its own. `bytes` and `told` must
  // outlive it.
  ScriptTransport(async::Executor executor, std::string_view bytes, bool pieces, std::string& told,
                  std::optional<net::PeerCredentials> credentials = {})
      : executor_(std::move(executor)), bytes_(bytes), pieces_(pieces), told_(told),
        credentials_(credentials) {}

  tls::Step peek(std::span<char> into) override {
    if (closed_) return {tls::Status::failed, 0, EBADF};
    if (bytes_.empty()) return {tls::Status::end};
    if (pieces_ && !due_) return {tls::Status::want_read};
    const auto most = pieces_ ? std::min<std::size_t>(7, bytes_.size()) : bytes_.size();
    return {tls::Status::done, bytes_.copy(into.data(), std::min(into.size(), most))};
  }

  tls::Step receive(std::span<char> into) override {
    const auto step = peek(into);
    if (step.status != tls::Status::done) return step;
    bytes_.remove_prefix(step.size);
    due_ = false;
    return step;
  }

  tls::Step send(std::string_view bytes) override {
    if (closed_) return {tls::Status::failed, 0, EBADF};
    told_ += bytes;
    return {tls::Status::done, bytes.size()};
  }

  void when_ready(net::Direction direction, std::shared_ptr<Watcher> watcher) override {
    due_ = true;
    async::post(executor_,
                [watcher = std::move(watcher), direction] { watcher->on_ready(direction); });
  }

  void end_sending() override {}

  void close() override { closed_ = true; }

  async::Executor executor() const override { return executor_; }

  const net::Endpoint& peer() const override { return endpoint_; }

  const net::Endpoint& local() const override { return endpoint_; }

  std::optional<net::PeerCredentials> credentials() const override { return credentials_; }

private:
  async::Executor executor_;
  std::string_view bytes_;
  bool pieces_;
  bool due_ = false;
  bool closed_ = false;
  std::string& told_;
  std::optional<net::PeerCredentials> credentials_;
  net::Endpoint endpoint_;
};

} // namespace mox::test
