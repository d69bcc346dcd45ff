#include "cli/completion_words.h"

#include <algorithm>

namespace mox::cli {

std::vector<std::string_view> options_with_value(const Program& program) {
  std::vector<std::string_view> names;
  const auto add = [&](const std::vector<Option>& options) {
    for (const auto& option : options)
      if (option.kind != Kind::flag) names.push_back(option.name);
  };
  add(program.options);
  for (const auto& command : program.commands) add(command.options);
  std::ranges::sort(names);
  const auto [first, last] = std::ranges::unique(names);
  names.erase(first, last);
  return names;
}

std::vector<const Option*> options_of(const Program& program, const Command* command) {
  std::vector<const Option*> options;
  if (command != nullptr)
    for (const auto& option : command->options) options.push_back(&option);
  for (const auto& option : program.options) options.push_back(&option);
  return options;
}

std::string_view last_word(const Command& command) {
  return command.words.substr(command.words.rfind(' ') + 1);
}

std::string shell_quoted(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'') {
      result += "'\\''";
    } else {
      result += c;
    }
  }
  return result + "'";
}

} // namespace mox::cli
