// Hands messages of sendmail to a server, over one connection for as long as that lasts.
//
// Blocking, each step with a limit of time.
#pragma once

#include "async/loop.h"
#include "clock/clock.h"
#include "random/random.h"
#include "sendmail/envelope.h"
#include "sendmail/exit_code.h"
#include "sendmail/spool_file.h"
#include "smtpclient/client.h"
#include "submitclient/route.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mox::submitclient {

// The bytes of a message from an offset on, as SpoolClaim::read gives them; 0 at its end.
using Content = std::function<Result<std::size_t>(std::uint64_t offset, std::span<char> into)>;

struct Message {
  const sendmail::Envelope& envelope;
  // As many as recipients; it is sent to those that wait.
  std::span<const sendmail::RecipientState> states;
  std::uint64_t size = 0;
  Content content;
};

// What came of a try.
struct Outcome {
  enum class Reached : std::uint8_t {
    server,  // it has said what it thinks of the message
    nobody,  // nobody listens, or whom we reached is not to be trusted, or does not work
    refused, // the server does not let us in, whatever the message
  };

  Reached reached = Reached::server;
  std::vector<sendmail::RecipientState> states;
  // Why not everybody is accepted; of a refusal, when there is one. One line; "" when all are.
  std::string reason;
  // What that is to who called us: of a refusal, when there is one.
  sendmail::ExitCode code = sendmail::ExitCode::ok;
};

class Connector;

class Submitter {
public:
  // All must outlive it. `trace` may be empty.
  Submitter(const Route& route, const Clock& clock, Random& random, smtpclient::Trace trace);
  ~Submitter();
  Submitter(const Submitter&) = delete;
  Submitter& operator=(const Submitter&) = delete;

  Outcome send(const Message& message);

  // The name that the server behind the socket gives itself; nothing when it does not answer. It is
  // the domain of users of this machine.
  std::optional<dns::Name> socket_server();

private:
  async::Task<Outcome> submit(const Message& message);
  async::Task<std::optional<smtpclient::Error>> connect();
  async::Task<std::optional<dns::Name>> ask_for_name();
  async::Task<> leave();

  const Route& route_;
  async::Loop loop_;
  std::unique_ptr<Connector> connector_;
  std::optional<smtpclient::Client> client_;
};

// What a reply or another failure is to who called sendmail.
sendmail::ExitCode exit_code_of(const smtpclient::Error& error);

} // namespace mox::submitclient
