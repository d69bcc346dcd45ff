#include "service/door.h"

#include "tls/session.h"

namespace mox::service {

login::Door door_of(const Session& session, std::string_view kind) {
  login::Door door{.kind = kind,
                   .hostname = session.listener.hostname,
                   .remote = session.connection.peer().address,
                   .bindings = session.connection.channel_bindings(),
                   .client_key = {}};
  if (const auto* tls = session.connection.tls()) door.client_key = tls->client_key_sha256;
  return door;
}

} // namespace mox::service
