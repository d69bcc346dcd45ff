// links: localapi
//
// Ids, numbers of parts and parameters from strangers: what is taken means the same when it is
// written out and read again, and stays within its limits.
#include "localapi/parameters.h"
#include "localapi/place.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace mox;

namespace {

void check_place(std::string_view text) {
  const auto place = localapi::parse_place(text);
  if (place && localapi::parse_place(localapi::to_string(*place)) != place) std::abort();
}

void check_part(std::string_view text) {
  const auto path = localapi::parse_part_number(text);
  if (!path) return;
  if (path->empty()) std::abort();
  const auto again = fmt::format("{}", fmt::join(*path, "."));
  if (localapi::parse_part_number(again) != path) std::abort();
}

void check_parameters(std::string_view text) {
  constexpr std::array<std::string_view, 3> known = {"to", "limit", "timeout"};
  constexpr std::chrono::milliseconds most = std::chrono::minutes(5);
  const auto parameters = localapi::Parameters::parse(text, known);
  if (!parameters) {
    if (parameters.error().status != 400 || parameters.error().error.empty()) std::abort();
    return;
  }
  if (const auto to = parameters->find("to"); to && to->empty()) std::abort();
  const auto limit = parameters->number("limit", 1000, 50);
  if (limit && (*limit == 0 || *limit > 1000)) std::abort();
  const auto timeout = parameters->duration("timeout", most, most);
  if (timeout && (timeout->count() < 0 || *timeout > most)) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  check_place(text);
  check_part(text);
  check_parameters(text);
  return 0;
}
