// A certificate that a server makes for itself, for tests and local use.
#pragma once

#include "clock/clock.h"
#include "result/result.h"

#include <chrono>
#include <span>
#include <string>

namespace mox::tls {

struct PemPair {
  std::string certificate;
  std::string key; // PKCS#8, unencrypted
};

// ECDSA P-256, valid from a day before `now` on. `names` are DNS names or IP addresses, at least
// one; the first is also the subject's common name. It is its own authority, so that a client can
// be told to trust it.
Result<PemPair> make_self_signed(std::span<const std::string> names, WallTime now,
                                 std::chrono::days valid);

} // namespace mox::tls
