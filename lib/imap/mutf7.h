// Modified UTF-7, the encoding of mailbox names before IMAP4rev2 (RFC 3501 section 5.1.3). Pure.
#pragma once

#include "result/result.h"

#include <string>
#include <string_view>

namespace mox::imap {

// Strict: refused are bytes outside printable ASCII, ASCII that is encoded though it need not be,
// adjacent shifts that could be one, lone surrogates, superfluous bits and an open shift at the
// end.
Result<std::string> mutf7_decode(std::string_view name);
// Malformed UTF-8 becomes U+FFFD.
std::string mutf7_encode(std::string_view name);

} // namespace mox::imap
