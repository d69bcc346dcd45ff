#include "sendmailprogram/identity.h"

namespace mox::sendmailprogram {

namespace {

address::Path to_path(const address::Address& address) {
  return {.localpart = address.localpart, .domain = address.domain};
}

std::optional<address::Path> to_path(const std::optional<address::Address>& address) {
  if (!address) return std::nullopt;
  return to_path(*address);
}

Identity for_server(const submitclient::Route& route) {
  const auto from = to_path(*route.from);
  // Nobody but the configuration can say who root is, on a machine that keeps no mail.
  Identity identity{.user = from,
                    .senders = {route.from->domain, from},
                    .recipients = {{}, to_path(route.bare_destination)},
                    .domain = route.hostname};
  return identity;
}

} // namespace

Identity identity_of(const Caller& caller, const submitclient::Route& route,
                     const std::optional<dns::Name>& socket_server, dns::Name (*machine)()) {
  if (route.server && route.from && !socket_server) return for_server(route);
  auto domain = route.hostname;
  if (domain.empty() && socket_server) domain = *socket_server;
  if (domain.empty()) domain = machine();
  const address::Path user{.localpart = {caller.login}, .domain = domain};
  // Cron says that what it sends for a user is from root. The server knows better, and refuses it.
  const bool is_anybody = caller.user == 0;
  return {.user = user,
          .senders = {domain, is_anybody ? std::nullopt : std::optional(user)},
          .recipients = {domain, to_path(route.bare_destination)},
          .domain = domain};
}

} // namespace mox::sendmailprogram
