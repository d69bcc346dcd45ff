// Names and records for the tests of this folder.
#pragma once

#include "dns/zone.h"
#include "resolver/zone_resolver.h"
#include "support/catch.h"
#include "support/run_task.h"

#include <chrono>
#include <string_view>

namespace mox::test {

inline dns::Name name(std::string_view text) {
  auto parsed = dns::parse_name(text, {.underscore = true});
  REQUIRE(parsed.has_value());
  return *parsed;
}

inline resolver::ZoneResolver zone(std::string_view text) {
  auto parsed = dns::parse_zone(text);
  if (!parsed) FAIL(parsed.error().text);
  return resolver::ZoneResolver(*std::move(parsed));
}

inline SteadyTime soon() {
  return std::chrono::steady_clock::now() + std::chrono::seconds(10);
}

} // namespace mox::test
