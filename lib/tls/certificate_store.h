// The certificates of a server, chosen by the name that the client asks for (SNI, RFC 6066 section
// 3).
#pragma once

#include "tls/certificate.h"

#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

namespace mox::tls {

// Safe to use from any thread; replace() takes effect with the next handshake.
class CertificateStore {
public:
  // The first is given to clients that name no host, or one that none is for. Empty: handshakes
  // fail until there is one.
  explicit CertificateStore(std::vector<Certificate> certificates = {});

  void replace(std::vector<Certificate> certificates);
  // An exact name first, then a wildcard for its leftmost label (RFC 9525 section 6.3).
  std::optional<Certificate> find(std::string_view server_name) const;

private:
  struct Table;
  std::shared_ptr<const Table> table() const;
  mutable std::mutex mutex_;
  std::shared_ptr<const Table> table_;
};

} // namespace mox::tls
