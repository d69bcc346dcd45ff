#include "cli/completion.h"
#include "cli/completion_words.h"

#include <fmt/format.h>

namespace mox::cli {
namespace {

// One row for _describe: "name:help", with the colons of the name escaped.
std::string described(std::string_view name, std::string_view help) {
  return shell_quoted(fmt::format("{}:{}", name, help));
}

// The call that offers the values of a kind; empty when only the user can know them.
std::string action(const Program& program, Kind kind,
                   const std::vector<std::string_view>& choices) {
  if (!choices.empty()) {
    std::string call = "compadd --";
    for (const auto choice : choices) call += fmt::format(" {}", shell_quoted(choice));
    return call;
  }
  if (kind == Kind::path) return "_files";
  if (kind == Kind::directory) return "_files -/";
  if (kind != Kind::command) return {};
  std::string call = "compadd --";
  for (const auto* command : members(program, "")) call += fmt::format(" {}", last_word(*command));
  return call;
}

std::string option_values(const Program& program, const Command* command, std::string_view entry) {
  std::string cases;
  for (const auto* option : options_of(program, command)) {
    if (option->kind == Kind::flag) continue;
    cases += fmt::format("    ({}) {}; return ;;\n",
                         shell_quoted(fmt::format("{}:{}", entry, option->name)),
                         action(program, option->kind, option->choices));
  }
  return cases;
}

std::string option_names(const Program& program, const Command* command, std::string_view entry) {
  auto rows = described("--help", "show the help of the command");
  for (const auto* option : options_of(program, command))
    rows += " " + described(option->name, option->help);
  return fmt::format("      ({}) rows=({}) ;;\n", shell_quoted(entry), rows);
}

std::string member_words(const Program& program, std::string_view group, std::string_view entry) {
  std::string rows;
  for (const auto* command : members(program, group))
    rows += " " + described(last_word(*command), command->summary);
  if (rows.empty()) return {};
  return fmt::format("    ({}:0) rows=({}); _describe command rows ;;\n", shell_quoted(entry),
                     rows.substr(1));
}

std::string argument_values(const Program& program, const Command& command,
                            std::string_view entry) {
  std::string cases;
  std::size_t position = 0;
  for (const auto& argument : command.arguments) {
    const auto values = action(program, argument.kind, {});
    const auto at = argument.repeated ? std::string("*") : fmt::format("{}", position);
    if (!values.empty())
      cases += fmt::format("    ({}:{}) {} ;;\n", shell_quoted(entry), at, values);
    ++position;
  }
  return cases;
}

std::string entry_pattern(const Program& program) {
  std::string pattern;
  for (const auto& command : program.commands)
    pattern += fmt::format("{}{}", pattern.empty() ? "" : "|",
                           shell_quoted(fmt::format(" {}", command.words)));
  return pattern;
}

} // namespace

std::string zsh_completion(const Program& program) {
  auto values = option_values(program, nullptr, "");
  auto names = option_names(program, nullptr, "");
  auto arguments = member_words(program, "", "");
  for (const auto& command : program.commands) {
    const auto entry = fmt::format(" {}", command.words);
    values += option_values(program, &command, entry);
    names += option_names(program, &command, entry);
    arguments +=
        member_words(program, command.words, entry) + argument_values(program, command, entry);
  }
  auto skipped = fmt::format("{}", fmt::join(options_with_value(program), "|"));
  if (!skipped.empty()) skipped = fmt::format("      ({}) skip=1; continue ;;\n", skipped);
  constexpr std::string_view script = R"(#compdef {0}
# Completion of {0} for zsh. Generated from the list of commands; do not edit.

_{0}() {{
  local entry='' skip='' word
  local -i position=0
  local -a rows
  for word in "${{(@)words[2,CURRENT-1]}}"; do
    if [[ -n $skip ]]; then
      skip=''
      continue
    fi
    case $word in
{1}      (-*) continue ;;
    esac
    case "$entry $word" in
      ({2}) entry="$entry $word" ;;
      (*) position+=1 ;;
    esac
  done
  case "$entry:${{words[CURRENT-1]}}" in
{3}    (*) ;;
  esac
  if [[ ${{words[CURRENT]}} == -* ]]; then
    case $entry in
{4}    esac
    _describe -o option rows
    return
  fi
  case "$entry:$position" in
{5}  esac
}}

_{0} "$@"
)";
  return fmt::format(script, program.name, skipped, entry_pattern(program), values, names,
                     arguments);
}

} // namespace mox::cli
