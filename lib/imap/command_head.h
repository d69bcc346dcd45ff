// The tag and name of a command whose rest may be anything. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mox::imap {

struct CommandHead {
  std::string tag = "*";
  std::string name;     // "UID FETCH", upper case; "" when it is no command of this server
  std::size_t size = 0; // bytes of the line up to behind the name; 0 without a name
};

CommandHead command_head(std::string_view line);

} // namespace mox::imap
