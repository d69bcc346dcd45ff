#include "limits/limits.h"
#include "support/catch.h"
#include "support/fake_clock.h"

#include <string>
#include <utility>
#include <vector>

using namespace mox;
using limits::Open;
using limits::Rate;

namespace {

net::Address address(std::string_view text) {
  return net::Address::parse(text).value();
}

Rate small_rate(const Clock& clock) {
  return Rate(clock, {{.length = std::chrono::minutes(1), .most = {2, 3, 4}},
                      {.length = std::chrono::days(1), .most = {5, 100, 100}}});
}

} // namespace

TEST_CASE("an address is counted in three widths") {
  struct Row {
    std::string address;
    std::string wide, wider, widest;
  };

  const std::vector<Row> rows = {
      {"192.0.2.77", "192.0.2.77", "192.0.2.64", "192.0.0.0"},
      {"198.51.255.255", "198.51.255.255", "198.51.255.192", "198.51.248.0"},
      {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::", "2001:db8:1::", "2001:db8::"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.address);
    const auto networks = limits::networks_of(address(row.address));
    CHECK(networks[0] == address(row.wide));
    CHECK(networks[1] == address(row.wider));
    CHECK(networks[2] == address(row.widest));
  }
}

TEST_CASE("a rate is full per address, per network, and free again in the next window") {
  test::FakeClock clock;
  auto rate = small_rate(clock);
  CHECK(rate.add(address("192.0.2.1")));
  CHECK(rate.add(address("192.0.2.1")));
  CHECK_FALSE(rate.allows(address("192.0.2.1")));
  CHECK_FALSE(rate.add(address("192.0.2.1")));
  SECTION("a neighbour in the same /26 has what the /26 has left") {
    CHECK(rate.add(address("192.0.2.2")));
    CHECK_FALSE(rate.add(address("192.0.2.3")));
    SECTION("and one in the same /21 what that has left") {
      CHECK(rate.add(address("192.0.2.200")));
      CHECK_FALSE(rate.add(address("192.0.3.1")));
    }
  }
  SECTION("another network is free") {
    CHECK(rate.add(address("203.0.113.1")));
  }
  SECTION("the next minute") {
    clock.advance(std::chrono::minutes(1));
    CHECK(rate.add(address("192.0.2.1")));
    CHECK(rate.add(address("192.0.2.1")));
    clock.advance(std::chrono::minutes(1));
    CHECK(rate.add(address("192.0.2.1")));
    // five in this day
    CHECK_FALSE(rate.add(address("192.0.2.1")));
    clock.advance(std::chrono::days(1));
    CHECK(rate.add(address("192.0.2.1")));
  }
}

TEST_CASE("a refused event is not counted") {
  test::FakeClock clock;
  auto rate = small_rate(clock);
  for (int i = 0; i < 10; ++i) static_cast<void>(rate.add(address("192.0.2.1")));
  CHECK(rate.add(address("192.0.2.2")));
}

TEST_CASE("a reset takes an address's count out of the wider networks too") {
  test::FakeClock clock;
  auto rate = small_rate(clock);
  REQUIRE(rate.add(address("192.0.2.1")));
  REQUIRE(rate.add(address("192.0.2.1")));
  REQUIRE(rate.add(address("192.0.2.2")));
  rate.reset(address("192.0.2.1"));
  CHECK(rate.add(address("192.0.2.2")));
  CHECK(rate.add(address("192.0.2.1")));
  CHECK_FALSE(rate.add(address("192.0.2.1")));
}

TEST_CASE("slots are given back when they end, also after a move") {
  Open open({1, 2, 3});
  auto first = open.enter(address("192.0.2.1"));
  CHECK(first);
  CHECK_FALSE(open.enter(address("192.0.2.1")));
  auto second = open.enter(address("192.0.2.2"));
  CHECK(second);
  CHECK_FALSE(open.enter(address("192.0.2.3")));
  auto moved = std::move(first);
  CHECK_FALSE(open.enter(address("192.0.2.1")));
  moved = Open::Slot();
  CHECK(open.enter(address("192.0.2.1")));
}
