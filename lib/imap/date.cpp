#include "imap/date.h"

#include "text/ascii.h"

#include <algorithm>
#include <array>

namespace mox::imap {

namespace {

constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Exactly `digits` digits off the front of `text`.
std::optional<unsigned> take_digits(std::string_view& text, std::size_t digits) {
  const auto number =
      text.size() < digits ? std::nullopt : text::parse_number<unsigned>(text.substr(0, digits));
  if (number) text.remove_prefix(digits);
  return number;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<std::chrono::month> take_month(std::string_view& text) {
  for (unsigned i = 0; i < months.size(); ++i) {
    if (!text::istarts_with(text, months[i])) continue;
    text.remove_prefix(months[i].size());
    return std::chrono::month(i + 1);
  }
  return std::nullopt;
}

// "-Feb-1994" after the day.
std::optional<Date> take_month_and_year(std::string_view& text, unsigned day) {
  if (!take(text, '-')) return std::nullopt;
  const auto month = take_month(text);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto year = take_digits(text, 4);
  if (!year) return std::nullopt;
  const Date date(std::chrono::year(static_cast<int>(*year)), *month, std::chrono::day(day));
  return date.ok() ? std::optional(date) : std::nullopt;
}

struct TimeOfDay {
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;
};

// "02:44:25"; a leap second is read as the one before.
std::optional<TimeOfDay> take_time(std::string_view& text) {
  const auto hour = take_digits(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59 || !take(text, ':')) return std::nullopt;
  const auto second = take_digits(text, 2);
  if (!second || *second > 60) return std::nullopt;
  return TimeOfDay{*hour, *minute, std::min(*second, 59U)};
}

// "-0700" in minutes.
std::optional<int> take_zone(std::string_view& text) {
  const bool west = text.starts_with('-');
  if (!west && !text.starts_with('+')) return std::nullopt;
  text.remove_prefix(1);
  const auto hours = take_digits(text, 2);
  const auto minutes = take_digits(text, 2);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const int zone = static_cast<int>(*hours * 60 + *minutes);
  return west ? -zone : zone;
}

void append_digits(std::string& to, unsigned value, std::size_t digits) {
  const std::size_t start = to.size();
  to.append(digits, '0');
  for (std::size_t i = start + digits; i > start; value /= 10)
    to[--i] = static_cast<char>('0' + value % 10);
}

void append_month_and_year(std::string& to, Date date) {
  to += '-';
  to += months[static_cast<unsigned>(date.month()) - 1];
  to += '-';
  append_digits(to, static_cast<unsigned>(static_cast<int>(date.year())), 4);
}

// The seconds of years 0 to 9999, a day off each end so that no zone leads out of them.
constexpr std::int64_t first_second = -62'167'219'200 + 86'400;
constexpr std::int64_t last_second = 253'402'300'799 - 86'400;

} // namespace

Date day_of(const DateTime& time) {
  const auto seconds = std::clamp(time.seconds, first_second, last_second);
  const std::chrono::sys_seconds local{std::chrono::seconds(seconds + time.zone * 60)};
  return Date(std::chrono::floor<std::chrono::days>(local));
}

// date-text = date-day "-" date-month "-" date-year ; date-day = 1*2DIGIT
std::optional<Date> parse_date(std::string_view text) {
  const std::size_t digits = text.size() > 1 && text::is_digit(text[1]) ? 2 : 1;
  const auto day = take_digits(text, digits);
  if (!day) return std::nullopt;
  const auto date = take_month_and_year(text, *day);
  return text.empty() ? date : std::nullopt;
}

// date-time = DQUOTE date-day-fixed "-" date-month "-" date-year SP time SP zone DQUOTE
// date-day-fixed = (SP DIGIT) / 2DIGIT
//
// Deviation: a single digit without the space before it is accepted, as clients send it.
std::optional<DateTime> parse_date_time(std::string_view text) {
  if (text.starts_with(' ')) text.remove_prefix(1);
  const std::size_t digits = text.size() > 1 && text::is_digit(text[1]) ? 2 : 1;
  const auto day = take_digits(text, digits);
  if (!day) return std::nullopt;
  const auto date = take_month_and_year(text, *day);
  if (!date || !take(text, ' ')) return std::nullopt;
  const auto time = take_time(text);
  if (!time || !take(text, ' ')) return std::nullopt;
  const auto zone = take_zone(text);
  if (!zone || !text.empty()) return std::nullopt;
  const std::chrono::sys_seconds midnight = std::chrono::sys_days(*date);
  const auto local =
      midnight.time_since_epoch().count() + time->hour * 3600 + time->minute * 60 + time->second;
  return DateTime{local - *zone * 60, static_cast<std::int16_t>(*zone)};
}

void append_date(std::string& to, Date date) {
  const auto day = static_cast<unsigned>(date.day());
  append_digits(to, day, day > 9 ? 2 : 1);
  append_month_and_year(to, date);
}

void append_date_time(std::string& to, const DateTime& time) {
  const auto local = std::clamp(time.seconds, first_second, last_second) + time.zone * 60;
  const auto date = day_of(time);
  const auto day = static_cast<unsigned>(date.day());
  const auto second = static_cast<unsigned>(((local % 86'400) + 86'400) % 86'400);
  if (day < 10) to += ' ';
  append_digits(to, day, day > 9 ? 2 : 1);
  append_month_and_year(to, date);
  to += ' ';
  append_digits(to, second / 3600, 2);
  to += ':';
  append_digits(to, second / 60 % 60, 2);
  to += ':';
  append_digits(to, second % 60, 2);
  to += time.zone < 0 ? " -" : " +";
  const auto zone = static_cast<unsigned>(time.zone < 0 ? -time.zone : time.zone);
  append_digits(to, zone / 60, 2);
  append_digits(to, zone % 60, 2);
}

} // namespace mox::imap
