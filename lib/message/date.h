// Dates in header fields (RFC 5322 sections 3.3 and 4.3). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mox::message {

struct Date {
  std::int64_t seconds = 0;      // since 1970-01-01 00:00:00 UTC
  std::int16_t zone_minutes = 0; // east of UTC, as written; 0 when unknown
  bool operator==(const Date&) const = default;
};

// Accepts what mail has: comments, obsolete zones and years of two or three digits, no seconds, no
// zone (UTC is assumed), a wrong day of the week, months in full or as a number, the asctime order
// and ISO 8601. Nothing when the text does not name a day and a time that exist.
std::optional<Date> parse_date(std::string_view body);

// The date at the end of a Received field, after its last semicolon.
std::optional<Date> parse_received_date(std::string_view body);

} // namespace mox::message
