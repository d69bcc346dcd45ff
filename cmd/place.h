// Commands that the running server performs, or that this process performs itself when none runs.
#pragma once

#include "cli/invocation.h"
#include "control/reader.h"
#include "result/result.h"

#include <string>
#include <string_view>

namespace mox::cmd {

// The path of mox.toml: --config, else $MOXCONF, else config/mox.toml.
std::string config_path(const cli::Invocation& invocation);

// Asks the server that the configuration names, and prints what it answers. Without one the store
// is opened here, under its lock. The request is the command's words with its arguments and
// options.
Result<int> administrate(const cli::Invocation& invocation, std::string_view input = {});
Result<int> administrate(const cli::Invocation& invocation, control::Reader& input);

} // namespace mox::cmd
