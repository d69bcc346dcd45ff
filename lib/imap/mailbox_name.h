// Mailbox names between the wire and the store: encoding, normal form, validity. Pure.
#pragma once

#include "result/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace mox::imap {

// How names stand on the wire: UTF-8 once the client enabled IMAP4rev2 or UTF8=ACCEPT.
enum class NameForm : std::uint8_t { mutf7, utf8 };

inline constexpr std::size_t max_mailbox_name = 1024; // bytes of UTF-8

// The stored form of a name that may not exist yet: decoded, NFC, the first level "Inbox" when it
// is that in any case. Refuses what cannot be a mailbox: empty or "." or ".." levels, a slash at an
// end or a leading "#", control characters (0x00-0x1f, 0x7f-0x9f, U+2028, U+2029), U+FFFD, more
// than max_mailbox_name bytes. The error's text is for people.
Result<std::string> decode_mailbox(std::string_view wire, NameForm form);
// The same for a name in UTF-8 from elsewhere than IMAP.
Result<std::string> normalise_mailbox(std::string_view name);

// Decodes a pattern or reference of LIST. One that is no valid encoding stays as it is: it matches
// nothing, which is no error.
std::string decode_pattern(std::string_view wire, NameForm form);

// The wire form, not yet quoted: ResponseWriter::mailbox() writes it whole. The first level "Inbox"
// becomes INBOX, the spelling that clients look for.
std::string encode_mailbox(std::string_view name, NameForm form);

} // namespace mox::imap
