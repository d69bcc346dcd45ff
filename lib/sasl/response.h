// How SASL responses stand on the lines of SMTP and IMAP (RFC 4954 section 4, RFC 9051
// section 6.2.2). Pure.
#pragma once

#include "text/secret.h"

#include <cstdint>
#include <expected>
#include <string_view>

namespace mox::sasl {

enum class ResponseError : std::uint8_t {
  cancelled, // "*"
  not_base64,
};

// `line` is without its line end.
std::expected<text::Secret, ResponseError> decode_response(std::string_view line);

// The response that stands behind the command, where "=" is an empty one (RFC 4954 section 4, RFC
// 4959).
std::expected<text::Secret, ResponseError> decode_initial_response(std::string_view text);

} // namespace mox::sasl
