// The OpenSSL objects of a Certificate; for this folder only.
#pragma once

#include "tls/certificate.h"
#include "tls/handles.h"

namespace mox::tls {

struct Certificate::Parts {
  X509Handle leaf;
  std::vector<X509Handle> chain;
  KeyHandle key;
  std::vector<std::string> names;
};

} // namespace mox::tls
