// `mox serve`: the mail server that the configuration describes.
#pragma once

#include "log/logger.h"
#include "result/result.h"

#include <filesystem>
#include <optional>

namespace mox::serve {

struct Options {
  std::filesystem::path config; // mox.toml
  log::Format log_format = log::Format::logfmt;
  std::optional<log::Level> log_level; // instead of the configuration's
};

// Until SIGINT or SIGTERM; then the exit code is the signal's number. 0 when an administrator
// stopped it, 1 when the disk failed.
Result<int> run(const Options& options);

// Where the control socket of the server with this configuration is.
std::filesystem::path control_socket(const std::filesystem::path& data_dir);

} // namespace mox::serve
