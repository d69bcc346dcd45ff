// Commands and replies over a connection, each with its deadline; for this folder only.
#pragma once

#include "async/task.h"
#include "clock/clock.h"
#include "net/connection.h"
#include "smtp/reply.h"
#include "smtpclient/error.h"
#include "smtpclient/options.h"
#include "text/secret.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mox::smtpclient {

struct Command {
  Stage stage{};
  Timeouts::Duration timeout{};
  std::string line;  // without CRLF
  std::string shown; // instead of the line in a trace, when that has a secret
};

// The first digit of the reply that lets a conversation go on.
enum class Wanted : std::uint16_t { done = 2, more = 3, done_or_more = 23 };

// Nothing is sent or read any more once it is closed: by close(), by a 421, or because the two
// sides are out of step.
class Conversation {
public:
  Conversation(net::Connection connection, Options options, const Clock& clock);

  const Options& options() const { return options_; }

  net::Connection& connection() { return connection_; }

  bool closed() const { return closed_; }

  void close();
  // The same, but says so in TLS.
  async::Task<> end();
  // Closed for us from now on.
  net::Connection release() &&;

  // At most `duration` from now.
  net::Deadline until(Timeouts::Duration duration) const;

  // The reply to one command, when it is of the class wanted; any other is an error.
  async::Task<Result<smtp::Reply, Error>> ask(Command command, Wanted wanted);
  // In two halves, for pipelining: the commands go out as one.
  async::Task<Result<void, Error>> send(std::span<const Command> commands);
  async::Task<Result<smtp::Reply, Error>> answer(Stage stage, std::string_view asked,
                                                 Timeouts::Duration timeout, Wanted wanted);
  // A part of a message. `asked` is what to call it in an error.
  async::Task<Result<void, Error>> send_block(std::string_view bytes, std::string_view asked);
  async::Task<Result<void, Error>> start_tls(Stage stage);

  // What the peer says has "***" instead of it from now on, lest it come back as an echo.
  void hide(std::string_view secret);

  void trace(Direction direction, std::string_view line) const;

  // The peer as people know it.
  std::string server() const;
  // That does not come from a reply, and may be over when it is tried again.
  Error error(Cause cause, Stage stage, std::string text) const;
  Error network_error(Stage stage, std::string_view asked, const mox::Error& reason) const;
  Error out_of_step(Stage stage, std::string_view asked, std::string_view what);

private:
  async::Task<Result<smtp::Reply, Error>> read_reply(Stage stage, std::string_view asked,
                                                     net::Deadline deadline);
  async::Task<Result<void, Error>> write(Stage stage, std::string_view asked,
                                         std::string_view bytes, net::Deadline deadline);
  async::Task<Result<void, Error>> check_silence(Stage stage, std::string_view asked);
  Error reply_error(Stage stage, std::string_view asked, smtp::Reply reply) const;
  std::string without_hidden(std::string_view line) const;

  net::Connection connection_;
  Options options_;
  const Clock* clock_;
  std::vector<text::Secret> hidden_;
  bool closed_ = false;
};

} // namespace mox::smtpclient
