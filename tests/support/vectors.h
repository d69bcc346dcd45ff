// Reads the test vectors of others: JSON that is an object, or an array of objects, whose values
// are strings, numbers, true, false or null.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mox::test {

// Name to value; true, false and numbers as their text, null as nothing.
using VectorRow = std::map<std::string, std::optional<std::string>>;

// The rows of `<shared vectors>/<path>`; one row for an object. Nothing, after a warning, when the
// file is not there; with CI=true in the environment that fails the test.
std::optional<std::vector<VectorRow>> read_vectors(std::string_view folder, std::string_view path);

} // namespace mox::test
