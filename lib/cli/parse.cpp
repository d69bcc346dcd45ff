#include "cli/parse.h"

#include "cli/kind.h"
#include "cli/nearest.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace mox::cli {
namespace {

using Arguments = std::span<const std::string_view>;

// What stands on the command line, taken apart: which entry, and the rest of the arguments.
struct Split {
  const Command* command = nullptr;
  std::vector<std::string> rest; // options as "--long" and "value", global ones first
  bool help = false;
  std::string wrong; // if not empty: what is wrong
};

bool looks_like_option(std::string_view argument) {
  if (argument.size() < 2 || argument[0] != '-') return false;
  const char first = argument[1] == '-' && argument.size() > 2 ? argument[2] : argument[1];
  return first < '0' || first > '9'; // -5 is a number
}

bool asks_for_help(std::string_view argument) {
  return argument == "-h" || argument == "-help" || argument == "--help";
}

const Option* find_option(const Program& program, const Command* command, std::string_view name) {
  const auto find = [&](const std::vector<Option>& options) -> const Option* {
    const auto found = std::ranges::find(options, name, &Option::name);
    return found == options.end() ? nullptr : &*found;
  };
  if (const auto* option = command == nullptr ? nullptr : find(command->options)) return option;
  return find(program.options);
}

std::string unknown_option(const Program& program, const Command* command, std::string_view name) {
  std::vector<std::string_view> names = {"--help"};
  for (const auto& option : program.options) names.push_back(option.name);
  if (command != nullptr)
    for (const auto& option : command->options) names.push_back(option.name);
  return fmt::format("unknown option {}{}", name, did_you_mean(nearest(name, names)));
}

// Takes one option off the front of `arguments` and appends it to `split.rest` as CLI11 likes it:
// two dashes, and the value apart, so that an empty value or one that begins with a dash stays a
// value.
void take_option(const Program& program, Arguments& arguments, Split& split) {
  const auto given = arguments.front();
  arguments = arguments.subspan(1);
  const auto name_and_value = given.substr(given.starts_with("--") ? 2 : 1);
  const auto equals = name_and_value.find('=');
  auto name = fmt::format("--{}", name_and_value.substr(0, equals));
  const auto* option = find_option(program, split.command, name);
  if (option == nullptr) {
    split.wrong = unknown_option(program, split.command, name);
    return;
  }
  split.rest.push_back(std::move(name));
  if (option->kind == Kind::flag) {
    if (equals != std::string_view::npos)
      split.wrong = fmt::format("{} takes no value", option->name);
  } else if (equals != std::string_view::npos) {
    split.rest.emplace_back(name_and_value.substr(equals + 1));
  } else if (!arguments.empty()) {
    split.rest.emplace_back(arguments.front());
    arguments = arguments.subspan(1);
  } else {
    split.wrong = fmt::format("{} needs a value: {}", option->name, description(option->kind));
  }
}

// Takes options until a word comes. The global options may stand before the command's words.
void take_leading_options(const Program& program, Arguments& arguments, Split& split) {
  while (split.wrong.empty() && !arguments.empty() && looks_like_option(arguments.front())) {
    if (asks_for_help(arguments.front())) {
      split.help = true;
      return;
    }
    take_option(program, arguments, split);
  }
}

std::string unknown_command(const Program& program, std::string_view words) {
  return fmt::format("unknown command \"{}\"{}", words,
                     did_you_mean(nearest(words, all_words(program))));
}

// Takes the longest row of words that is an entry of the list.
void take_words(const Program& program, Arguments& arguments, Split& split) {
  std::string words;
  while (!arguments.empty()) {
    const auto longer = words.empty() ? std::string(arguments.front())
                                      : fmt::format("{} {}", words, arguments.front());
    const auto* entry = find_command(program, longer);
    if (entry == nullptr) break;
    split.command = entry;
    words = longer;
    arguments = arguments.subspan(1);
  }
  if (split.command != nullptr && split.command->run != nullptr) return;
  if (!arguments.empty() && asks_for_help(arguments.front())) {
    split.help = true;
  } else if (arguments.empty()) {
    split.wrong = words.empty() ? "no command given" : "this is a group: name one of its commands";
  } else {
    split.wrong =
        unknown_command(program, words.empty() ? std::string(arguments.front())
                                               : fmt::format("{} {}", words, arguments.front()));
  }
}

void take_rest(const Program& program, Arguments& arguments, Split& split) {
  while (split.wrong.empty() && !arguments.empty()) {
    if (arguments.front() == "--") {
      split.rest.insert(split.rest.end(), arguments.begin(), arguments.end());
      return;
    }
    if (asks_for_help(arguments.front())) {
      split.help = true;
      return;
    }
    if (looks_like_option(arguments.front())) {
      take_option(program, arguments, split);
    } else {
      split.rest.emplace_back(arguments.front());
      arguments = arguments.subspan(1);
    }
  }
}

Split split_arguments(const Program& program, Arguments arguments) {
  Split split;
  take_leading_options(program, arguments, split);
  if (split.help || !split.wrong.empty()) return split;
  take_words(program, arguments, split);
  if (split.help || !split.wrong.empty()) return split;
  take_rest(program, arguments, split);
  return split;
}

std::string check_value(std::string_view name, Kind kind, std::string_view value,
                        const std::vector<std::string_view>& choices) {
  if (!choices.empty() && std::ranges::find(choices, value) == choices.end())
    return fmt::format("{} must be one of {}, not \"{}\"{}", name, fmt::join(choices, ", "), value,
                       did_you_mean(nearest(value, choices)));
  if (!has_form_of(kind, value))
    return fmt::format("{} must be {}, not \"{}\"", name, description(kind), value);
  return {};
}

// Puts the values into the declared arguments, in order. Returns what is wrong, or nothing.
std::string assign_arguments(Invocation& invocation, std::span<const std::string> values) {
  for (const auto& argument : invocation.command().arguments) {
    if (values.empty() && argument.required) return fmt::format("{} is missing", argument.name);
    const auto count = argument.repeated ? values.size() : std::min<std::size_t>(1, values.size());
    const auto own = values.first(count);
    for (const auto& value : own)
      if (auto wrong = check_value(argument.name, argument.kind, value, {}); !wrong.empty())
        return wrong;
    if (!own.empty()) invocation.set_argument(argument.name, {own.begin(), own.end()});
    values = values.subspan(count);
  }
  if (!values.empty()) return fmt::format("too many arguments, from \"{}\" on", values.front());
  return {};
}

std::string assign_options(Invocation& invocation, const CLI::App& app) {
  for (const auto* options : {&invocation.program().options, &invocation.command().options})
    for (const auto& option : *options) {
      const auto* parsed = app.get_option(std::string(option.name));
      if (parsed->count() == 0) continue;
      auto value = option.kind == Kind::flag ? std::string() : parsed->as<std::string>();
      if (auto wrong = check_value(option.name, option.kind, value, option.choices); !wrong.empty())
        return wrong;
      invocation.set_option(option.name, std::move(value));
    }
  return {};
}

void declare(CLI::App& app, const std::vector<Option>& options) {
  for (const auto& option : options) {
    const std::string name(option.name);
    auto* declared = option.kind == Kind::flag ? app.add_flag(name) : app.add_option(name);
    declared->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  }
}

// Everything CLI11 did not take is an argument; only the "--" that ended the options is not.
std::vector<std::string> arguments_of(const CLI::App& app) {
  auto values = app.remaining();
  if (const auto marker = std::ranges::find(values, "--"); marker != values.end())
    values.erase(marker);
  return values;
}

std::string read_with_cli11(Invocation& invocation, std::vector<std::string> rest) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  declare(app, invocation.program().options);
  declare(app, invocation.command().options);
  std::ranges::reverse(rest); // CLI11 takes them from the back
  try {
    app.parse(std::move(rest));
  } catch (const CLI::ParseError& error) {
    return error.what();
  }
  if (auto wrong = assign_options(invocation, app); !wrong.empty()) return wrong;
  return assign_arguments(invocation, arguments_of(app));
}

} // namespace

Parsed parse(const Program& program, std::span<const std::string_view> arguments, std::FILE* output,
             std::FILE* errors) {
  auto split = split_arguments(program, arguments);
  if (split.help) return HelpWanted{split.command};
  if (!split.wrong.empty()) return WrongUsage{split.command, std::move(split.wrong)};
  Invocation invocation(program, *split.command, output, errors);
  if (auto wrong = read_with_cli11(invocation, std::move(split.rest)); !wrong.empty())
    return WrongUsage{split.command, std::move(wrong)};
  return invocation;
}

} // namespace mox::cli
