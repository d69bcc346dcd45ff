// As whom a message is sent, and what names without a domain stand for. It depends on the route:
// the server on this machine knows its users, a submission server knows one account. Root may be
// anybody, and others are who they are, whatever name without a domain they give.
#pragma once

#include "address/path.h"
#include "dns/name.h"
#include "sendmail/recipients.h"
#include "sendmailprogram/caller.h"
#include "submitclient/route.h"

#include <optional>

namespace mox::sendmailprogram {

struct Identity {
  address::Path user;
  sendmail::BareNames senders;
  sendmail::BareNames recipients;
  dns::Name domain; // of Message-ID, and of the greeting of -bs
};

// `socket_server` is the name of the server behind the socket, when it answers; `machine` is asked
// for the domain when nothing else says it. Pure.
Identity identity_of(const Caller& caller, const submitclient::Route& route,
                     const std::optional<dns::Name>& socket_server, dns::Name (*machine)());

} // namespace mox::sendmailprogram
