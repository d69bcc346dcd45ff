// Private keys from their files.
#pragma once

#include "dkim/key.h"
#include "result/result.h"

#include <filesystem>
#include <map>
#include <string>

namespace mox::dkimsign {

// A private key in PEM. The error names the file. Blocks.
Result<dkim::PrivateKey> read_key(const std::filesystem::path& file);

// For a configuration that is read again and again: a file that holds what it held before is not
// decoded again, which takes longer than all the rest.
class KeyFiles {
public:
  // As read_key().
  Result<dkim::PrivateKey> read(const std::filesystem::path& file);
  // Forgets the keys that were not read since the last call.
  void forget_others();

private:
  using Keys = std::map<std::string, dkim::PrivateKey>; // by the digest of their file

  Keys before_;
  Keys now_;
};

} // namespace mox::dkimsign
