// What a command found out, as lines "name: value" or as JSON.
#pragma once

#include "cli/invocation.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace mox::cmd {

// Of one thing.
class Facts {
public:
  using Value = std::variant<std::string, std::int64_t, bool>;

  // An empty text is left out. Text from elsewhere cannot move the cursor of a terminal.
  Facts& add(std::string_view name, std::string_view text);

  Facts& add(std::string_view name, const char* text) { return add(name, std::string_view(text)); }

  Facts& add(std::string_view name, std::int64_t number);
  // "yes" or "no".
  Facts& add(std::string_view name, bool flag);

  const std::vector<std::pair<std::string_view, Value>>& values() const { return values_; }

private:
  std::vector<std::pair<std::string_view, Value>> values_; // the names are literals
};

// Things with an empty line between them; with --json an array of objects.
void print(const cli::Invocation& invocation, std::span<const Facts> things);
// With --json an object.
void print(const cli::Invocation& invocation, const Facts& thing);
// With --json an object that has its parts as an array of that name.
void print(const cli::Invocation& invocation, const Facts& thing, std::string_view name,
           std::span<const Facts> parts);

} // namespace mox::cmd
