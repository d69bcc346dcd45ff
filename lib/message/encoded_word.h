// Encoded words in header text (RFC 2047, language tags of RFC 2231 section 5). Pure.
#pragma once

#include <string>
#include <string_view>

namespace mox::message {

// `text`, one unfolded line, as UTF-8. White space between adjacent encoded words disappears, and a
// character that was cut between two words of one charset is put together. Words stand wherever
// they are, though RFC 2047 section 5 wants white space around; what is malformed stays as it came.
// Bytes above 127 that are not UTF-8 are taken for windows-1252.
std::string decode_words(std::string_view text);

} // namespace mox::message
