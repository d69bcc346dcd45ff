// A small program with every kind of entry, for the tests of lib/cli.
#pragma once

#include "cli/invocation.h"

#include <fmt/format.h>

#include <stdexcept>

namespace mox::cli {

inline Result<int> print_all(const Invocation& invocation) {
  for (const auto& option : invocation.command().options)
    fmt::print(invocation.output(), "{}={};", option.name, invocation.text(option.name));
  for (const auto& argument : invocation.command().arguments)
    fmt::print(invocation.output(), "{}={};", argument.name,
               fmt::join(invocation.arguments(argument.name), "|"));
  return exit_done;
}

inline Result<int> fail(const Invocation&) {
  return failure(ErrorKind::io, "the disk is on fire");
}

inline Result<int> throw_error(const Invocation&) {
  throw std::logic_error("a bug");
}

inline Result<int> exit_with_seven(const Invocation&) {
  return 7;
}

inline Program sample() {
  return {
      .name = "post",
      .version = "1.2.3",
      .date = "2026-01-31",
      .summary = "sample of a program",
      .text = "Carries letters.\n\n  post queue list\n\nIt's \\done\\ ~well~.",
      .options =
          {{"--loglevel", "LEVEL", "least level", Kind::text, "info", {"error", "info", "debug"}}},
      .commands =
          {
              {.words = "queue",
               .summary = "letters that wait",
               .text = "About the letters that wait."},
              {.words = "queue list",
               .summary = "list letters",
               .text = "Lists letters.",
               .options = {{"--limit", "N", "at most N letters", Kind::integer, "100"},
                           {"--from", "ADDRESS", "only of this sender", Kind::address},
                           {"--json", "", "as JSON: one object"}},
               .run = print_all},
              {.words = "queue dump",
               .summary = "print a letter",
               .text = "Prints a letter.",
               .arguments = {{"ID", "its number", Kind::queue_id},
                             {"FILE", "where to", Kind::path, false}},
               .run = print_all},
              {.words = "sort",
               .summary = "sort letters",
               .text = ".Dots and 'quotes' stay. Sorts the letters of a folder into the folders of "
                       "the domains, one after the other, until none is left.",
               .arguments = {{"DOMAIN", "where they go", Kind::domain},
                             {"FOLDER", "where they are", Kind::directory, true, true}},
               .options = {{"--dir", "DIR", "the folder's parent", Kind::directory}},
               .run = print_all},
              {.words = "burn", .summary = "fail", .text = "Fails.", .run = fail},
              {.words = "crash", .summary = "throw", .text = "Throws.", .run = throw_error},
              {.words = "seven",
               .summary = "exit with 7",
               .text = "Exits with 7.",
               .run = exit_with_seven},
          },
  };
}

} // namespace mox::cli
