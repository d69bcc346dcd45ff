// IMAP ENVELOPE (RFC 9051 section 7.5.2, RFC 3501 section 7.4.2) of a header section. Pure.
#pragma once

#include "message/field.h"

#include <string>
#include <string_view>

namespace mox::message {

// envelope = "(" env-date SP env-subject SP env-from SP env-sender SP env-reply-to SP env-to SP
//            env-cc SP env-bcc SP env-in-reply-to SP env-message-id ")"
//
// Text for clients of IMAP4rev1 and rev2 alike: bytes above 127 stand in literals; encoded words
// stay as they came; groups are kept; Sender and Reply-To are those of From when they are missing
// or empty. A field that occurs twice: the first counts, but for To, Cc and Bcc all do.
std::string envelope(const Fields& fields);
// Of a message without header.
std::string_view empty_envelope();

// nstring and string (RFC 9051 section 9): quoted when it may be, else as literal. Line ends become
// a space, NULs are dropped: neither may appear.
void append_imap_string(std::string& to, std::string_view text);
// NIL when empty.
void append_imap_nstring(std::string& to, std::string_view text);

} // namespace mox::message
