// A message that a command reads from a file or from standard input.
#pragma once

#include "result/result.h"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace mox::cmd {

// Files of Unix programs have LF where mail has CRLF: when the first line ends so, every LF alone
// becomes CRLF. Other messages stay as they are.
class LineEnds {
public:
  // Valid until the next call.
  std::string_view converted(std::string_view chunk);

  bool converts() const { return converts_; }

private:
  bool known_ = false;
  bool converts_ = false;
  char last_ = 0;
  std::string made_;
};

// Hands the message on in chunks, with CRLF, without keeping it. `name` is that of a file; empty or
// "-" is standard input.
Result<> feed_message(std::string_view name, const std::function<void(std::string_view)>& feed);

// All of it, as it stands there; ErrorKind::invalid when it is larger than `limit`.
Result<std::string> read_message(std::string_view name, std::size_t limit = std::size_t{1} << 30);

// The argument of commands that read a message.
std::string_view shown_name(std::string_view name);

} // namespace mox::cmd
