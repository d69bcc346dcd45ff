#include "cli/completion.h"
#include "cli/completion_words.h"

#include <fmt/format.h>

#include <algorithm>

namespace mox::cli {
namespace {

// The arguments of compgen that give the values of a kind; empty when only the user can know them.
std::string generator(const Program& program, Kind kind,
                      const std::vector<std::string_view>& choices) {
  if (!choices.empty())
    return fmt::format("-W {}", shell_quoted(fmt::format("{}", fmt::join(choices, " "))));
  if (kind == Kind::path) return "-o filenames -f";
  if (kind == Kind::directory) return "-o filenames -d";
  if (kind != Kind::command) return {};
  std::string words;
  for (const auto* command : members(program, "")) words += fmt::format(" {}", last_word(*command));
  return fmt::format("-W {}", shell_quoted(words.substr(1)));
}

// The call of the script's function that turns words into COMPREPLY.
std::string reply(const Program& program, std::string_view values) {
  return fmt::format("_{}_reply {}", program.name, values);
}

std::string entry_pattern(const Program& program) {
  std::string pattern;
  for (const auto& command : program.commands)
    pattern += fmt::format("{}{}", pattern.empty() ? "" : " | ",
                           shell_quoted(fmt::format(" {}", command.words)));
  return pattern;
}

std::string option_values(const Program& program, const Command* command, std::string_view entry) {
  std::string cases;
  for (const auto* option : options_of(program, command)) {
    if (option->kind == Kind::flag) continue;
    const auto values = generator(program, option->kind, option->choices);
    cases += fmt::format("    {}) {}; return ;;\n",
                         shell_quoted(fmt::format("{}:{}", entry, option->name)),
                         reply(program, values));
  }
  return cases;
}

std::string option_names(const Program& program, const Command* command, std::string_view entry) {
  std::string names = "--help";
  for (const auto* option : options_of(program, command)) names += fmt::format(" {}", option->name);
  return fmt::format("    {}:-*) {} ;;\n", shell_quoted(entry),
                     reply(program, "-W " + shell_quoted(names)));
}

std::string argument_values(const Program& program, const Command& command,
                            std::string_view entry) {
  std::string cases;
  std::size_t position = 0;
  for (const auto& argument : command.arguments) {
    const auto values = generator(program, argument.kind, {});
    const auto at = argument.repeated ? std::string("*") : fmt::format("{}", position);
    if (!values.empty())
      cases += fmt::format("    {}:{}:*) {} ;;\n", shell_quoted(entry), at, reply(program, values));
    ++position;
  }
  return cases;
}

std::string member_words(const Program& program, std::string_view group, std::string_view entry) {
  std::string words;
  for (const auto* command : members(program, group))
    words += fmt::format(" {}", last_word(*command));
  if (words.empty()) return {};
  return fmt::format("    {}:0:*) {} ;;\n", shell_quoted(entry),
                     reply(program, "-W " + shell_quoted(words.substr(1))));
}

} // namespace

std::string bash_completion(const Program& program) {
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
  auto skipped = fmt::format("{}", fmt::join(options_with_value(program), " | "));
  if (!skipped.empty()) skipped = fmt::format("      {}) skip=1; continue ;;\n", skipped);
  constexpr std::string_view script =
      R"(# Completion of {0} for bash. Generated from the list of commands; do not edit.

_{0}_reply() {{
  if [[ $1 == -o ]]; then
    compopt -o filenames
    shift 2
  fi
  [[ $# -eq 0 ]] || mapfile -t COMPREPLY < <(compgen "$@" -- "$current")
}}

_{0}() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} entry='' position=0 skip='' word
  COMPREPLY=()
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    if [[ $skip ]]; then
      skip=''
      continue
    fi
    case $word in
{1}      -*) continue ;;
    esac
    case "$entry $word" in
      {2}) entry="$entry $word" ;;
      *) position=$((position + 1)) ;;
    esac
  done
  case "$entry:${{COMP_WORDS[COMP_CWORD-1]}}" in
{3}    *) ;;
  esac
  case "$entry:$current" in
{4}  esac
  [[ $current != -* ]] || return
  case "$entry:$position:$current" in
{5}  esac
}}

complete -F _{0} {0}
)";
  return fmt::format(script, program.name, skipped, entry_pattern(program), values, names,
                     arguments);
}

} // namespace mox::cli
