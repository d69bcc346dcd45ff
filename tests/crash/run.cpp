#include "crash/run.h"

#include <cerrno>
#include <cstdlib>
#include <sys/wait.h>
#include <unistd.h>

namespace mox::test {

namespace {

[[noreturn]] void become(const std::vector<std::string>& words, const Environment& environment) {
  for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::execvp(arguments[0], arguments.data());
  ::_exit(127);
}

} // namespace

Result<int> run_program(const std::vector<std::string>& words, const Environment& environment) {
  const auto child = ::fork();
  if (child < 0) return std::unexpected(system_error("fork", errno));
  if (child == 0) become(words, environment);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return std::unexpected(system_error("wait for " + words[0], errno));
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

Environment recorder_environment(const RecorderOptions& options) {
  // The kernel gives a descriptor's path without symbolic links.
  const auto folder = std::filesystem::canonical(options.folder);
  Environment environment{{"LD_PRELOAD", options.library.native()},
                          {"MOX_CRASH_FOLDER", folder.native()}};
  if (!options.log.empty()) environment.emplace_back("MOX_CRASH_LOG", options.log.native());
  if (!options.faults.empty()) environment.emplace_back("MOX_CRASH_FAIL", options.faults);
  return environment;
}

} // namespace mox::test
