// A client on this machine that waits for its answers, for servers with threads of their own.
#pragma once

#include "net/endpoint.h"
#include "net/socket.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace mox::test {

class Client {
public:
  // Throws when nobody listens there.
  explicit Client(const net::Endpoint& to);
  // The same over the Unix socket at that path.
  explicit Client(const std::filesystem::path& to);

  void say(std::string_view text);
  // The next line without its line end; "(end)" when the server has closed the connection. Throws
  // when nothing comes for half a minute.
  std::string line();
  // Lines up to the first that begins so, which is returned; or "(end)".
  std::string line_with(std::string_view beginning);
  // All up to the end.
  std::string rest();

private:
  Client(net::Descriptor socket, const std::string& name);
  // False at the end.
  bool receive();

  net::Descriptor socket_;
  std::string received_;
};

// Whether connections are taken there.
bool listens(const net::Endpoint& at);

} // namespace mox::test
