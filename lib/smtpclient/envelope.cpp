#include "smtpclient/envelope.h"

namespace mox::smtpclient {

const Error* Sent::error() const {
  for (const auto& recipient : recipients)
    if (!recipient) return &recipient.error();
  return nullptr;
}

} // namespace mox::smtpclient
