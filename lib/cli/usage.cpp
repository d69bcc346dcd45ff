#include "cli/usage.h"

#include "cli/wrap.h"

#include <fmt/format.h>

#include <algorithm>

namespace mox::cli {
namespace {

constexpr std::size_t line_width = 80;

struct Line {
  std::string left;
  std::string_view right;
};

std::string columns(const std::vector<Line>& lines) {
  std::size_t width = 0;
  for (const auto& line : lines) width = std::max(width, line.left.size());
  std::string text;
  for (const auto& line : lines)
    text += fmt::format("  {:<{}}  {}\n", line.left, width, line.right);
  return text;
}

std::string option_synopsis(const Option& option) {
  return option.value.empty() ? std::string(option.name)
                              : fmt::format("{} {}", option.name, option.value);
}

std::string argument_synopsis(const Argument& argument) {
  auto text = std::string(argument.name);
  if (argument.repeated) text += "...";
  return argument.required ? text : "[" + text + "]";
}

std::string option_table(std::string_view heading, const std::vector<Option>& options) {
  if (options.empty()) return {};
  std::vector<std::string> helps;
  helps.reserve(options.size());
  for (const auto& option : options) helps.push_back(option_help(option));
  std::vector<Line> lines;
  for (std::size_t i = 0; i < options.size(); ++i)
    lines.push_back({option_synopsis(options[i]), helps[i]});
  return fmt::format("\n{}:\n{}", heading, columns(lines));
}

std::string argument_table(const std::vector<Argument>& arguments) {
  if (arguments.empty()) return {};
  std::vector<Line> lines;
  for (const auto& argument : arguments)
    lines.push_back({std::string(argument.name), argument.help});
  return "\nArguments:\n" + columns(lines);
}

} // namespace

std::string option_help(const Option& option) {
  auto text = std::string(option.help);
  if (!option.choices.empty()) text += fmt::format(" ({})", fmt::join(option.choices, ", "));
  if (!option.default_value.empty()) text += fmt::format("; default {}", option.default_value);
  return text;
}

std::string synopsis(const Program& program, const Command& command) {
  auto line = fmt::format("{} {}", program.name, command.words);
  if (command.run == nullptr) line += " ...";
  for (const auto& option : command.options) line += fmt::format(" [{}]", option_synopsis(option));
  for (const auto& argument : command.arguments) line += " " + argument_synopsis(argument);
  return line;
}

std::string table(const std::vector<const Command*>& commands) {
  std::vector<Line> lines;
  for (const auto* command : commands)
    lines.push_back({std::string(command->words), command->summary});
  return columns(lines);
}

std::string help(const Program& program, const Command& command) {
  auto text = fmt::format("usage: {}\n\n{}\n", synopsis(program, command),
                          wrapped(command.text, line_width));
  if (const auto commands = members(program, command.words); !commands.empty())
    text += "\nCommands:\n" + table(commands);
  text += argument_table(command.arguments);
  text += option_table("Options", command.options);
  text += option_table("Options of every command", program.options);
  return text;
}

std::string help(const Program& program) {
  std::vector<const Command*> commands;
  for (const auto& command : program.commands)
    if (command.run != nullptr) commands.push_back(&command);
  return fmt::format("usage: {} [options] command ...\n\n{}\n\nCommands:\n{}{}", program.name,
                     wrapped(program.text, line_width), table(commands),
                     option_table("Options of every command", program.options));
}

} // namespace mox::cli
