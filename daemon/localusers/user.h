// A Unix user of this host, as the system vouches for it on a Unix socket.
#pragma once

#include <string>
#include <sys/types.h>

namespace mox::localusers {

struct User {
  uid_t uid = 0;
  std::string name; // its number in digits, when the host knows none

  bool is_root() const { return uid == 0; }
};

} // namespace mox::localusers
