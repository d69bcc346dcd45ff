#include "submitclient/scripted_server.h"

#include "net/socket_transport.h"
#include "smtpclient/scripted_peer.h"
#include "support/run_task.h"

#include <poll.h>
#include <sys/socket.h>
#include <utility>

namespace mox::test {

namespace {

constexpr int patience_milliseconds = 30'000;

} // namespace

ScriptedServer::ScriptedServer(net::Listener listener, std::vector<std::string> scripts,
                               tls::ServerContext* tls)
    : listener_(std::move(listener)),
      thread_([this, listening = std::move(listener_).release(), scripts = std::move(scripts),
               tls]() mutable { play(std::move(listening), scripts, tls); }) {}

ScriptedServer::~ScriptedServer() {
  if (thread_.joinable()) thread_.join();
}

std::string ScriptedServer::end() {
  if (thread_.joinable()) thread_.join();
  return problem_;
}

void ScriptedServer::play(net::Descriptor listening, const std::vector<std::string>& scripts,
                          tls::ServerContext* tls) {
  for (const auto& script : scripts) {
    pollfd wait{.fd = listening.get(), .events = POLLIN, .revents = 0};
    if (::poll(&wait, 1, patience_milliseconds) != 1) {
      problem_ += "nobody comes\n";
      return;
    }
    const int number = ::accept4(listening.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (number < 0) {
      problem_ += "accept fails\n";
      return;
    }
    play_one(net::Descriptor(number), script, tls);
  }
}

void ScriptedServer::play_one(net::Descriptor connection, const std::string& script,
                              tls::ServerContext* tls) {
  Loop loop;
  smtpclient::test::ScriptedPeer peer(
      net::Connection(net::socket_transport(loop.executor(), {std::move(connection), {}, {}})),
      script, tls);
  loop.run(peer.play());
  problem_ += peer.problem();
  messages_.insert(messages_.end(), peer.messages().begin(), peer.messages().end());
}

} // namespace mox::test
