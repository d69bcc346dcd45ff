#include "rdap/response.h"
#include "support/catch.h"

#include <string>
#include <vector>

using namespace mox;
using namespace mox::rdap;

namespace {

const std::string bootstrap = R"({
  "version": "1.0", "publication": "2026-01-01T00:00:00Z", "description": "x",
  "services": [
    [["net", "com"], ["https://registry.example/myrdap"]],
    [["co.uk"], ["http://plain.example/", "https://second.example/"]],
    [["uk"], ["https://uk.example/"]],
    [["xn--p1ai"], ["https://rf.example/"]],
    [["old"], ["http://old.example/"]],
    [["nowhere"], ["https://", "https:///"]],
    [["odd"]], "strange", [["strange"], "x"], [[7], ["https://seven.example/"]]
  ]})";

std::string server(std::string_view domain) {
  const auto found = find_servers(bootstrap, dns::parse_name(domain).value()).value();
  return found.empty() ? "" : found.front();
}

std::string when(const std::string& events) {
  const auto found = registration(R"({"objectClassName": "domain", "events": )" + events + "}");
  if (!found) return "wrong";
  return *found ? std::to_string((*found)->time_since_epoch().count()) : "none";
}

std::int64_t seconds(std::string_view date) {
  const auto time = parse_date(date);
  return time ? time->time_since_epoch().count() : -1;
}

} // namespace

TEST_CASE("which registry has a domain") {
  CHECK(server("example.com") == "https://registry.example/myrdap/");
  CHECK(server("example.co.uk") == "https://second.example/");
  CHECK(server("example.org.uk") == "https://uk.example/");
  CHECK(server("uk") == "https://uk.example/");
  CHECK(server("пример.рф") == "https://rf.example/");
  CHECK(server("example.xcom").empty());
  // Only in the clear.
  CHECK(server("example.old").empty());
  CHECK(server("example.nowhere").empty());
  CHECK(server("example.odd").empty());
  CHECK(server("example.strange").empty());
}

TEST_CASE("lists that are none") {
  const auto domain = dns::parse_name("example.com").value();
  for (const char* text :
       {"", "[]", "{}", "{\"services\": 1}", "null", "{\"services\": [", "<html></html>"})
    CHECK_FALSE(find_servers(text, domain));
  CHECK(find_servers("{\"services\": []}", domain)->empty());
  CHECK_FALSE(
      find_servers("{\"services\": " + std::string(40, '[') + std::string(40, ']') + "}", domain));
}

TEST_CASE("when a domain was registered") {
  const std::string first =
      R"({"eventAction": "registration", "eventDate": "1970-01-02T00:00:00Z"})";
  CHECK(when("[" + first + "]") == "86400");
  CHECK(when("[" + first +
             R"(, {"eventAction": "last changed", "eventDate": "2020-01-01T00:00:00Z"}])") ==
        "86400");
  CHECK(when("[" + first +
             R"(, {"eventAction": "reregistration", "eventDate": "1970-01-03T00:00:00Z"}])") ==
        "172800");
  CHECK(when(R"([{"eventAction": "reinstantiation", "eventDate": "1970-01-03T00:00:00Z"}, )" +
             first + "]") == "172800");
  CHECK(when("[]") == "none");
  CHECK(when("{}") == "none");
  CHECK(when(R"([{"eventAction": "registration"}, 7, "x", {"eventAction": 1, "eventDate": 2}])") ==
        "none");
  CHECK(when(R"([{"eventAction": "registration", "eventDate": "long ago"}])") == "none");
  CHECK_FALSE(registration(R"({"objectClassName": "entity", "events": []})"));
  CHECK_FALSE(registration(R"({"errorCode": 404})"));
  CHECK_FALSE(registration("<html></html>"));
  CHECK_FALSE(registration(""));
  // Far too deep, which is no reason to fall over.
  CHECK_FALSE(registration(std::string(100'000, '[')));
  CHECK_FALSE(registration("{\"x\": \"" + std::string(response_limit, 'x') + "\"}"));
}

TEST_CASE("dates") {
  CHECK(seconds("1970-01-01T00:00:00Z") == 0);
  CHECK(seconds("1970-01-01t00:00:00z") == 0);
  CHECK(seconds("2023-08-13T04:00:00.123456Z") == 1691899200);
  CHECK(seconds("2023-08-13T06:00:00+02:00") == 1691899200);
  CHECK(seconds("2023-08-12T23:30:00-0430") == 1691899200);
  CHECK(seconds("2023-08-13 04:00:00") == 1691899200);
  CHECK(seconds("2023-08-13") == 1691884800);
  CHECK(seconds("2024-02-29T00:00:00Z") == 1709164800);
  for (const char* wrong :
       {"", "2023", "2023-02-29T00:00:00Z", "2023-13-01T00:00:00Z", "2023-00-01T00:00:00Z",
        "2023-08-13T24:00:00Z", "2023-08-13T00:60:00Z", "2023-08-13T00:00:61Z",
        "2023-08-13T00:00:00X", "2023-08-13T00:00:00+25:00", "2023-08-13T00:00:00Z ", "13-08-2023",
        "2023-8-13", "+023-08-13"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_date(wrong));
  }
}
