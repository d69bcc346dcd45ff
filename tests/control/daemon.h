// A daemon of the tests' own on a Unix socket, with a thread of its own.
#pragma once

#include "async/event.h"
#include "async/gate.h"
#include "async/handoff.h"
#include "async/io_threads.h"
#include "control/server.h"
#include "net/listener.h"
#include "net/socket_transport.h"

#include <filesystem>
#include <future>
#include <memory>
#include <optional>
#include <set>
#include <utility>

namespace mox::test {

class Daemon {
public:
  Daemon(const std::filesystem::path& path, control::Handler handler)
      : handler_(std::move(handler)), threads_(1, nullptr),
        sessions_(threads_.executor(0), nullptr), ending_(threads_.executor(0), nullptr) {
    net::Acceptor::Hooks hooks;
    hooks.on_accept = [this](net::Socket socket) { sessions_.spawn(serve(std::move(socket))); };
    acceptor_.emplace(threads_.executor(0), net::Listener::bind_unix(path, 0600).value(),
                      std::move(hooks));
    async::post(threads_.executor(0), [this] { sessions_.spawn(acceptor_->run()); });
    threads_.start();
  }

  ~Daemon() {
    async::post(threads_.executor(0), [this] { ending_.spawn(end()); });
    ended_.get_future().wait();
    threads_.stop();
  }

  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

private:
  async::Task<> serve(net::Socket socket) {
    net::Connection connection(net::socket_transport(threads_.executor(0), std::move(socket)));
    async::Event stop;
    stops_.insert(&stop);
    const auto ended = co_await control::serve(connection, handler_, {}, clock_, stop);
    static_cast<void>(ended);
    stops_.erase(&stop);
  }

  async::Task<> end() {
    acceptor_->stop();
    for (async::Event* stop : stops_) stop->notify();
    co_await sessions_.close();
    ended_.set_value();
  }

  control::Handler handler_;
  SystemClock clock_;
  async::IoThreads threads_;
  async::Gate sessions_;
  async::Gate ending_;
  std::optional<net::Acceptor> acceptor_;
  std::set<async::Event*> stops_;
  std::promise<void> ended_;
};

} // namespace mox::test
