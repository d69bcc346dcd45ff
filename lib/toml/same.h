// Whether two documents say the same. Pure.
#pragma once

#include "toml/document.h"

namespace mox::toml {

// Places do not count, nor does the order of a table's members. All dates and times are equal, as
// are all that are not a number.
bool same(const Value& a, const Value& b);
bool same(const Table& a, const Table& b);

} // namespace mox::toml
