// A client against a scripted server, in memory.
#pragma once

#include "clock/clock.h"
#include "scripted_peer.h"
#include "smtpclient/client.h"
#include "support/run_task.h"
#include "support/tls_pair.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mox::smtpclient::test {

// The end of every script that goes well.
inline const std::string bye = "C: QUIT\nS: 221 bye\n";
// Up to the reply to EHLO, in a script.
inline const std::string hello = "S: 220 mx.example ESMTP\nC: EHLO client.example\n";

// Of the message that send() sends.
inline constexpr std::string_view some_message = "Subject: x\r\n\r\ntext\r\n";

inline smtp::Path path(std::string localpart, std::string domain = "b.example") {
  return {std::move(localpart), std::move(domain)};
}

// From a@a.example to these users of b.example.
Envelope envelope(std::initializer_list<const char*> to);

// The server is mx.example at 192.0.2.25:25.
class ClientWorld {
public:
  using Then = std::function<async::Task<>(Client&)>;

  // Opens a conversation; when that succeeds, `then` is called, and QUIT is said. Empty, or what
  // the server misses.
  std::string play(std::string_view script, Then then = nothing);

  // One message to each envelope in turn, after an EHLO to which the server answers with
  // `extensions`. The rest of the conversation is in `script`, up to QUIT.
  std::string send(std::string_view extensions, std::string_view script,
                   const std::vector<Envelope>& envelopes, std::string_view message = some_message);

  static async::Task<> nothing(Client&) { co_return; }

  mox::test::Loop loop;
  SystemClock clock;
  mox::test::TlsPair tls;
  tls::ClientContext trusting = tls::ClientContext::unverified().value();
  Options options;
  bool trickle = false; // the client receives one byte at a time

  // What came of it.
  std::optional<Error> error; // of opening the conversation
  std::vector<Sent> sent;
  std::vector<std::string> messages; // as the server got them
  std::string trace;                 // "> " and "< " before each line

  ClientWorld();

private:
  async::Task<> converse(net::Connection connection, const Then& then);
  async::Task<> send_all(Client& client, const std::vector<Envelope>& envelopes,
                         std::string_view message);
};

} // namespace mox::smtpclient::test
