// TLSA records (RFC 6698 section 2, RFC 7218): what the DNS says of a server's certificate. Pure.
#pragma once

#include "dns/name.h"
#include "dns/record.h"
#include "result/result.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mox::dane {

// How many records of one name are looked at; those behind do not count.
inline constexpr std::size_t record_limit = 64;

enum class Usage : std::uint8_t {
  pkix_ta = 0, // an authority in the chain, and the chain is valid by the usual authorities
  pkix_ee = 1, // the server's certificate, and its chain is valid by the usual authorities
  dane_ta = 2, // an authority in the chain, trusted by this record alone
  dane_ee = 3, // the server's certificate, trusted by this record alone
};

enum class Selector : std::uint8_t { cert = 0, spki = 1 };

enum class Matching : std::uint8_t { full = 0, sha2_256 = 1, sha2_512 = 2 };

// A number or a name of RFC 7218, in any case: "3", "dane-ee"; "spki"; "sha2-256". Numbers that
// have no meaning (yet) are given as they are.
Result<std::uint8_t> parse_usage(std::string_view text);
Result<std::uint8_t> parse_selector(std::string_view text);
Result<std::uint8_t> parse_matching(std::string_view text);

// "DANE-EE", or the number where it has no name.
std::string usage_name(std::uint8_t usage);
std::string selector_name(std::uint8_t selector);
std::string matching_name(std::uint8_t matching_type);

// "3 1 1 0123abcd…".
std::string to_string(const dns::Tlsa& record);

// We know its values, and its data have the size that they must have. What is not understood is
// skipped (RFC 6698 section 4.1).
bool is_understood(const dns::Tlsa& record);

// Understood, and of a usage that SMTP takes: DANE-TA or DANE-EE (RFC 7672 section 3.1.3).
bool is_usable_for_smtp(const dns::Tlsa& record);
std::vector<dns::Tlsa> usable_for_smtp(std::span<const dns::Tlsa> records);

// "_25._tcp.mx.example.org" (RFC 6698 section 3).
Result<dns::Name> tlsa_name(const dns::Name& host, std::uint16_t port);

} // namespace mox::dane
