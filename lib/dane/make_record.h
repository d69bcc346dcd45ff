// TLSA records for a certificate or key of ours. Pure.
#pragma once

#include "dns/record.h"
#include "result/result.h"

#include <cstdint>
#include <string_view>

namespace mox::dane {

// For the first certificate in `pem`; with the selector SPKI, without a certificate, for the first
// public or private key (PKCS#8, PKCS#1, SEC 1). The usage may be one that has no meaning yet;
// selector and matching type must be known.
Result<dns::Tlsa> make_record(std::uint8_t usage, std::uint8_t selector, std::uint8_t matching_type,
                              std::string_view pem);

} // namespace mox::dane
