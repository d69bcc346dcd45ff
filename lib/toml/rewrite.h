// Documents with one thing changed: text in, text out. All other lines stay as they are. Pure.
//
// Each takes well-formed text, and a path on which no array stands. What comes out must be checked:
// there are spellings in which a change needs more than this.
#pragma once

#include "toml/document.h"
#include "toml/path.h"

#include <string>
#include <string_view>

namespace mox::toml {

// With a value, or a table, at `path`, where none is yet. Missing tables around it are made, in the
// way in which their neighbours are spelled.
std::string with_value(std::string_view text, PathView path, const Value& value);
std::string with_table(std::string_view text, PathView path, const Table& members);

// Without what stands at `path`, all below it, and the comment lines directly above (those at the
// top of the file stay). A table around it that would be gone with it stays, empty.
std::string without(std::string_view text, PathView path);

// With other elements in the array at `path`, which has the elements `before`.
std::string with_elements(std::string_view text, PathView path, const Array& before,
                          const Array& after);

} // namespace mox::toml
