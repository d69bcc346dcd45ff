#include "http/query.h"

#include "text/ascii.h"
#include "text/base64.h"
#include "text/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mox::http {

namespace {

// "+" stands for a space in a query, and nowhere else.
Result<std::string> decode_field(std::string_view text) {
  std::string with_spaces(text);
  std::ranges::replace(with_spaces, '+', ' ');
  MOX_TRY_ASSIGN(decoded, percent_decode(with_spaces));
  if (!text::is_utf8(decoded) || decoded.contains('\0'))
    return failure(ErrorKind::invalid, fmt::format("\"{}\" in the query is not text", text));
  return decoded;
}

} // namespace

Result<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const auto digits = text.substr(i + 1, 2);
    const auto byte = text::hex_decode(digits);
    if (digits.size() != 2 || !byte)
      return failure(ErrorKind::invalid,
                     fmt::format("\"{}\" has a % without two hexadecimal digits; write % as %25",
                                 text::repair_utf8(text)));
    decoded += *byte;
    i += 2;
  }
  return decoded;
}

Result<std::vector<QueryField>> parse_query(std::string_view query) {
  std::vector<QueryField> fields;
  while (!query.empty()) {
    const auto end = query.find('&');
    const auto field = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    if (field.empty()) continue;
    if (fields.size() == max_query_fields)
      return failure(ErrorKind::invalid,
                     fmt::format("a query may have {} fields", max_query_fields));
    const auto equals = field.find('=');
    MOX_TRY_ASSIGN(name, decode_field(field.substr(0, equals)));
    std::string value;
    if (equals != std::string_view::npos) {
      MOX_TRY_ASSIGN(decoded, decode_field(field.substr(equals + 1)));
      value = std::move(decoded);
    }
    fields.push_back({std::move(name), std::move(value)});
  }
  return fields;
}

} // namespace mox::http
