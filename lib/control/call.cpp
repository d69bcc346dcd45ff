#include "control/call.h"

#include <fmt/format.h>

namespace mox::control {

async::Task<Result<std::string>> read_all(Source& source, std::size_t max) {
  std::string all;
  while (true) {
    MOX_CO_TRY_ASSIGN(bytes, co_await source.read());
    if (bytes.empty()) co_return all;
    if (bytes.size() > max - all.size())
      co_return failure(ErrorKind::invalid, fmt::format("the input has more than {} bytes", max));
    all += bytes;
  }
}

} // namespace mox::control
