// Who may come in: TLS from the first byte, where it is so, and the limits that come before a
// session says its first word.
#pragma once

#include "async/task.h"
#include "limits/limits.h"
#include "service/service.h"

#include <cstdint>
#include <expected>
#include <string_view>

namespace mox::service {

// Why a connection is not served.
enum class Refusal : std::uint8_t { stopping, too_often, failed_logins, too_many };

// In words for the peer.
std::string_view to_string(Refusal refusal);

// The handshake, where TLS begins with the first byte. When it fails, `package` logs it, and the
// connection is of no more use.
async::Task<bool> shake_hands(Session& session, std::string_view package);

// A place among the open connections of the peer's network, kept by who holds it; else what the
// peer should hear of first. `logins` names the protocol in metrics, and is empty where nobody logs
// in and failed logins keep nobody out.
std::expected<limits::Open::Slot, Refusal> admit(const Session& session, std::string_view logins);

} // namespace mox::service
