// Who has called the program, by the system's list of users.
#pragma once

#include <filesystem>
#include <string>
#include <sys/types.h>

namespace mox::sendmailprogram {

struct Caller {
  uid_t user = 0;
  gid_t group = 0;
  std::string login;          // the number of one that is not listed, as containers have them
  std::string full_name;      // may be empty
  std::filesystem::path home; // empty when there is none
  bool is_listed = false;
};

Caller find_caller(uid_t user);

} // namespace mox::sendmailprogram
