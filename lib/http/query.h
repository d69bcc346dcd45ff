// Percent-encoding, and the fields of a query (RFC 3986 section 2.1, WHATWG URL section 5.1). Pure.
#pragma once

#include "result/result.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mox::http {

constexpr std::size_t max_query_fields = 100;

// ErrorKind::invalid for a "%" without two hexadecimal digits behind it.
Result<std::string> percent_decode(std::string_view text);

struct QueryField {
  std::string name;
  std::string value;
};

// "a=1&b=x+y%21": decoded, in their order. A field without "=" has an empty value; empty fields are
// passed over. ErrorKind::invalid for malformed percent-encoding, text that is not UTF-8 or has a
// NUL, and too many fields.
Result<std::vector<QueryField>> parse_query(std::string_view query);

} // namespace mox::http
