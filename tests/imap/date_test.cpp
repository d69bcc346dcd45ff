#include "imap/date.h"
#include "support/catch.h"

#include <limits>
#include <string>
#include <vector>

using mox::imap::DateTime;

namespace {

std::string text_of(const DateTime& time) {
  std::string text;
  mox::imap::append_date_time(text, time);
  return text;
}

std::string text_of(mox::imap::Date date) {
  std::string text;
  mox::imap::append_date(text, date);
  return text;
}

} // namespace

TEST_CASE("dates and times") {
  struct Row {
    std::string input;
    std::int64_t seconds;
    int zone;
    std::string want; // "" for the input itself
    std::string day;
  };

  const std::vector<Row> rows = {
      {"17-Jul-1996 02:44:25 -0700", 837596665, -420, "", "17-Jul-1996"},
      {" 1-Jan-1970 00:00:00 +0000", 0, 0, "", "1-Jan-1970"},
      {"1-jan-1970 00:00:00 +0000", 0, 0, " 1-Jan-1970 00:00:00 +0000", "1-Jan-1970"},
      {"01-JAN-1970 02:00:00 +0200", 0, 120, " 1-Jan-1970 02:00:00 +0200", "1-Jan-1970"},
      {"31-Dec-1969 23:30:00 -0030", 0, -30, "", "31-Dec-1969"},
      {"29-Feb-2024 12:00:00 +0545", 1709187300, 345, "", "29-Feb-2024"},
      {"31-Dec-2016 23:59:60 +0000", 1483228799, 0, "31-Dec-2016 23:59:59 +0000", "31-Dec-2016"},
      {"31-Dec-1969 23:59:59 +0000", -1, 0, "", "31-Dec-1969"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.input);
    const auto time = mox::imap::parse_date_time(row.input);
    REQUIRE(time);
    CHECK(time->seconds == row.seconds);
    CHECK(time->zone == row.zone);
    CHECK(text_of(*time) == (row.want.empty() ? row.input : row.want));
    CHECK(text_of(day_of(*time)) == row.day);
    CHECK(mox::imap::parse_date_time(text_of(*time)) == time);
  }
}

TEST_CASE("malformed dates and times") {
  for (const std::string input :
       {"", "17-Jul-1996", "17-Jul-1996 02:44:25", "17-Jul-1996 02:44:25 0700",
        "17-Jul-1996 24:44:25 -0700", "17-Jul-1996 02:60:25 -0700", "17-Jul-1996 02:44:61 -0700",
        "17-Jul-1996 02:44:25 -2400", "17-Jul-1996 02:44:25 -0760", "17-Jul-96 02:44:25 -0700",
        "30-Feb-1996 02:44:25 -0700", "17-Foo-1996 02:44:25 -0700", "17 Jul 1996 02:44:25 -0700",
        "17-Jul-1996 02:44:25 -0700 ", "17-Jul-1996 2:44:25 -0700", "  7-Jul-1996 02:44:25 -0700",
        "00-Jul-1996 02:44:25 -0700", "17-Jul-1996T02:44:25 -0700", "17-Jul-1996 02:44:25 UTC"}) {
    CAPTURE(input);
    CHECK(!mox::imap::parse_date_time(input));
  }
}

TEST_CASE("dates") {
  CHECK(text_of(*mox::imap::parse_date("1-Feb-1994")) == "1-Feb-1994");
  CHECK(text_of(*mox::imap::parse_date("01-feb-1994")) == "1-Feb-1994");
  CHECK(text_of(*mox::imap::parse_date("29-Feb-2000")) == "29-Feb-2000");
  for (const std::string input :
       {"", "1", "1-Feb", "1-Feb-94", "29-Feb-1900", "32-Jan-2000", "0-Jan-2000", "001-Jan-2000",
        "1-Feb-1994 ", " 1-Feb-1994", "1/Feb/1994", "-1-Feb-1994"}) {
    CAPTURE(input);
    CHECK(!mox::imap::parse_date(input));
  }
}

TEST_CASE("dates beyond the calendar do no harm") {
  using Limits = std::numeric_limits<std::int64_t>;
  CHECK(text_of({Limits::max(), 0}) == "30-Dec-9999 23:59:59 +0000");
  CHECK(text_of({Limits::min(), -720}) == " 1-Jan-0000 12:00:00 -1200");
}
