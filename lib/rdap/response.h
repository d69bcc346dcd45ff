// What registries say in JSON: where they are (RFC 9224), and what they know of a domain (RFC
// 9083). Pure.
#pragma once

#include "dns/name.h"
#include "result/result.h"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mox::rdap {

inline constexpr std::size_t bootstrap_limit = 4 << 20; // bytes
inline constexpr std::size_t response_limit = 1 << 20;  // bytes

// The base URLs, https only and with a slash at their end, of the registry that has the domain, by
// the file that IANA publishes. Of several registries the one with the longest name counts. Empty
// when there is none.
Result<std::vector<std::string>> find_servers(std::string_view bootstrap, const dns::Name& domain);

// When the domain was registered: the latest of its events registration, reregistration and
// reinstantiation (RFC 9083 section 10.2.3). Nothing when it names none.
Result<std::optional<std::chrono::sys_seconds>> registration(std::string_view response);

// RFC 3339 section 5.6, also with a blank instead of "T" and without a zone, which is UTC then.
std::optional<std::chrono::sys_seconds> parse_date(std::string_view text);

} // namespace mox::rdap
