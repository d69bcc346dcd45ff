#include "serve/data_folder.h"

#include "file/file.h"

#include <fmt/format.h>

#include <algorithm>

namespace mox::serve {

namespace {

constexpr std::size_t largest_key_file = 1024;

std::filesystem::path key_file(const std::filesystem::path& folder) {
  return folder / "receivedid.key";
}

Result<smtpserver::ReceivedIds::Key> read_key(const std::filesystem::path& path) {
  MOX_TRY_ASSIGN(bytes, file::read_file(path, largest_key_file));
  smtpserver::ReceivedIds::Key key{};
  if (bytes.size() != key.size())
    return failure(ErrorKind::corrupt,
                   fmt::format("{} has {} bytes instead of {}; remove it to get a new one (ids in "
                               "older messages can then no longer be looked up)",
                               path.native(), bytes.size(), key.size()));
  std::ranges::copy(bytes, key.begin());
  return key;
}

} // namespace

Result<smtpserver::ReceivedIds::Key> open_data_folder(const std::filesystem::path& folder,
                                                      Random& random) {
  MOX_TRY(file::make_folder(folder));
  const auto path = key_file(folder);
  MOX_TRY_ASSIGN(there, file::exists(path));
  if (!there) MOX_TRY(file::replace(path, random.bytes(smtpserver::ReceivedIds::key_size)));
  return read_key(path);
}

Result<smtpserver::ReceivedIds::Key> received_id_key(const std::filesystem::path& folder) {
  const auto path = key_file(folder);
  MOX_TRY_ASSIGN(there, file::exists(path));
  if (!there)
    return failure(
        ErrorKind::not_found,
        fmt::format("there is no {}: no server has run with this configuration", path.native()));
  return read_key(path);
}

} // namespace mox::serve
