// Dates of IMAP: SEARCH's date and APPEND's and INTERNALDATE's date-time (RFC 9051 section 9).
// Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mox::imap {

using Date = std::chrono::year_month_day;

struct DateTime {
  std::int64_t seconds = 0; // since 1970 UTC
  std::int16_t zone = 0;    // minutes east of UTC
  bool operator==(const DateTime&) const = default;
};

// The calendar day of `time` in its own zone, which is what SEARCH BEFORE, ON and SINCE compare.
Date day_of(const DateTime& time);

// "1-Feb-1994" or "01-Feb-1994", without quotes. Nothing for a day that is not in the calendar.
std::optional<Date> parse_date(std::string_view text);
// "17-Jul-1996 02:44:25 -0700", without quotes; the day is two digits, or SP and a digit.
std::optional<DateTime> parse_date_time(std::string_view text);

void append_date(std::string& to, Date date);
// Without quotes. Years outside 0 to 9999 are written as the nearest in it.
void append_date_time(std::string& to, const DateTime& time);

} // namespace mox::imap
