#include "submitclient/connector.h"

#include "net/dialer.h"
#include "submitclient/addresses.h"

#include <fmt/format.h>

#include <chrono>

namespace mox::submitclient {

namespace {

using smtpclient::Cause;
using smtpclient::Stage;
using smtpclient::TlsPolicy;

// Somebody waits for the program to end, and the spool is there for a server that is slow.
smtpclient::Timeouts timeouts() {
  using std::chrono::minutes;
  using std::chrono::seconds;
  return {.connect = seconds(20),
          .handshake = seconds(30),
          .greeting = minutes(1),
          .hello = minutes(1),
          .starttls = seconds(30),
          .auth = minutes(1),
          .mail = minutes(1),
          .rcpt = minutes(1),
          .data = minutes(1),
          .message = minutes(5),
          .quit = seconds(2)};
}

std::unexpected<smtpclient::Error> unreachable(const mox::Error& why) {
  const auto cause = why.kind == ErrorKind::timeout ? Cause::timeout : Cause::network;
  return failure(smtpclient::Error{.cause = cause, .stage = Stage::connect, .text = why.text});
}

// Another address of the same server may do better.
bool is_of_address(const smtpclient::Error& error) {
  return error.stage == Stage::connect &&
         (error.cause == Cause::network || error.cause == Cause::timeout);
}

} // namespace

smtpclient::Options Connector::options(std::string server, TlsPolicy tls) const {
  return {.hello = route_.hostname.empty() ? "localhost" : route_.hostname.ascii(),
          .server = std::move(server),
          .tls = std::move(tls),
          .timeouts = timeouts(),
          .trace = trace_};
}

async::Task<Connector::Opened> Connector::connect() {
  if (route_.socket.empty() && !route_.server)
    co_return unreachable({ErrorKind::not_found, "no server is configured"});
  if (route_.socket.empty()) co_return co_await connect_to_server(*route_.server);
  auto opened = co_await connect_to_socket();
  is_at_socket_ = opened.has_value();
  if (opened || !route_.server) co_return opened;
  co_return co_await connect_to_server(*route_.server);
}

async::Task<Connector::Opened> Connector::connect_to_socket() {
  if (route_.socket.empty())
    co_return unreachable({ErrorKind::not_found, "no socket is configured"});
  const auto deadline = clock_.steady() + timeouts().connect;
  auto connection = co_await net::connect_unix(route_.socket, deadline);
  if (!connection) co_return unreachable(connection.error());
  auto with = options(route_.socket.native(), TlsPolicy::none());
  co_return co_await smtpclient::Client::open(*std::move(connection), std::move(with), clock_);
}

async::Task<Connector::Opened> Connector::connect_to_server(const Server& server) {
  auto addresses = look_up(server.host);
  if (!addresses) co_return unreachable(addresses.error());
  co_return co_await try_addresses(server, *std::move(addresses));
}

async::Task<Connector::Opened> Connector::try_addresses(const Server& server,
                                                        std::vector<net::Address> addresses) {
  const auto policy = policy_for(server);
  if (!policy)
    co_return failure(smtpclient::Error{
        .cause = Cause::tls, .stage = Stage::connect, .text = policy.error().text});
  net::SystemDialer dialer;
  for (auto address = addresses.begin();; ++address) {
    const net::Endpoint remote{*address, server.port};
    auto with = options(fmt::format("{}:{}", server.host, server.port), *policy);
    auto client =
        co_await smtpclient::Client::connect(dialer, remote, std::nullopt, std::move(with), clock_);
    if (!client && is_of_address(client.error()) && address + 1 != addresses.end()) continue;
    if (!client) co_return client;
    const auto logged_in = co_await log_in(server, address->is_loopback(), *client);
    if (logged_in) co_return client;
    co_await client->quit();
    co_return failure(logged_in.error());
  }
}

async::Task<Result<void, smtpclient::Error>>
Connector::log_in(const Server& server, bool on_this_machine, smtpclient::Client& client) {
  using Plaintext = smtpclient::Login::Plaintext;
  smtpclient::Login login;
  login.credentials.user = server.user;
  login.credentials.password = text::Secret(std::string(server.password.view()));
  login.credentials.has_client_certificate = server.certificate.has_value();
  login.mechanisms = server.mechanisms;
  login.plaintext = on_this_machine ? Plaintext::passwords_as_well : Plaintext::proofs_only;
  co_return co_await client.log_in(std::move(login), random_);
}

Result<TlsPolicy> Connector::policy_for(const Server& server) {
  using Encryption = Server::Encryption;
  if (server.encryption == Encryption::none) return TlsPolicy::none();
  if (!tls_) {
    auto made = server.trusts_anybody ? tls::ClientContext::unverified()
                                      : tls::ClientContext::system_authorities();
    if (!made) return std::unexpected(std::move(made).error());
    if (server.certificate) MOX_TRY(made->show(*server.certificate));
    tls_ = *std::move(made);
  }
  const auto start = server.encryption == Encryption::immediate ? TlsPolicy::Start::immediate
                                                                : TlsPolicy::Start::starttls;
  if (server.trusts_anybody) return TlsPolicy::required_unverified(*tls_, server.host, start);
  return TlsPolicy::verified(*tls_, server.host, start);
}

} // namespace mox::submitclient
