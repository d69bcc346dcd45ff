// Reads JSON (RFC 8259) within limits. Pure.
#pragma once

#include "result/result.h"

#include <boost/json/value.hpp>

#include <cstddef>
#include <string_view>

namespace mox::json {

using Value = boost::json::value;

struct Limits {
  std::size_t size = 1'048'576; // of the text, in bytes
  std::size_t depth = 32;       // arrays and objects in each other
};

// One value and nothing behind it but white space. Strict: no comments, no commas too many; UTF-8.
// Of members with the same name the last one counts.
Result<Value> parse(std::string_view text, const Limits& limits = {});

} // namespace mox::json
