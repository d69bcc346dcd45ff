#include "sendmailprogram/rights.h"

#include "sendmailprogram/caller.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <grp.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace mox::sendmailprogram {

namespace {

std::unexpected<Error> failed(std::string_view what) {
  return std::unexpected(system_error(what, errno));
}

// Group first: without the user's rights it could not be changed.
Result<> set_ids(uid_t user, gid_t group) {
  if (::setresgid(group, group, group) != 0) return failed("set the group");
  if (::setresuid(user, user, user) != 0) return failed("set the user");
  uid_t real_user = 0;
  uid_t effective_user = 0;
  uid_t saved_user = 0;
  gid_t real_group = 0;
  gid_t effective_group = 0;
  gid_t saved_group = 0;
  const bool read = ::getresuid(&real_user, &effective_user, &saved_user) == 0 &&
                    ::getresgid(&real_group, &effective_group, &saved_group) == 0;
  if (!read || real_user != user || effective_user != user || saved_user != user ||
      real_group != group || effective_group != group || saved_group != group)
    return failure(ErrorKind::io, "the rights of this program cannot be given up");
  return ok();
}

} // namespace

bool is_elevated() {
  return ::getauxval(AT_SECURE) != 0;
}

void forget_environment() {
  ::clearenv();
}

Result<> give_up_rights() {
  MOX_TRY(set_ids(::getuid(), ::getgid()));
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return failed("close the memory of this process");
  return ok();
}

Result<> become(uid_t user) {
  const auto caller = find_caller(user);
  const gid_t group = caller.group;
  const int groups =
      caller.is_listed ? ::initgroups(caller.login.c_str(), group) : ::setgroups(0, nullptr);
  if (groups != 0) return failed(fmt::format("set the groups of user {}", user));
  return set_ids(user, group);
}

} // namespace mox::sendmailprogram
