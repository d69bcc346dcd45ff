#include "cli/invocation.h"
#include "commands.h"
#include "store/verify.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>

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

} // namespace

Result<int> verifydata(const cli::Invocation& invocation) {
  const std::filesystem::path path = invocation.argument("DIR");
  MOX_TRY_ASSIGN(store, find_store(path));
  MOX_TRY_ASSIGN(verification, store::verify(store));
  for (const auto& error : verification.errors)
    fmt::print(invocation.output(), "error: {}\n", error);
  if (!verification.errors.empty()) return failure(ErrorKind::corrupt, "errors were found");
  fmt::print(invocation.output(), "{}: OK\n", path.string());
  return 0;
}

} // namespace mox::cmd
