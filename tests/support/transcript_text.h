// The text of a transcript's line: what it makes when it is said, and what it matches. Pure.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace mox::test {

using TranscriptValues = std::map<std::string, std::string>;

// The bytes of a C line, its CRLF included. `size_of` gives the size of so many lines that follow.
std::string transcript_bytes(std::string_view text, const TranscriptValues& values,
                             const std::function<std::size_t(std::size_t)>& size_of);

// Whether a line of the server is as `pattern` says; what it finds is kept in `values` then.
bool transcript_matches(std::string_view pattern, std::string_view line, TranscriptValues& values);

// Control characters and bytes above 126 as \xNN, and cut when long.
std::string transcript_shown(std::string_view line);

} // namespace mox::test
