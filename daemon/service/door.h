// What a session brings to a login.
#pragma once

#include "login/exchange.h"
#include "service/service.h"

#include <string_view>

namespace mox::service {

login::Client client_of(const Session& session);

// `kind` is a literal: "submission", "imap".
login::Door door_of(const Session& session, std::string_view kind);

} // namespace mox::service
