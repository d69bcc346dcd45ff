// Runs programs for crash tests: under the recorder, or as the check of an image.
#pragma once

#include "result/result.h"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace mox::test {

using Environment = std::vector<std::pair<std::string, std::string>>;

// Runs the program to its end; returns its exit code, or 128 and the signal's number.
Result<int> run_program(const std::vector<std::string>& words, const Environment& environment = {});

struct RecorderOptions {
  std::filesystem::path library; // MOX_CRASH_RECORDER of the build
  std::filesystem::path folder;  // what is followed; must exist
  std::filesystem::path log;     // outside of it; empty: only faults, nothing is recorded
  std::string faults;            // as README.md says; empty: none
};

Environment recorder_environment(const RecorderOptions& options);

} // namespace mox::test
