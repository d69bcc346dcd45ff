// A server on a socket, in a thread of its own: it plays one script (smtpclient/scripted_peer.h)
// for each connection, one after the other.
#pragma once

#include "net/listener.h"
#include "tls/server_context.h"

#include <string>
#include <thread>
#include <vector>

namespace mox::test {

class ScriptedServer {
public:
  // `tls` must outlive it; null when no script has a handshake.
  ScriptedServer(net::Listener listener, std::vector<std::string> scripts,
                 tls::ServerContext* tls = nullptr);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  // Waits until all scripts have been played. Empty, or what did not go as written.
  std::string end();

  // As the server got them; after end().
  const std::vector<std::string>& messages() const { return messages_; }

private:
  void play(net::Descriptor listening, const std::vector<std::string>& scripts,
            tls::ServerContext* tls);
  void play_one(net::Descriptor connection, const std::string& script, tls::ServerContext* tls);

  net::Listener listener_; // whose file goes with it
  std::string problem_;
  std::vector<std::string> messages_;
  std::thread thread_;
};

} // namespace mox::test
