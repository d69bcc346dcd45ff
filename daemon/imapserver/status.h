// The STATUS response, which LIST gives as well (RFC 9051 section 7.3.4, RFC 5819). Pure.
#pragma once

#include "store/types.h"

#include <cstdint>
#include <string>

namespace mox::imapserver {

// `items` of imap::StatusItem.
void append_status(std::string& to, const store::Mailbox& mailbox, std::uint16_t items);

} // namespace mox::imapserver
