// The unit by which systemd runs `mox serve`. Pure.
#pragma once

#include "config/static.h"

#include <filesystem>
#include <string>

namespace mox::cmd {

struct ServiceUnit {
  std::filesystem::path binary; // all paths are absolute
  std::filesystem::path config; // mox.toml
  std::string user;
};

// For the server that `host` describes: it may write where it has to, and have ports below 1024
// when it needs them.
std::string service_unit(const ServiceUnit& unit, const config::Static& host);

} // namespace mox::cmd
