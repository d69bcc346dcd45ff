// What the user asked of one command: the values of its options and arguments, checked by their
// kinds.
#pragma once

#include "cli/command.h"

#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <span>
#include <string>

namespace mox::cli {

// Asking for a name that the command does not declare throws std::logic_error: it is a bug.
class Invocation {
public:
  Invocation(const Program& program, const Command& command, std::FILE* output, std::FILE* errors);

  const Program& program() const { return program_; }

  const Command& command() const { return command_; }

  // stdout and stderr, or what a test puts in their place.
  std::FILE* output() const { return output_; }

  std::FILE* errors() const { return errors_; }

  // Was the option given? For a flag this is its value.
  bool given(std::string_view option) const;
  // The option's value, or its default.
  std::string_view text(std::string_view option) const;
  // The value of an option of Kind::integer; nothing when absent without a default.
  std::optional<std::int64_t> integer(std::string_view option) const;
  // The value of an argument; empty when it is optional and absent.
  std::string_view argument(std::string_view name) const;
  // The values of a repeated argument.
  std::span<const std::string> arguments(std::string_view name) const;

  // Record what was read from the command line; a flag's value is empty.
  void set_option(std::string_view name, std::string value);
  void set_argument(std::string_view name, std::vector<std::string> values);

private:
  const Option& declared(std::string_view option) const;

  const Program& program_;
  const Command& command_;
  std::FILE* output_;
  std::FILE* errors_;
  std::map<std::string_view, std::string> options_; // the given ones
  std::map<std::string_view, std::vector<std::string>> arguments_;
};

} // namespace mox::cli
