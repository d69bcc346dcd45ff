#include "commands.h"

#include "build.h"

namespace mox::cmd {

using enum cli::Kind;

cli::Program program() {
  return {
      .name = "mox",
      .version = MOX_VERSION,
      .date = MOX_VERSION_DATE,
      .summary = "complete mail server in one binary",
      .text = "mox receives, keeps and serves mail. Each task is a command.\n"
              "\n"
              "\"mox help COMMAND\" explains a command.",
      .options = {},
      .commands =
          {
              {.words = "help",
               .summary = "explain a command",
               .text = "Prints the usage and the explanation of a command or a group of commands, "
                       "or the "
                       "list of the commands that begin with the given words.",
               .arguments = {{.name = "COMMAND",
                              .help = "words of the command, or their beginning",
                              .kind = command,
                              .required = false,
                              .repeated = true}},
               .run = help},
              {.words = "version",
               .summary = "print the version",
               .text = "Prints the version of mox, and the system and processor it was built for.",
               .run = version},
          },
  };
}

} // namespace mox::cmd
