// TLSRPT records: where reports about TLS are wanted (RFC 8460 section 3). Pure.
#pragma once

#include "result/result.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mox::tlsrpt {

inline constexpr std::size_t record_limit = 16 << 10; // bytes
inline constexpr std::size_t uri_limit = 100;
inline constexpr std::size_t field_limit = 100;

struct Extension {
  std::string name;
  std::string value;

  bool operator==(const Extension&) const = default;
};

struct Record {
  std::vector<std::string> reports; // rua: "mailto:…" or "https://…"; at least one
  std::vector<Extension> extensions;

  bool operator==(const Record&) const = default;
};

// Among the TXT records of a name those that begin with "v=TLSRPTv1;". If there is not exactly one,
// the domain does not want reports (RFC 8460 section 3).
std::vector<std::string_view> claims(std::span<const std::string> texts);

// `text` is the whole TXT record.
Result<Record> parse_record(std::string_view text);

// "v=TLSRPTv1; rua=mailto:…".
std::string to_string(const Record& record);

} // namespace mox::tlsrpt
