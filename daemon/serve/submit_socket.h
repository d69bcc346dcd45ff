// The socket through which programs on this host submit mail.
#pragma once

#include "config/static.h"
#include "lifecycle/server.h"
#include "result/result.h"

#include <filesystem>
#include <optional>

namespace mox::serve {

// Where and how the configuration wants it. ErrorKind::not_found when its folder does not exist;
// the error says what to do.
Result<lifecycle::SubmitSocket> submit_socket(const config::Static& host);

// A folder on the way to `file` that not all users can go through; nothing when they can. What
// access control lists allow beside is not looked at.
std::optional<std::filesystem::path> folder_closed_to_others(const std::filesystem::path& file);

} // namespace mox::serve
