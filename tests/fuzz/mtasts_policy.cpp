// links: mtasts
// A policy that is read is written to what reads the same, and has what the rules want.
#include "mtasts/policy.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace mox;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  static_cast<void>(mtasts::is_policy_type(input));
  const auto policy = mtasts::parse_policy(input);
  if (!policy) {
    require(policy.error().text.find_first_of("\r\n") == std::string::npos);
    return 0;
  }
  require(policy->max_age <= mtasts::max_age_limit);
  require(!policy->mx.empty() || policy->mode == mtasts::Mode::none);
  const auto text = mtasts::to_string(*policy);
  if (text.size() <= mtasts::policy_limit) require(mtasts::parse_policy(text) == *policy);
  for (const auto& pattern : policy->mx) {
    require(!pattern.name.empty());
    require(mtasts::matches(*policy, pattern.name) || pattern.wildcard);
  }
  return 0;
}
