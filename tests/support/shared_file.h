// Files that others made, which are not part of the project.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mox::test {

// The bytes of `<folder>/<path>`. Nothing, after a warning, when the file is not there; with
// CI=true in the environment that fails the test.
std::optional<std::string> read_shared(std::string_view folder, std::string_view path);

// Names of the files in `<folder>/<path>` that end in `ending`, sorted. None, after a warning or a
// failure as above, when the folder is not there.
std::vector<std::string> list_shared(std::string_view folder, std::string_view path,
                                     std::string_view ending);

} // namespace mox::test
