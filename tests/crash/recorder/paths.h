// The paths behind the arguments of calls.
#pragma once

#include <string>
#include <string_view>

namespace mox::test {

// "." and ".." and doubled slashes taken out; symbolic links stay.
std::string normalised(std::string_view path);
// Of an open file or folder; also of one that has been removed since.
std::string path_of(int file);
// `path` as the *at() calls take it, from `folder` or AT_FDCWD.
std::string absolute(int folder, const char* path);

} // namespace mox::test
