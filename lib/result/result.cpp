#include "result/result.h"

#include <fmt/format.h>

#include <cerrno>
#include <string_view>
#include <system_error>

namespace mox {

namespace {

ErrorKind kind_of(int error_number) {
  switch (error_number) {
  case ENOENT: return ErrorKind::not_found;
  case EEXIST: return ErrorKind::exists;
  case EACCES:
  case EPERM: return ErrorKind::refused;
  case ENOSPC:
  case EDQUOT: return ErrorKind::full;
  case EAGAIN:
  case EMFILE:
  case ENFILE: return ErrorKind::temporary;
  case ETIMEDOUT: return ErrorKind::timeout;
  case EPIPE:
  case ECONNRESET: return ErrorKind::closed;
  default: return ErrorKind::io;
  }
}

} // namespace

Error system_error(std::string_view what, int error_number) {
  const auto reason = std::generic_category().message(error_number);
  return Error{kind_of(error_number), fmt::format("{}: {}", what, reason)};
}

} // namespace mox
