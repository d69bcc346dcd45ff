#include "message/date.h"
#include "support/catch.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

using namespace mox::message;

namespace {

constexpr std::int64_t at(int y, unsigned month, unsigned day, int hour, int minute,
                          int second = 0) {
  using namespace std::chrono;
  const auto date = year(y) / std::chrono::month(month) / std::chrono::day(day);
  const sys_days days(date);
  return days.time_since_epoch().count() * std::int64_t{86'400} + hour * 3600 + minute * 60 +
         second;
}

struct Row {
  std::string_view text;
  std::int64_t local; // as if the zone were UTC
  int zone = 0;
};

const std::vector<Row> rows = {
    // RFC 5322 section 3.3 and appendix A.
    {"Fri, 21 Nov 1997 09:55:06 -0600", at(1997, 11, 21, 9, 55, 6), -360},
    {"1 Jul 2003 10:52:37 +0200", at(2003, 7, 1, 10, 52, 37), 120},
    {"Thu,\r\n 13\r\n  Feb\r\n 1969\r\n  23:32\r\n -0330 (Newfoundland Time)",
     at(1969, 2, 13, 23, 32), -210},
    {"21 Nov 1997 09:55:06 -0000", at(1997, 11, 21, 9, 55, 6), 0},
    {"Sat, 31 Dec 2016 23:59:60 +0000", at(2017, 1, 1, 0, 0), 0},
    {"29 Feb 2024 00:00 +0000", at(2024, 2, 29, 0, 0), 0},
    {"1 Jan 2026 00:00:00 +2359", at(2026, 1, 1, 0, 0), 1439},
    // Section 4.3.
    {"21 Nov 97 09:55:06 GMT", at(1997, 11, 21, 9, 55, 6), 0},
    {"21 Nov 49 09:55 UT", at(2049, 11, 21, 9, 55), 0},
    {"21 Nov 50 09:55 UT", at(1950, 11, 21, 9, 55), 0},
    {"21 Nov 103 09:55 UT", at(2003, 11, 21, 9, 55), 0},
    {"Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", at(1997, 11, 21, 9, 55, 6), -360},
    {"21 Nov 1997 09:55:06 EST", at(1997, 11, 21, 9, 55, 6), -300},
    {"21 Nov 1997 09:55:06 pdt", at(1997, 11, 21, 9, 55, 6), -420},
    {"21 Nov 1997 09:55:06 Z", at(1997, 11, 21, 9, 55, 6), 0},
    {"21 Nov 1997 09:55:06 A", at(1997, 11, 21, 9, 55, 6), 0},
    // What else mail has.
    {"21 Nov 1997 09:55:06", at(1997, 11, 21, 9, 55, 6), 0},
    {"Mon, 21 Nov 1997 09:55:06 +0000", at(1997, 11, 21, 9, 55, 6), 0},
    {"Friday, 21 November 1997 09:55:06 +0000", at(1997, 11, 21, 9, 55, 6), 0},
    {"21-Nov-1997 09:55:06 +0100", at(1997, 11, 21, 9, 55, 6), 60},
    {"21/11/1997 09:55", at(1997, 11, 21, 9, 55), 0},
    {"21.11.1997 09:55", at(1997, 11, 21, 9, 55), 0},
    {"Fri Nov 21 09:55:06 1997", at(1997, 11, 21, 9, 55, 6), 0},
    {"Fri Nov 21 09:55:06 EST 1997", at(1997, 11, 21, 9, 55, 6), -300},
    {"November 21, 1997 9:55 PM", at(1997, 11, 21, 21, 55), 0},
    {"21 Nov 1997 12:00:00 AM +0000", at(1997, 11, 21, 0, 0), 0},
    {"21 Nov 1997 12:00 pm", at(1997, 11, 21, 12, 0), 0},
    {"1997-11-21T09:55:06Z", at(1997, 11, 21, 9, 55, 6), 0},
    {"1997-11-21 09:55:06.123 +01:00", at(1997, 11, 21, 9, 55, 6), 60},
    {"21 Nov 1997 09.55.06 +0100", at(1997, 11, 21, 9, 55, 6), 60},
    {"21 Nov 1997 09 55 06 +0100", at(1997, 11, 21, 9, 55, 6), 60},
    {"21 Nov 1997 09:55:06 GMT+0200", at(1997, 11, 21, 9, 55, 6), 120},
    {"21 Nov 1997 09:55:06 UTC-3", at(1997, 11, 21, 9, 55, 6), -180},
    {"21 Nov 1997 09:55:06 +2", at(1997, 11, 21, 9, 55, 6), 120},
    {"21 Nov 1997 09:55:06 +9999", at(1997, 11, 21, 9, 55, 6), 0},
    {"(a (b) c) Fri,21 Nov 1997 09:55:06 +0000 trailing", at(1997, 11, 21, 9, 55, 6), 0},
};

const std::vector<std::string_view> none = {
    "",
    " ",
    "(comment only)",
    "(open comment 21 Nov 1997 09:55:06",
    "Fri",
    "Fri,",
    "21 Nov",
    "21 Nov 1997",
    "Nov 1997 09:55:06",
    "21 Foo 1997 09:55:06",
    "31 Feb 1997 09:55:06",
    "29 Feb 1900 00:00",
    "0 Nov 1997 09:55:06",
    "32 Nov 1997 09:55:06",
    "21 Nov 10000 09:55:06",
    "21 Nov 1997 24:00:00",
    "21 Nov 1997 09:60:00",
    "21 Nov 1997 09:55:61",
    "21 Nov 1997 13:00 pm",
    "21 Nov 1997 09",
    "21 Nov 1997 x9:55",
    "1997-13-21T09:55:06Z",
    "1997-11",
    "1997-11-",
    "999999999999 Nov 1997 09:55",
    "21 0 1997 09:55",
    "Nov 21",
};

} // namespace

TEST_CASE("dates are read") {
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto date = parse_date(row.text);
    REQUIRE(date);
    CHECK(date->seconds == row.local - row.zone * 60);
    CHECK(date->zone_minutes == row.zone);
  }
}

TEST_CASE("what names no day and time is no date") {
  for (const auto text : none) {
    CAPTURE(text);
    CHECK(!parse_date(text));
  }
}

TEST_CASE("the date of a Received field") {
  const auto date = parse_received_date("from a (b; c) by d; 21 Nov 1997 09:55:06 -0600");
  REQUIRE(date);
  CHECK(date->seconds == at(1997, 11, 21, 15, 55, 6));
  CHECK(!parse_received_date("from a by b"));
  CHECK(!parse_received_date("from a by b;"));
}

TEST_CASE("hostile dates take little time") {
  for (const std::string_view piece : {"(", ",", "9", " ", "Mon", "21 Nov "}) {
    std::string text;
    while (text.size() < 1'000'000) text += piece;
    CAPTURE(piece);
    CHECK(!parse_date(text));
  }
}
