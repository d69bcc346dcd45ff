#include "sasl/response.h"

#include "text/base64.h"

namespace mox::sasl {

std::expected<text::Secret, ResponseError> decode_response(std::string_view line) {
  if (line == "*") return std::unexpected(ResponseError::cancelled);
  auto bytes = text::base64_decode(line);
  if (!bytes) return std::unexpected(ResponseError::not_base64);
  return text::Secret(std::move(*bytes));
}

std::expected<text::Secret, ResponseError> decode_initial_response(std::string_view text) {
  if (text == "=") return text::Secret();
  return decode_response(text);
}

} // namespace mox::sasl
