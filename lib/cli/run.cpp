#include "cli/run.h"

#include "cli/nearest.h"
#include "cli/parse.h"
#include "cli/usage.h"

#include <fmt/format.h>

#include <exception>

namespace mox::cli {
namespace {

int print_help(const Program& program, const Command* command, std::FILE* output) {
  fmt::print(output, "{}", command == nullptr ? help(program) : help(program, *command));
  return exit_done;
}

int print_wrong_usage(const Program& program, const WrongUsage& wrong, std::FILE* errors) {
  if (wrong.command == nullptr) {
    fmt::print(errors, "{}: {}\n\n{}", program.name, wrong.text, help(program));
  } else {
    fmt::print(errors, "{} {}: {}\n\n{}", program.name, wrong.command->words, wrong.text,
               help(program, *wrong.command));
  }
  return exit_usage;
}

// A command whose output did not arrive (a full disk, a closed pipe) has failed.
int check_output(const Invocation& invocation, int exit_code) {
  if (std::fflush(invocation.output()) == 0 && std::ferror(invocation.output()) == 0)
    return exit_code;
  fmt::print(invocation.errors(), "{} {}: cannot write the output\n", invocation.program().name,
             invocation.command().words);
  return exit_code == exit_done ? exit_failed : exit_code;
}

int run_command(const Invocation& invocation) {
  std::string reason;
  try {
    const auto result = invocation.command().run(invocation);
    if (result) return check_output(invocation, *result);
    reason = result.error().text;
  } catch (const std::exception& exception) {
    reason = exception.what();
  }
  std::fflush(invocation.output());
  fmt::print(invocation.errors(), "{} {}: {}\n", invocation.program().name,
             invocation.command().words, reason);
  return exit_failed;
}

} // namespace

int run(const Program& program, std::span<const std::string_view> arguments, std::FILE* output,
        std::FILE* errors) {
  const auto parsed = parse(program, arguments, output, errors);
  if (const auto* wanted = std::get_if<HelpWanted>(&parsed))
    return print_help(program, wanted->command, output);
  if (const auto* wrong = std::get_if<WrongUsage>(&parsed))
    return print_wrong_usage(program, *wrong, errors);
  return run_command(std::get<Invocation>(parsed));
}

int run_help(const Program& program, std::span<const std::string> words, std::FILE* output,
             std::FILE* errors) {
  if (words.empty()) {
    fmt::print(errors, "{}", help(program));
    return exit_usage;
  }
  const auto joined = fmt::format("{}", fmt::join(words, " "));
  if (const auto* command = find_command(program, joined))
    return print_help(program, command, output);
  if (const auto found = starting_with(program, joined); !found.empty()) {
    fmt::print(output, "{}", table(found));
    return exit_done;
  }
  fmt::print(errors, "{}: unknown command{}\n", joined,
             did_you_mean(nearest(joined, all_words(program))));
  return exit_usage;
}

} // namespace mox::cli
