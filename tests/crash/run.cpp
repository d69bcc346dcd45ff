#include "crash/run.h"

#include <fmt/format.h>

#include <cerrno>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mox::test {

namespace {

// "NAME=value" of this process and of `environment`, which goes first.
std::vector<std::string> merged(const Environment& environment) {
  std::vector<std::string> all;
  for (const auto& [name, value] : environment) all.push_back(fmt::format("{}={}", name, value));
  for (char** entry = environ; *entry != nullptr; ++entry) all.emplace_back(*entry);
  return all;
}

std::vector<char*> pointers_to(const std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (const auto& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

} // namespace

Result<int> run_program(const std::vector<std::string>& words, const Environment& environment) {
  const auto variables = merged(environment);
  pid_t child = 0;
  const int error = ::posix_spawnp(&child, words[0].c_str(), nullptr, nullptr,
                                   pointers_to(words).data(), pointers_to(variables).data());
  if (error != 0) return std::unexpected(system_error("run " + words[0], error));
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
