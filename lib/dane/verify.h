// Whether a server's certificates fit the TLSA records of its name (RFC 6698, RFC 7671). Pure: the
// time and the usual authorities are handed in.
#pragma once

#include "dane/tlsa.h"
#include "dns/name.h"
#include "dns/record.h"
#include "result/result.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

struct x509_store_st;

namespace mox::dane {

// More than this many certificates, or larger ones, are not looked at.
inline constexpr std::size_t chain_limit = 16;
inline constexpr std::size_t certificate_limit = 65536; // bytes

// Bits of the usages that count: 1 << usage.
inline constexpr unsigned all_usages = 0b1111;
inline constexpr unsigned smtp_usages = 0b1100; // DANE-TA and DANE-EE

struct Expectation {
  // Any of these must stand in the certificate, but with DANE-EE, which needs none (RFC 7671
  // section 5.1).
  std::vector<dns::Name> names;
  std::chrono::sys_seconds now;
  unsigned usages = all_usages;
  // OpenSSL's X509_STORE, for PKIX-TA and PKIX-EE. Null: these never fit.
  x509_store_st* authorities = nullptr;
};

enum class Problem : std::uint8_t {
  no_records, // none that is understood and of an allowed usage
  no_match,   // nothing in the chain is what a record says
  expired,    // something is, but a certificate is not valid now
  wrong_name, // something is, but the certificate is for others
  untrusted,  // something is, but the chain does not hold together
  malformed,  // what the server sent are no certificates, or too many
};

struct Failure {
  Problem problem = Problem::no_match;
  std::string text; // for people
};

// The record that fits. `chain` is in DER, the server's certificate first, as the server sent it.
Result<dns::Tlsa, Failure> verify(std::span<const std::string> chain,
                                  std::span<const dns::Tlsa> records,
                                  const Expectation& expectation);

} // namespace mox::dane
