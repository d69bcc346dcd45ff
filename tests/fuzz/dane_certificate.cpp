// links: dane
// A chain and records of a server that means no good: four bytes of how it is cut, then all of it.
#include "dane/make_record.h"
#include "dane/verify.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

using namespace mox;

namespace {

std::string take(std::string_view& from, std::size_t size) {
  const auto part = from.substr(0, std::min(size, from.size()));
  from.remove_prefix(part.size());
  return std::string(part);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  std::string_view rest(reinterpret_cast<const char*>(data + 4), size - 4);
  const dns::Tlsa cut{.usage = static_cast<std::uint8_t>(data[0] & 7),
                      .selector = static_cast<std::uint8_t>(data[0] >> 3 & 3),
                      .matching_type = static_cast<std::uint8_t>(data[0] >> 5 & 3),
                      .data = {}};
  std::vector<dns::Tlsa> records{cut, cut};
  std::vector<std::string> chain;
  // The first certificate has the size that stands in it, if it is one.
  const std::size_t first = data[1] * 256u + data[2];
  const bool repeat = (data[3] & 1) != 0;
  chain.push_back(take(rest, first));
  chain.emplace_back(rest);
  if (repeat) chain.push_back(chain.front());
  records[0].data = std::string(rest);
  records[1].data = chain.front();
  const dane::Expectation expectation{.names = {dns::parse_name("mx.example").value()},
                                      .now = std::chrono::sys_seconds(std::chrono::days(20'000))};
  const auto verified = dane::verify(chain, records, expectation);
  if (verified && !dane::is_understood(*verified)) std::abort();
  if (verified && expectation.authorities == nullptr && verified->usage < 2) std::abort();
  if (!verified && verified.error().text.empty()) std::abort();
  static_cast<void>(dane::usable_for_smtp(records));
  const auto made = dane::make_record(3, data[3] >> 1 & 1, 1, rest);
  if (made && made->data.size() != 32) std::abort();
  return 0;
}
