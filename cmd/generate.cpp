// Writes man/ and completions/ from the list of commands and the tables of configuration fields:
// `generate FOLDER`. Used by ./dev generate and by the test that compares the committed files with
// it.
#include "cli/completion.h"
#include "cli/man.h"
#include "commands.h"
#include "config/man.h"
#include "sendmailprogram/manual.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace {

using namespace mox;

void write(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file;
  file.exceptions(std::ios::failbit | std::ios::badbit);
  file.open(path, std::ios::binary);
  file << text << std::flush;
}

void generate(const std::filesystem::path& folder) {
  const auto program = cmd::program();
  write(folder / "man/mox.1", cli::man_page(program));
  for (const auto& command : program.commands)
    write(folder / fmt::format("man/{}.1", cli::man_name(program, command)),
          cli::man_page(program, command));
  for (const auto* document : config::documents())
    write(folder / fmt::format("man/{}.5", document->name),
          config::man_page(*document, program.version, program.date));
  const auto page = [&](const char* name, auto made) {
    write(folder / "man" / name, made(program.version, program.date));
  };
  page("sendmail.8", sendmailprogram::sendmail_page);
  page("mailq.1", sendmailprogram::mailq_page);
  page("newaliases.1", sendmailprogram::newaliases_page);
  write(folder / "completions/mox.bash", cli::bash_completion(program));
  write(folder / "completions/_mox", cli::zsh_completion(program));
  write(folder / "completions/mox.fish", cli::fish_completion(program));
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: generate FOLDER\n");
    return cli::exit_usage;
  }
  try {
    generate(argv[1]);
  } catch (const std::exception& exception) {
    fmt::print(stderr, "generate: {}\n", exception.what());
    return cli::exit_failed;
  }
  return cli::exit_done;
}
