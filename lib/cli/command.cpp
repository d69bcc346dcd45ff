#include "cli/command.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace mox::cli {
namespace {

std::string_view group_of(std::string_view words) {
  const auto space = words.rfind(' ');
  return space == std::string_view::npos ? std::string_view{} : words.substr(0, space);
}

void check_option(const Option& option, std::string_view words, std::vector<std::string>& found) {
  if (!option.name.starts_with("--") || option.name.size() < 4)
    found.push_back(fmt::format("{}: option {} is not spelt --long", words, option.name));
  if ((option.kind == Kind::flag) != option.value.empty())
    found.push_back(
        fmt::format("{}: option {} must have a value's name exactly when it is not a flag", words,
                    option.name));
  if (option.help.empty())
    found.push_back(fmt::format("{}: option {} has no help", words, option.name));
}

void check_arguments(const Command& command, std::vector<std::string>& found) {
  bool optional_seen = false;
  for (const auto& argument : command.arguments) {
    if (argument.repeated && &argument != &command.arguments.back())
      found.push_back(fmt::format("{}: argument {} is repeated but not the last", command.words,
                                  argument.name));
    if (argument.required && optional_seen)
      found.push_back(fmt::format("{}: argument {} is required but follows an optional one",
                                  command.words, argument.name));
    if (argument.kind == Kind::flag)
      found.push_back(
          fmt::format("{}: argument {} cannot be a flag", command.words, argument.name));
    optional_seen |= !argument.required;
  }
}

void check_command(const Program& program, const Command& command,
                   std::vector<std::string>& found) {
  const auto group = group_of(command.words);
  if (!group.empty()) {
    const Command* entry = find_command(program, group);
    if (entry == nullptr || entry > &command)
      found.push_back(
          fmt::format("{}: its group {} does not stand before it", command.words, group));
  }
  if (command.summary.empty() || command.summary.ends_with('.'))
    found.push_back(fmt::format("{}: needs a summary without a full stop", command.words));
  if (command.run == nullptr && members(program, command.words).empty())
    found.push_back(fmt::format("{}: does nothing and has no members", command.words));
  if (command.run == nullptr && !(command.arguments.empty() && command.options.empty()))
    found.push_back(fmt::format("{}: is a group and takes no arguments or options", command.words));
  std::set<std::string_view> names;
  for (const auto& option : program.options) names.insert(option.name);
  for (const auto& option : command.options) {
    check_option(option, command.words, found);
    if (!names.insert(option.name).second)
      found.push_back(fmt::format("{}: option {} stands twice", command.words, option.name));
  }
  check_arguments(command, found);
}

} // namespace

const Command* find_command(const Program& program, std::string_view words) {
  const auto found = std::ranges::find(program.commands, words, &Command::words);
  return found == program.commands.end() ? nullptr : &*found;
}

std::vector<const Command*> members(const Program& program, std::string_view group) {
  std::vector<const Command*> found;
  for (const auto& command : program.commands)
    if (group_of(command.words) == group) found.push_back(&command);
  return found;
}

std::vector<const Command*> starting_with(const Program& program, std::string_view beginning) {
  std::vector<const Command*> found;
  for (const auto& command : program.commands)
    if (command.words.starts_with(beginning)) found.push_back(&command);
  return found;
}

std::vector<std::string_view> all_words(const Program& program) {
  std::vector<std::string_view> words;
  words.reserve(program.commands.size());
  for (const auto& command : program.commands) words.push_back(command.words);
  return words;
}

std::vector<std::string> faults(const Program& program) {
  std::vector<std::string> found;
  std::set<std::string_view> words;
  for (const auto& option : program.options) check_option(option, program.name, found);
  for (const auto& command : program.commands) {
    if (!words.insert(command.words).second)
      found.push_back(fmt::format("{}: stands twice in the list", command.words));
    check_command(program, command, found);
  }
  return found;
}

} // namespace mox::cli
