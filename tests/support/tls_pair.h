// A server's and a client's TLS context that trust each other.
#pragma once

#include "clock/clock.h"
#include "tls/certificate_store.h"
#include "tls/client_context.h"
#include "tls/self_signed.h"
#include "tls/server_context.h"

#include <chrono>
#include <string>
#include <vector>

namespace mox::test {

inline tls::PemPair make_pem(const std::string& name,
                             WallTime now = std::chrono::system_clock::now(),
                             std::chrono::days valid = std::chrono::days(2)) {
  const std::vector<std::string> names{name};
  return tls::make_self_signed(names, now, valid).value();
}

inline std::vector<tls::Certificate> certificates(const std::vector<tls::PemPair>& pems) {
  std::vector<tls::Certificate> all;
  for (const auto& pem : pems)
    all.push_back(tls::Certificate::from_pem(pem.certificate, pem.key, "test").value());
  return all;
}

// For the name mx.example.
struct TlsPair {
  tls::PemPair pem = make_pem("mx.example");
  tls::CertificateStore store{certificates({pem})};
  tls::ServerContext server{store};
  tls::ClientContext client = tls::ClientContext::authorities(pem.certificate).value();
};

} // namespace mox::test
