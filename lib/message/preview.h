// The first words of a message, for lists of messages (RFC 8970). Pure.
#pragma once

#include "message/parser.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace mox::message {

constexpr std::size_t max_preview = 256; // characters (RFC 8970 section 3.1)

// On one line, UTF-8. Quoted text and the line that introduces it become "[...]", a signature is
// left out. Empty when the message has no text.
std::string preview(const Message& message);

// Of text in UTF-8: lines are joined.
std::string preview_of_text(std::string_view text);

} // namespace mox::message
