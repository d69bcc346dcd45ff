// The proof that a store is consistent: counts, sizes, uidnext, references, thread links, log and
// tables against each other, and the bytes of every blob against their checksums.
#pragma once

#include "result/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace mox::store {

struct Verification {
  std::vector<std::string> errors; // at most 20 of one kind, each a sentence
  std::uint64_t accounts = 0;
  std::uint64_t mailboxes = 0;
  std::uint64_t messages = 0; // placements
  std::uint64_t blobs = 0;
  std::uint64_t bytes = 0; // of blobs
};

// Reads `folder` (.../store) without changing it, also beside a running server.
Result<Verification> verify(const std::filesystem::path& folder);

} // namespace mox::store
