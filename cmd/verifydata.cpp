#include "cli/invocation.h"
#include "commands.h"
#include "store/verify.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mox::cmd {

namespace {

// `path` may be the folder of a local instance, a data folder, or a store itself.
Result<std::filesystem::path> find_store(const std::filesystem::path& path) {
  const std::array candidates = {path / "data" / "store", path / "store", path};
  for (const auto& candidate : candidates)
    if (std::filesystem::exists(candidate / "data.mdb")) return candidate;
  return failure(
      ErrorKind::not_found,
      fmt::format("{} holds no store; name the folder of an instance, its data folder or its store",
                  path.string()));
}

// Root becomes the owner of the store: reading makes a lock file where there is none, and one of
// root's would keep the server out.
Result<> become_owner(const std::filesystem::path& store) {
  struct stat status{};
  if (::geteuid() != 0 || ::stat(store.c_str(), &status) != 0 || status.st_uid == 0) return ok();
  if (::setgroups(0, nullptr) == 0 && ::setgid(status.st_gid) == 0 && ::setuid(status.st_uid) == 0)
    return ok();
  return failure(system_error(fmt::format("become the owner of {}", store.string()), errno));
}

} // namespace

Result<int> verifydata(const cli::Invocation& invocation) {
  const std::filesystem::path path = invocation.argument("DIR");
  MOX_TRY_ASSIGN(store, find_store(path));
  MOX_TRY(become_owner(store));
  MOX_TRY_ASSIGN(verification, store::verify(store));
  for (const auto& error : verification.errors)
    fmt::print(invocation.output(), "error: {}\n", error);
  if (!verification.errors.empty()) return failure(ErrorKind::corrupt, "errors were found");
  fmt::print(invocation.output(), "{}: OK\n", path.string());
  return 0;
}

} // namespace mox::cmd
