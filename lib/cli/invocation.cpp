#include "cli/invocation.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace mox::cli {

Invocation::Invocation(const Program& program, const Command& command, std::FILE* output,
                       std::FILE* errors)
    : program_(program), command_(command), output_(output), errors_(errors) {}

const Option& Invocation::declared(std::string_view option) const {
  for (const auto* options : {&command_.options, &program_.options})
    if (const auto found = std::ranges::find(*options, option, &Option::name);
        found != options->end())
      return *found;
  throw std::logic_error(fmt::format("command {} has no option {}", command_.words, option));
}

bool Invocation::given(std::string_view option) const {
  return options_.contains(declared(option).name);
}

std::string_view Invocation::text(std::string_view option) const {
  const auto& entry = declared(option);
  const auto found = options_.find(option);
  return found == options_.end() ? entry.default_value : std::string_view(found->second);
}

std::optional<std::int64_t> Invocation::integer(std::string_view option) const {
  const auto value = text(option);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size()) return std::nullopt;
  return number;
}

std::span<const std::string> Invocation::arguments(std::string_view name) const {
  if (const auto found = arguments_.find(name); found != arguments_.end()) return found->second;
  if (std::ranges::find(command_.arguments, name, &Argument::name) == command_.arguments.end())
    throw std::logic_error(fmt::format("command {} has no argument {}", command_.words, name));
  return {};
}

std::string_view Invocation::argument(std::string_view name) const {
  const auto values = arguments(name);
  return values.empty() ? std::string_view{} : std::string_view(values.front());
}

void Invocation::set_option(std::string_view name, std::string value) {
  options_[declared(name).name] = std::move(value);
}

void Invocation::set_argument(std::string_view name, std::vector<std::string> values) {
  arguments_[name] = std::move(values);
}

} // namespace mox::cli
