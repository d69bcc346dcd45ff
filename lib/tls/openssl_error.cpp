#include "tls/openssl_error.h"

#include <fmt/format.h>
#include <openssl/err.h>

namespace mox::tls {

void clear_errors() {
  ERR_clear_error();
}

std::string take_error() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return "unknown reason";
  const char* reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : fmt::format("OpenSSL error {:x}", code);
}

std::unexpected<Error> openssl_failure(ErrorKind kind, std::string_view what) {
  return failure(kind, fmt::format("{}: {}", what, take_error()));
}

} // namespace mox::tls
