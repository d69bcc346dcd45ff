#include "serve/submit_socket.h"

#include "file/file.h"

#include <fmt/format.h>

#include <algorithm>
#include <sys/stat.h>
#include <system_error>

namespace mox::serve {

namespace fs = std::filesystem;

namespace {

std::uint64_t largest_message(const config::Static& host) {
  std::int64_t largest = 0;
  for (const auto& [name, listener] : host.listeners)
    largest = std::max(largest, listener.smtp_max_message_size);
  return static_cast<std::uint64_t>(largest);
}

} // namespace

Result<lifecycle::SubmitSocket> submit_socket(const config::Static& host) {
  const auto folder = host.submit_socket.parent_path();
  MOX_TRY_ASSIGN(there, file::exists(folder));
  if (!there)
    return failure(ErrorKind::not_found,
                   fmt::format("the folder {} of submit-socket does not exist; make it, or with "
                               "systemd set RuntimeDirectory=",
                               folder.native()));
  return lifecycle::SubmitSocket{.path = host.submit_socket,
                                 .hostname = host.hostname.ascii(),
                                 .max_message_size = largest_message(host),
                                 .senders =
                                     localusers::Senders(host.hostname, host.local_submission)};
}

std::optional<fs::path> folder_closed_to_others(const fs::path& file) {
  std::error_code ignored;
  auto whole = fs::canonical(file.parent_path(), ignored);
  if (whole.empty()) whole = fs::absolute(file).parent_path();
  fs::path folder;
  for (const auto& part : whole) {
    folder /= part;
    struct stat status{};
    if (::stat(folder.c_str(), &status) == 0 && (status.st_mode & S_IXOTH) == 0) return folder;
  }
  return std::nullopt;
}

} // namespace mox::serve
