#include "httpclient/client.h"

namespace mox::httpclient {

std::string_view Response::header(std::string_view name) const {
  const auto found = headers.find(std::string(name));
  return found != headers.end() ? std::string_view(found->second) : std::string_view();
}

} // namespace mox::httpclient
