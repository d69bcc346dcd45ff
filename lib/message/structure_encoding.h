// A Structure as bytes to be kept with the message: offsets, types, encodings, charsets. Pure.
//
// One byte version, then numbers of 7 bits a byte, the high bit saying that more follow:
//   size of the message, flags (1: headers have bytes above 127), number of parts; for each part
//   flags (kind, encoding, attachment), parts inside it, header begin counted from the parent's
//   body begin, header size, body size, lines, media type (a number of the table, or 0 and two
//   strings), charset (likewise).
#pragma once

#include "message/structure.h"
#include "result/result.h"

#include <string>
#include <string_view>

namespace mox::message {

// About 15 bytes for a message of one part, and 10 for each further part.
std::string encode_structure(const Structure& structure);

// Fails with corrupt when the bytes are not such a text, or name places outside the message or its
// parent. What is not kept is empty.
Result<Structure> decode_structure(std::string_view bytes);

} // namespace mox::message
