// Finding the server of a route, and logging in; for this folder only.
#pragma once

#include "async/task.h"
#include "clock/clock.h"
#include "net/endpoint.h"
#include "random/random.h"
#include "smtpclient/client.h"
#include "submitclient/route.h"
#include "tls/client_context.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mox::submitclient {

class Connector {
public:
  using Opened = Result<smtpclient::Client, smtpclient::Error>;

  // All must outlive it, and it must outlive the clients.
  Connector(const Route& route, const Clock& clock, Random& random, smtpclient::Trace trace)
      : route_(route), clock_(clock), random_(random), trace_(std::move(trace)) {}

  // To the socket, else to the server. Logged in.
  async::Task<Opened> connect();
  async::Task<Opened> connect_to_socket();

  // Whether connect() came to the socket.
  bool is_at_socket() const { return is_at_socket_; }

private:
  async::Task<Opened> connect_to_server(const Server& server);
  async::Task<Opened> try_addresses(const Server& server, std::vector<net::Address> addresses);
  async::Task<Result<void, smtpclient::Error>> log_in(const Server& server, bool on_this_machine,
                                                      smtpclient::Client& client);
  Result<smtpclient::TlsPolicy> policy_for(const Server& server);
  smtpclient::Options options(std::string server, smtpclient::TlsPolicy tls) const;

  const Route& route_;
  const Clock& clock_;
  Random& random_;
  smtpclient::Trace trace_;
  bool is_at_socket_ = false;
  std::optional<tls::ClientContext> tls_; // made when it is needed first
};

} // namespace mox::submitclient
