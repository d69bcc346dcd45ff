#include "cli/man.h"

#include "cli/usage.h"
#include "cli/wrap.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace mox::cli {
namespace {

// Text as roff shows it literally: a backslash and the characters that roff would render as others.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '\\') {
      result += "\\e";
    } else if (c == '-') {
      result += "\\-";
    } else if (c == '^') {
      result += "\\(ha";
    } else if (c == '~') {
      result += "\\(ti";
    } else if (c == '`') {
      result += "\\(ga";
    } else if (c == '\'') {
      result += "\\(aq";
    } else {
      result += c;
    }
  }
  return result;
}

// A line of text; a dot at its beginning would be a request.
std::string line(std::string_view text) {
  return (text.starts_with('.') ? "\\&" : "") + escaped(text) + "\n";
}

std::string bold(std::string_view text) {
  return "\\fB" + escaped(text) + "\\fR";
}

std::string italic(std::string_view text) {
  return "\\fI" + escaped(text) + "\\fR";
}

std::string heading(const Program& program, std::string name, std::string_view summary) {
  std::string title = name;
  std::ranges::transform(title, title.begin(), [](unsigned char c) { return std::toupper(c); });
  return fmt::format(".\\\" Generated from the list of commands; do not edit.\n"
                     ".TH {} 1 {} \"{} {}\" \"{}\"\n.SH NAME\n{} \\- {}\n",
                     title, program.date, program.name, program.version, program.name,
                     escaped(name), escaped(summary));
}

// Paragraphs; lines that begin with a space stand as they are, between .nf and .fi.
std::string paragraphs(std::string_view unwrapped) {
  constexpr std::size_t line_width =
      72; // leaves room for escapes below the 80 that linters ask for
  const auto lines = wrapped(unwrapped, line_width);
  std::string_view text = lines;
  std::string result;
  bool literal = false;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto current = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (const bool indented = current.starts_with(' '); !current.empty() && indented != literal) {
      result += indented ? ".nf\n" : ".fi\n";
      literal = indented;
    }
    result += current.empty() ? (literal ? "\n" : ".PP\n") : line(current);
  }
  if (literal) result += ".fi\n";
  return result;
}

std::string option_entry(const Option& option) {
  auto entry = ".TP\n" + bold(option.name);
  if (!option.value.empty()) entry += " " + italic(option.value);
  entry += "\n" + paragraphs(option_help(option));
  return entry;
}

std::string option_section(std::string_view title, const std::vector<Option>& options) {
  if (options.empty()) return {};
  auto section = fmt::format(".SH {}\n", title);
  for (const auto& option : options) section += option_entry(option);
  return section;
}

std::string argument_section(const std::vector<Argument>& arguments) {
  if (arguments.empty()) return {};
  std::string section = ".SH ARGUMENTS\n";
  for (const auto& argument : arguments)
    section += ".TP\n" + italic(argument.name) + "\n" + line(argument.help);
  return section;
}

std::string synopsis_section(const Program& program, const Command& command) {
  auto section = ".SH SYNOPSIS\n" + bold(fmt::format("{} {}", program.name, command.words)) + "\n";
  if (command.run == nullptr) section += italic("command") + " ...\n";
  for (const auto& option : command.options) {
    section += "[" + bold(option.name);
    if (!option.value.empty()) section += " " + italic(option.value);
    section += "]\n";
  }
  for (const auto& argument : command.arguments) {
    const auto name = italic(argument.name) + (argument.repeated ? " ..." : "");
    section += (argument.required ? name : "[" + name + "]") + "\n";
  }
  return section;
}

std::string command_section(const std::vector<const Command*>& commands) {
  if (commands.empty()) return {};
  std::string section = ".SH COMMANDS\n";
  for (const auto* command : commands)
    section += ".TP\n" + bold(command->words) + "\n" + line(command->summary);
  return section;
}

std::string exit_section(std::string_view status = {}) {
  if (status.empty()) status = "0 when it is done, 1 when it failed, 2 when it was used wrongly.";
  return ".SH EXIT STATUS\n" + paragraphs(status);
}

std::string see_also(const Program& program, const Command& command) {
  const auto reference = [](std::string_view name) {
    return fmt::format(".BR {} (1)", escaped(name));
  };
  auto section = ".SH SEE ALSO\n" + reference(program.name);
  for (const auto* member : members(program, command.words))
    section += ",\n" + reference(man_name(program, *member));
  return section + "\n";
}

} // namespace

std::string man_name(const Program& program, const Command& command) {
  auto name = fmt::format("{}-{}", program.name, command.words);
  std::ranges::replace(name, ' ', '-');
  return name;
}

std::string man_page(const Program& program, const Command& command) {
  return heading(program, man_name(program, command), command.summary) +
         synopsis_section(program, command) + ".SH DESCRIPTION\n" + paragraphs(command.text) +
         command_section(members(program, command.words)) + argument_section(command.arguments) +
         option_section("OPTIONS", command.options) +
         option_section("OPTIONS OF EVERY COMMAND", program.options) +
         exit_section(command.exit_status) + see_also(program, command);
}

std::string man_page(const Program& program) {
  std::vector<const Command*> commands;
  for (const auto& command : program.commands)
    if (command.run != nullptr) commands.push_back(&command);
  return heading(program, std::string(program.name), program.summary) + ".SH SYNOPSIS\n" +
         bold(program.name) + "\n[" + italic("options") + "]\n" + italic("command") + " ...\n" +
         ".SH DESCRIPTION\n" + paragraphs(program.text) + command_section(commands) +
         option_section("OPTIONS OF EVERY COMMAND", program.options) + exit_section();
}

} // namespace mox::cli
