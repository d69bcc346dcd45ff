#include "cli/completion.h"
#include "cli/completion_words.h"

#include <fmt/format.h>

namespace mox::cli {
namespace {

// In single quotes fish knows two escapes, \' and \\.
std::string quoted(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') result += '\\';
    result += c;
  }
  return result + "'";
}

// The arguments of `complete` that offer the values of a kind.
std::string offer(const Program& program, Kind kind, const std::vector<std::string_view>& choices) {
  if (!choices.empty()) return "-a " + quoted(fmt::format("{}", fmt::join(choices, " ")));
  if (kind == Kind::path) return "-F";
  if (kind == Kind::directory) return "-a '(__fish_complete_directories)'";
  if (kind != Kind::command) return {};
  std::string words;
  for (const auto* command : members(program, "")) words += fmt::format(" {}", last_word(*command));
  return "-a " + quoted(words.substr(1));
}

std::string completes(const Program& program, std::string_view entry) {
  return fmt::format("complete -c {0} -n \"__{0}_at '{1}'\"", program.name, entry);
}

std::string option_line(const Program& program, const Option& option, std::string_view begin) {
  auto line = fmt::format("{} -l {} -d {}", begin, option.name.substr(2), quoted(option.help));
  if (option.kind != Kind::flag) line += " -x";
  if (const auto values = offer(program, option.kind, option.choices); !values.empty())
    line += " " + values;
  return line + "\n";
}

std::string member_lines(const Program& program, std::string_view group) {
  std::string lines;
  for (const auto* command : members(program, group))
    lines += fmt::format("{} -a {} -d {}\n", completes(program, group), last_word(*command),
                         quoted(command->summary));
  return lines;
}

std::string command_lines(const Program& program, const Command& command) {
  auto lines = member_lines(program, command.words);
  const auto begin = completes(program, command.words);
  for (const auto& option : command.options) lines += option_line(program, option, begin);
  for (const auto& argument : command.arguments)
    if (const auto values = offer(program, argument.kind, {}); !values.empty())
      lines += fmt::format("{} {}\n", begin, values);
  return lines;
}

} // namespace

std::string fish_completion(const Program& program) {
  auto skipped = fmt::format("{}", fmt::join(options_with_value(program), " "));
  if (!skipped.empty())
    skipped = fmt::format(
        "            case {}\n                set skip 1\n                continue\n", skipped);
  std::string entries;
  for (const auto& command : program.commands) entries += fmt::format(" {}", quoted(command.words));
  constexpr std::string_view script =
      R"(# Completion of {0} for fish. Generated from the list of commands; do not edit.

# Is the command typed so far this entry of the list?
function __{0}_at
    set -l entry ''
    set -l skip 0
    set -l tokens (commandline -opc)
    for word in $tokens[2..-1]
        if test $skip -eq 1
            set skip 0
            continue
        end
        switch $word
{1}            case '-*'
                continue
        end
        set -l longer (string trim -- "$entry $word")
        if contains -- $longer{2}
            set entry $longer
        end
    end
    test "$entry" = "$argv[1]"
end

complete -c {0} -f
complete -c {0} -l help -d 'show the help of the command'
)";
  auto text = fmt::format(script, program.name, skipped, entries);
  for (const auto& option : program.options)
    text += option_line(program, option, fmt::format("complete -c {}", program.name));
  text += member_lines(program, "");
  for (const auto& command : program.commands) text += command_lines(program, command);
  return text;
}

} // namespace mox::cli
