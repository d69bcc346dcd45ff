// The first line that each side says. Its form never changes, so that two versions of the protocol
// can tell each other who they are. Pure.
#pragma once

#include "result/result.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace mox::control {

// Of everything behind the hello: it rises with every change that the other side could stumble
// over.
constexpr unsigned protocol_version = 1;

constexpr std::size_t max_hello = 32;

//   hello = "mox-control" SP version LF
//   version = 1*9DIGIT, without leading zeros
std::string print_hello(unsigned version = protocol_version);

// `line` has no line end. ErrorKind::invalid for anything else.
Result<unsigned> parse_hello(std::string_view line);

// ErrorKind::unsupported, and a sentence with both versions, unless `theirs` is ours. `they` and
// `we` are as in "the daemon", "this command".
Result<> check_version(unsigned theirs, std::string_view they, std::string_view we);

} // namespace mox::control
