// IMAP BODY and BODYSTRUCTURE (RFC 9051 section 7.5.2) of a parsed message. Pure.
#pragma once

#include "message/structure.h"

#include <string>
#include <string_view>

namespace mox::message {

// What a client could not make sense of is shown as something it can, of the right size: a
// multipart without parts as text/plain, a message that was not looked into (encoded, or too deep)
// as application/octet-stream. `structure` must come from a parser: a decoded one has not all
// fields.
std::string bodystructure(const Structure& structure);
// The same without extension data.
std::string body(const Structure& structure);

// BODY from the text of BODYSTRUCTURE, so that only the latter needs to be kept. The text must be
// one that bodystructure() made; anything else gives an empty string.
std::string body_of(std::string_view bodystructure);

} // namespace mox::message
