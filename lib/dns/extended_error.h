// Why a name server answered as it did (RFC 8914). Pure.
#pragma once

#include <cstdint>
#include <string>

namespace mox::dns {

// RFC 8914 section 2.
struct ExtendedError {
  std::uint16_t code = 0;
  std::string text; // printable; often empty

  bool operator==(const ExtendedError&) const = default;
};

// "signature expired: text".
std::string to_string(const ExtendedError& error);
// It says that DNSSEC proves the answer wrong, or that what should prove it is missing.
bool is_dnssec_failure(const ExtendedError& error);

} // namespace mox::dns
