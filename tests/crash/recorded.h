// Runs the traffic under the recorder.
#pragma once

#include "crash/images.h"
#include "crash/traffic.h"
#include "support/temporary_folder.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace mox::test {

struct Recorded {
  // Throws when the program cannot be run. `faults` as README.md says.
  explicit Recorded(const Traffic& traffic, const std::string& faults = {});

  TemporaryFolder folder; // "data/store" in it is the store; "data" was followed
  Recording recording;
  int exit_code = 0;

  std::filesystem::path store() const { return folder / "data" / "store"; }

  std::vector<std::string> marks() const;
};

// A folder for images, in memory where there is one.
TemporaryFolder image_folder();

// MOX_SEED of the environment, or one drawn now; printed.
std::uint64_t chosen_seed();

} // namespace mox::test
