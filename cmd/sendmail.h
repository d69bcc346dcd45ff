// mox as the program sendmail, which it is by its name or by its first word.
#pragma once

#include <optional>
#include <span>

namespace mox::cmd {

// The exit code, when the words of the process, its name the first, call sendmail, mailq or
// newaliases. A process with more rights than its caller does nothing else, so then there is a code
// in any case.
std::optional<int> run_as_sendmail(std::span<char* const> words);

} // namespace mox::cmd
