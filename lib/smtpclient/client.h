// The client's side of SMTP (RFC 5321): one connection, and any number of messages over it.
//
//   auto client = co_await Client::connect(dialer, remote, std::nullopt, options, clock);
//   auto logged_in = co_await client->log_in(…);
//   auto sent = co_await client->send(envelope, source);
//   co_await client->quit();
//
// Belongs to one I/O thread; one call at a time.
#pragma once

#include "async/task.h"
#include "clock/clock.h"
#include "net/connection.h"
#include "net/dialer.h"
#include "net/endpoint.h"
#include "random/random.h"
#include "smtp/extensions.h"
#include "smtpclient/envelope.h"
#include "smtpclient/error.h"
#include "smtpclient/login.h"
#include "smtpclient/message_source.h"
#include "smtpclient/options.h"

#include <cstdint>
#include <memory>
#include <optional>

namespace mox::smtpclient {

class Conversation;

class Client {
public:
  // Connects and opens the conversation. `from` is the local address to use.
  static async::Task<Result<Client, Error>> connect(net::Dialer& dialer, net::Endpoint remote,
                                                    std::optional<net::Address> from,
                                                    Options options, const Clock& clock);
  // Up to where mail can be sent: greeting, EHLO or HELO, TLS as the policy says, and EHLO again.
  // `clock` must outlive the client.
  static async::Task<Result<Client, Error>> open(net::Connection connection, Options options,
                                                 const Clock& clock);

  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  // What the server offers now.
  const smtp::Extensions& extensions() const { return extensions_; }

  // The properties of the TLS session, or null.
  const tls::Session* tls() const;

  // Whether another message may be sent: the connection is open, and the server's MAILMAX
  // (RFC 9422) is not reached.
  bool usable() const;

  // AUTH (RFC 4954), by the best mechanism that both sides have. `random` makes nonces. Once; after
  // an error that leaves the client usable, again. SCRAM computes on this thread, for up to a third
  // of a second.
  async::Task<Result<void, Error>> log_in(Login login, Random& random);

  // One transaction. What became of it stands at each recipient.
  async::Task<Sent> send(const Envelope& envelope, MessageSource& source);

  async::Task<Result<void, Error>> reset();
  async::Task<Result<void, Error>> noop();
  // Says goodbye, and closes whatever the peer says to it. Nothing else may follow.
  async::Task<> quit();
  // For somebody else to go on with.
  net::Connection release() &&;

private:
  explicit Client(std::unique_ptr<Conversation> conversation);

  async::Task<Result<void, Error>> begin();
  async::Task<Result<void, Error>> greet();
  async::Task<Result<void, Error>> say_hello();
  async::Task<Result<void, Error>> extended_hello();
  async::Task<Result<void, Error>> plain_hello();
  async::Task<Result<void, Error>> secure();

  std::unique_ptr<Conversation> conversation_;
  smtp::Extensions extensions_;
  bool needs_reset_ = false; // a transaction was left half done
  std::uint32_t transactions_ = 0;
};

} // namespace mox::smtpclient
