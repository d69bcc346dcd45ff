#include "message/date.h"

#include "message/cfws.h"
#include "text/ascii.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>

namespace mox::message {

namespace {

constexpr std::array<std::string_view, 12> months = {"jan", "feb", "mar", "apr", "may", "jun",
                                                     "jul", "aug", "sep", "oct", "nov", "dec"};

struct Zone {
  std::string_view name;
  int minutes;
};

// obs-zone (section 4.3) and those that are seen; the military ones, which old mail had wrong, and
// all others mean nothing.
constexpr std::array zones = {
    Zone{"est", -300},     Zone{"edt", -240},     Zone{"cst", -360},     Zone{"cdt", -300},
    Zone{"mst", -420},     Zone{"mdt", -360},     Zone{"pst", -480},     Zone{"pdt", -420},
    Zone{"cet", 60},       Zone{"met", 60},       Zone{"cest", 120},     Zone{"mest", 120},
    Zone{"eet", 120},      Zone{"eest", 180},     Zone{"bst", 60},       Zone{"msk", 180},
    Zone{"jst", 540},      Zone{"kst", 540},      Zone{"est5edt", -300}, Zone{"cst6cdt", -360},
    Zone{"mst7mdt", -420}, Zone{"pst8pdt", -480},
};

std::optional<unsigned> month_of(std::string_view word) {
  if (word.size() < 3) return std::nullopt;
  for (unsigned i = 0; i < months.size(); ++i)
    if (text::istarts_with(word, months[i])) return i + 1;
  return std::nullopt;
}

bool is_day_of_week(std::string_view word) {
  for (const std::string_view day : {"mon", "tue", "wed", "thu", "fri", "sat", "sun"})
    if (text::istarts_with(word, day)) return true;
  return false;
}

class DateReader {
public:
  explicit DateReader(std::string_view text) : text_(text) {}

  // date-time = [ day-of-week "," ] date time [CFWS]
  std::optional<Date> read() {
    skip();
    if (is_day_of_week(peek_word())) take_word();
    skip();
    if (!date()) return std::nullopt;
    if (year_ < 0 && !time_then_year()) return std::nullopt;
    if (hour_ < 0 && !time()) return std::nullopt;
    zone();
    return result();
  }

private:
  void skip() {
    skip_cfws(text_);
    while (!text_.empty() && (text_.front() == ',' || text_.front() == '.')) {
      text_.remove_prefix(1);
      skip_cfws(text_);
    }
  }

  std::string_view peek_word() const {
    std::size_t length = 0;
    while (length < text_.size() && text::is_alpha(text_[length])) ++length;
    return text_.substr(0, length);
  }

  std::string_view take_word() {
    const auto word = peek_word();
    text_.remove_prefix(word.size());
    return word;
  }

  // At most nine digits; -1 without any.
  int take_number(std::size_t* digits = nullptr) {
    std::size_t length = 0;
    while (length < text_.size() && length < 9 && text::is_digit(text_[length])) ++length;
    const auto number = text::parse_number<unsigned>(text_.substr(0, length));
    text_.remove_prefix(length);
    if (digits) *digits = length;
    return number ? static_cast<int>(*number) : -1;
  }

  bool take(char c) {
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }

  void skip_separator() {
    skip();
    if (take('-') || take('/')) skip();
  }

  // date = day month year; also month day year, month day (asctime), year-month-day (ISO 8601).
  bool date() {
    if (const auto month = month_of(peek_word())) {
      take_word();
      month_ = *month;
      skip_separator();
      day_ = take_number();
      skip_separator();
      return day_ >= 0 && (is_time_next() || take_year());
    }
    std::size_t digits = 0;
    day_ = take_number(&digits);
    if (day_ < 0) return false;
    if (digits == 4 && text_.starts_with('-')) return iso_date();
    skip_separator();
    if (!take_month()) return false;
    skip_separator();
    return take_year();
  }

  bool take_month() {
    if (const auto month = month_of(peek_word())) {
      take_word();
      month_ = *month;
      return true;
    }
    const int number = take_number();
    month_ = number > 0 ? static_cast<unsigned>(number) : 0;
    return month_ > 0;
  }

  bool iso_date() {
    year_ = day_;
    take('-');
    const int month = take_number();
    if (month < 0 || !take('-')) return false;
    month_ = static_cast<unsigned>(month);
    day_ = take_number();
    if (text_.starts_with('T') || text_.starts_with('t')) text_.remove_prefix(1);
    return day_ >= 0;
  }

