// The payload of the frame that tells of a failure. Pure.
#pragma once

#include "result/result.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace mox::control {

constexpr std::size_t max_failure = 4096;

//   failure = kind SP text
//   kind = "invalid" / "not-found" / …   ; an ErrorKind in words
//
// The text is one line of UTF-8: what is neither becomes a space or U+FFFD, what is too long is
// cut.
std::string print_failure(const Error& error);

// A kind that is not known becomes ErrorKind::io. The text is cleaned as above: it ends on
// somebody's terminal.
Error parse_failure(std::string_view payload);

} // namespace mox::control
