#include "crash/recorded.h"

#include "crash/run.h"
#include "random/random.h"

#include <fmt/format.h>

#include <cstdlib>
#include <stdexcept>
#include <unistd.h>

namespace mox::test {

std::vector<std::string> Recorded::marks() const {
  std::vector<std::string> marks;
  for (const auto& event : recording.events) {
    if (event.type == EventType::mark) marks.push_back(event.data);
  }
  return marks;
}

Recorded::Recorded(const Traffic& traffic, const std::string& faults) {
  std::filesystem::create_directory(folder / "data");
  const RecorderOptions options{.library = MOX_CRASH_RECORDER,
                                .folder = folder / "data",
                                .log = folder / "log",
                                .faults = faults};
  const auto code = run_program({MOX_CRASH_TRAFFIC, store().native(), fmt::to_string(traffic.seed),
                                 fmt::to_string(traffic.lanes), fmt::to_string(traffic.operations),
                                 traffic.bulk ? "1" : "0"},
                                recorder_environment(options));
  if (!code) throw std::runtime_error(code.error().text);
  exit_code = *code;
  auto read = read_recording(options.log);
  if (!read) throw std::runtime_error(read.error().text);
  recording = *std::move(read);
}

TemporaryFolder image_folder() {
  constexpr const char* memory = "/dev/shm";
  return ::access(memory, W_OK) == 0 ? TemporaryFolder(memory) : TemporaryFolder();
}

std::uint64_t chosen_seed() {
  const char* given = std::getenv("MOX_SEED");
  const auto seed =
      given != nullptr ? std::strtoull(given, nullptr, 10) : SystemRandom().number() % 1'000'000;
  fmt::print("seed {}; again with MOX_SEED={}\n", seed, seed);
  return seed;
}

} // namespace mox::test
