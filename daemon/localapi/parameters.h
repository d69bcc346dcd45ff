// The parameters of a request, each at most once, none empty and none that nobody asked for: a test
// that misspells one, or whose variable is empty, must not pass by chance. Pure.
#pragma once

#include "localapi/answer.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mox::localapi {

class Parameters {
public:
  static std::expected<Parameters, Problem> parse(std::string_view query,
                                                  std::span<const std::string_view> known);

  std::optional<std::string_view> find(std::string_view name) const;
  // A number from 1 to `most`; `otherwise` when it is not given.
  std::expected<std::uint32_t, Problem> number(std::string_view name, std::uint32_t most,
                                               std::uint32_t otherwise) const;
  // "10s", "500ms", "2m", or seconds.
  std::expected<std::chrono::milliseconds, Problem>
  duration(std::string_view name, std::chrono::milliseconds most,
           std::chrono::milliseconds otherwise) const;

private:
  std::map<std::string, std::string, std::less<>> values_;
};

} // namespace mox::localapi