  // obs-year (section 4.3): two digits are 1950 to 2049, three count from 1900.
  bool take_year() {
    std::size_t digits = 0;
    year_ = take_number(&digits);
    if (digits <= 2 && year_ >= 0)
      year_ += year_ < 50 ? 2000 : 1900;
    else if (digits == 3)
      year_ += 1900;
    return year_ >= 0;
  }

  bool is_time_next() const {
    std::size_t at = 0;
    while (at < text_.size() && text::is_digit(text_[at])) ++at;
    return at > 0 && at < 3 && text_.substr(at).starts_with(':');
  }

  // asctime has the year after the time, which a zone may separate from it.
  bool time_then_year() {
    if (!time()) return false;
    skip();
    if (!peek_word().empty()) zone();
    skip();
    return take_year();
  }

  // time-of-day = hour ":" minute [ ":" second ]
  // Some write "." or a space between the numbers.
  bool time() {
    skip();
    hour_ = take_number();
    if (!next_of_time()) return false;
    minute_ = take_number();
    if (minute_ >= 0 && is_second_next()) {
      next_of_time();
      second_ = take_number();
      if (take('.')) take_number();
    }
    meridian();
    return hour_ >= 0 && minute_ >= 0;
  }

  bool next_of_time() {
    const auto before = text_.size();
    skip();
    if (take(':')) skip();
    return text_.size() != before;
  }

  bool is_second_next() const {
    auto rest = text_;
    skip_cfws(rest);
    if (rest.starts_with(':')) return true;
    if (rest.starts_with('.')) rest.remove_prefix(1);
    return rest.size() >= 2 && text::is_digit(rest[0]) && text::is_digit(rest[1]) &&
           (rest.size() == 2 || !text::is_digit(rest[2]));
  }

  void meridian() {
    skip();
    const auto word = peek_word();
    const bool pm = text::iequals(word, "pm");
    if (!pm && !text::iequals(word, "am")) return;
    take_word();
    if (hour_ == 12) hour_ = 0;
    if (pm) hour_ += 12;
  }

  // zone = (FWS ( "+" / "-" ) 4DIGIT) / (FWS obs-zone)
  void zone() {
    skip();
    const auto word = peek_word();
    if (!word.empty()) return named_zone();
    const bool east = take('+');
    if (!east && !take('-')) return;
    std::size_t digits = 0;
    int number = take_number(&digits);
    if (number < 0) return;
    if (digits <= 2) number *= 100;
    if (digits <= 2 && take(':')) number += std::max(take_number(), 0);
    if (number / 100 > 23 || number % 100 > 59) return;
    const int minutes = number / 100 * 60 + number % 100;
    zone_ = east ? minutes : -minutes;
  }

  void named_zone() {
    std::size_t length = 0;
    while (length < text_.size() && text::is_alnum(text_[length])) ++length;
    const auto word = text_.substr(0, length);
    text_.remove_prefix(length);
    for (const Zone& known : zones)
      if (text::iequals(word, known.name)) zone_ = known.minutes;
    // "GMT+0200"
    if ((text::iequals(word, "gmt") || text::iequals(word, "utc")) &&
        (text_.starts_with('+') || text_.starts_with('-')))
      zone();
  }

  std::optional<Date> result() const {
    using namespace std::chrono;
    const year_month_day date{year(year_), month(month_), day(static_cast<unsigned>(day_))};
    if (year_ > 9999 || month_ > 12 || day_ > 31 || !date.ok()) return std::nullopt;
    if (hour_ > 23 || minute_ > 59 || second_ > 60) return std::nullopt;
    const auto days = sys_days(date).time_since_epoch().count();
    const std::int64_t local =
        ((std::int64_t{days} * 24 + hour_) * 60 + minute_) * 60 + std::max(second_, 0);
    return Date{.seconds = local - std::int64_t{zone_} * 60,
                .zone_minutes = static_cast<std::int16_t>(zone_)};
  }

  std::string_view text_;
  int year_ = -1;
  unsigned month_ = 0;
  int day_ = -1;
  int hour_ = -1;
  int minute_ = -1;
  int second_ = -1;
  int zone_ = 0;
};

} // namespace

std::optional<Date> parse_date(std::string_view body) {
  return DateReader(body).read();
}

std::optional<Date> parse_received_date(std::string_view body) {
  const auto semicolon = body.rfind(';');
  if (semicolon == std::string_view::npos) return std::nullopt;
  return parse_date(body.substr(semicolon + 1));
}

} // namespace mox::message
