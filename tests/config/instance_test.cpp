#include "config/instance.h"
#include "support/catch.h"

#include <string_view>
#include <vector>

using namespace mox;

namespace {

constexpr auto file = "/srv/x/mox.toml";

} // namespace

TEST_CASE("what is printed reads the same") {
  config::Instance instance;
  instance.data_dir = "/srv/x/data";
  instance.hostname = "mx.example.org";
  instance.log_level = "debug";
  instance.ips = {*net::Address::parse("127.0.0.1"), *net::Address::parse("::1")};
  const auto again = config::parse_instance(config::print_instance(instance, "data"), file);
  REQUIRE(again);
  CHECK(again->data_dir == instance.data_dir);
  CHECK(again->hostname == instance.hostname);
  CHECK(again->log_level == instance.log_level);
  CHECK(again->ips == instance.ips);
}

TEST_CASE("errors name the file, the place, the field and what is allowed") {
  struct Row {
    std::string_view text, want;
  };

  const std::vector<Row> rows = {
      {"", "/srv/x/mox.toml: data-dir is missing"},
      {"data-dir = 'd'", "/srv/x/mox.toml: ips is missing"},
      {"data-dir = 1", "/srv/x/mox.toml:1:12: data-dir must be a string"},
      {"data-dir = 'd'\nips = []", "/srv/x/mox.toml:2:7: ips must be a list"},
      {"data-dir = 'd'\nips = '::1'", "/srv/x/mox.toml:2:7: ips must be a list"},
      {"data-dir = 'd'\nips = ['localhost']", "/srv/x/mox.toml:2:8: ips: "},
      {"data-dir = 'd'\nips = [1]", "/srv/x/mox.toml:2:8: ips must be a string"},
      {"log-level = 'loud'", "log-level \"loud\" is not one of error, warn"},
      {"hostnam = 'x'", "unknown field hostnam"},
      {"hostname = 'x", "/srv/x/mox.toml:1:"},
      {"hostname = 'x'\nhostname = 'y'", "/srv/x/mox.toml:2:"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto read = config::parse_instance(row.text, file);
    REQUIRE_FALSE(read);
    CAPTURE(read.error().text);
    CHECK(read.error().text.find(row.want) != std::string::npos);
  }
  CHECK_FALSE(config::read_instance("/nowhere/mox.toml"));
}
