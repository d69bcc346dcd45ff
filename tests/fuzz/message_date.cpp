// links: message
// A date that was understood is the same when it is written as RFC 5322 wants.
#include "message/date.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

std::string print(const mox::message::Date& date) {
  using namespace std::chrono;
  constexpr std::string_view months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const sys_seconds local(seconds(date.seconds) + minutes(date.zone_minutes));
  const auto days = floor<std::chrono::days>(local);
  const year_month_day day(days);
  const hh_mm_ss time(local - days);
  const int zone = std::abs(date.zone_minutes);
  return fmt::format("{} {} {:04} {:02}:{:02}:{:02} {}{:02}{:02}", unsigned(day.day()),
                     months[unsigned(day.month()) - 1], int(day.year()), time.hours().count(),
                     time.minutes().count(), time.seconds().count(),
                     date.zone_minutes < 0 ? '-' : '+', zone / 60, zone % 60);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  mox::message::parse_received_date(text);
  const auto date = mox::message::parse_date(text);
  if (!date) return 0;
  const auto printed = print(*date);
  // A leap second at the end of the year 9999 is in a year that has no RFC 5322 form.
  if (printed.find(" 10000 ") != std::string::npos) return 0;
  if (mox::message::parse_date(printed) != date) std::abort();
  return 0;
}
