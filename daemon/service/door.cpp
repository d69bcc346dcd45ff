#include "service/door.h"

#include "tls/session.h"

#include <fmt/format.h>

namespace mox::service {

login::Client client_of(const Session& session) {
  login::Client client{.remote = session.connection.peer().address,
                       .local = session.connection.local().address,
                       .tls = {},
                       .key = {},
                       .program = {}};
  const auto* tls = session.connection.tls();
  if (tls == nullptr) return client;
  client.key = tls->client_key_sha256;
  client.tls = fmt::format("version={} ciphersuite={} sni={} resumed={}", tls->version, tls->cipher,
                           tls->server_name, tls->resumed ? "yes" : "no");
  return client;
}

login::Door door_of(const Session& session, std::string_view kind) {
  return {.kind = kind,
          .hostname = session.listener.hostname,
          .client = client_of(session),
          .bindings = session.connection.channel_bindings()};
}

} // namespace mox::service
