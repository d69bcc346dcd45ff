// UTF-8 (RFC 3629). Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mox::text {

// No overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view s);

// Every byte that is not part of well-formed UTF-8 becomes U+FFFD.
std::string repair_utf8(std::string_view s);

// The longest prefix of at most `size` bytes that does not cut a character.
std::string_view cut_utf8(std::string_view s, std::size_t size);

void append_utf8(std::string& to, char32_t character);

// Takes the next character off the front of `s`. U+FFFD, and one byte taken, where `s` is
// malformed. `s` must not be empty.
char32_t next_utf8(std::string_view& s);

// Unicode normal form C and full case folding, by ICU. Malformed input is repaired first.
std::string nfc(std::string_view s);
std::string casefold(std::string_view s);

// Lower case, character by character, the same in every language; "ß" and "ss" stay different.
// Malformed input is repaired first.
std::string lower_utf8(std::string_view s);

} // namespace mox::text
