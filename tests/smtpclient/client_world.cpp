#include "client_world.h"

#include "net/memory.h"

#include <algorithm>
#include <utility>

namespace mox::smtpclient::test {

Envelope envelope(std::initializer_list<const char*> to) {
  Envelope all{.from = path("a", "a.example"), .size = some_message.size()};
  for (const char* const user : to) all.to.push_back(path(user));
  return all;
}

ClientWorld::ClientWorld() {
  options.hello = "client.example";
  options.server = "mx.example";
  options.trace = [this](Direction direction, std::string_view line) {
    trace.append(direction == Direction::sent ? "> " : "< ").append(line).append("\n");
  };
}

async::Task<> ClientWorld::converse(net::Connection connection, const Then& then) {
  auto client = co_await Client::open(std::move(connection), options, clock);
  if (!client) {
    error = client.error();
    co_return;
  }
  co_await then(*client);
  co_await client->quit();
}

std::string ClientWorld::play(std::string_view script, Then then) {
  const net::Endpoint address{net::Address::v4({192, 0, 2, 25}), 25};
  auto [here, there] =
      net::memory_pair(loop.executor(), {.trickle = trickle}, {.address = address});
  ScriptedPeer peer(std::move(there), std::string(script), &tls.server);
  mox::test::run_both(loop, converse(std::move(here), then), peer.play());
  messages = peer.messages();
  return peer.problem();
}

async::Task<> ClientWorld::send_all(Client& client, const std::vector<Envelope>& envelopes,
                                    std::string_view message) {
  for (const auto& envelope : envelopes) {
    TextSource source(message);
    sent.push_back(co_await client.send(envelope, source));
  }
}

std::string ClientWorld::send(std::string_view extensions, std::string_view script,
                              const std::vector<Envelope>& envelopes, std::string_view message) {
  std::string all = hello + "S: 250-mx.example\n";
  while (!extensions.empty()) {
    const auto end = std::min(extensions.find(';'), extensions.size());
    all.append("S: 250-").append(extensions.substr(0, end)).append("\n");
    extensions.remove_prefix(std::min(end + 1, extensions.size()));
  }
  all.append("S: 250 HELP\n").append(script);
  return play(all, [&](Client& client) { return send_all(client, envelopes, message); });
}

} // namespace mox::smtpclient::test
