// A server of HTTPS on loopback, in a thread of its own, that gives the answers that it is told.
#pragma once

#include "support/issued.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace mox::test {

// What comes in answer to any request: these bytes, after a while.
struct WebAnswer {
  std::string bytes;
  std::chrono::milliseconds delay{0};
  bool endless = false; // the bytes again and again, until the client has enough
};

// "HTTP/1.1 200 OK" with a body, and other headers, each with CRLF.
std::string web_page(const std::string& body, const std::string& headers = "",
                     const std::string& status = "200 OK");

class WebServer {
public:
  // With the leaf's key; `chain` is sent behind it. Each connection gets the next answer, and the
  // last one ever after.
  WebServer(const Issued& leaf, const std::vector<Issued>& chain, std::vector<WebAnswer> answers);
  ~WebServer();
  WebServer(const WebServer&) = delete;
  WebServer& operator=(const WebServer&) = delete;

  std::uint16_t port() const;
  // Requests so far, as they came.
  std::vector<std::string> requests() const;

private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace mox::test
