// One entry of a program's list of commands. From the list come the reading of the command line,
// the help texts, the man pages and the completions, so that they cannot disagree. Pure.
//
// Lists are constant and live as long as the program: the texts are views of literals.
#pragma once

#include "result/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace mox::cli {

class Invocation;

// What a value is: drives its check and its completion.
enum class Kind : unsigned char {
  flag,      // options only: no value
  text,      // anything
  integer,   // a decimal number that fits 64 bits
  path,      // a file
  directory, // a folder
  address,   // localpart@domain
  account,   // the name of an account
  domain,    // a domain name
  queue_id,  // the number of a message in the queue
  command,   // words of a command of this program
};

struct Argument {
  std::string_view name; // shown as NAME
  std::string_view help;
  Kind kind = Kind::text;
  bool required = true;
  bool repeated = false; // one or more (none or more when not required); the last argument only
};

struct Option {
  std::string_view name;  // "--limit"
  std::string_view value; // shown after the name: "N"; empty for a flag
  std::string_view help;
  Kind kind = Kind::flag;
  std::string_view default_value = {};        // what Invocation gives when the option is absent
  std::vector<std::string_view> choices = {}; // if any, the only values allowed
};

// Does the work and returns the exit code; a failure is printed to stderr and exits with 1.
using Run = Result<int> (*)(const Invocation&);

// An entry without `run` is a group: it stands before its commands, which share its first words.
struct Command {
  std::string_view words;   // "queue hold add"
  std::string_view summary; // without a full stop, fits one line
  std::string_view
      text; // paragraphs separated by an empty line; indented lines are kept as they are
  std::vector<Argument> arguments = {};
  std::vector<Option> options = {};
  Run run = nullptr;
  // What it exits with, as a sentence; empty for 0, 1 and 2 as all commands do.
  std::string_view exit_status = {};
};

struct Program {
  std::string_view name;
  std::string_view version;
  std::string_view date; // of the version, for the man pages: 2026-01-31
  std::string_view summary;
  std::string_view text;
  std::vector<Option> options; // taken by every command, and before the command's words
  std::vector<Command> commands;
};

constexpr int exit_done = 0;
constexpr int exit_failed = 1;
constexpr int exit_usage = 2;

// The entry with exactly these words; nullptr when there is none.
const Command* find_command(const Program& program, std::string_view words);

// The commands and groups one word longer than `group` ("" for the program itself), in the list's
// order.
std::vector<const Command*> members(const Program& program, std::string_view group);

// All entries whose words begin so, in the list's order.
std::vector<const Command*> starting_with(const Program& program, std::string_view beginning);

// The words of every entry, in the list's order.
std::vector<std::string_view> all_words(const Program& program);

// What is wrong with the list itself, one sentence each: words twice, a command without its group,
// an option without "--", a repeated argument that is not the last. Empty for a sound list; for
// tests.
std::vector<std::string> faults(const Program& program);

} // namespace mox::cli
