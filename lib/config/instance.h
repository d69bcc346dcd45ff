// mox.toml of a local test instance: where it listens and where its data stands.
#pragma once

#include "net/endpoint.h"
#include "result/result.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mox::config {

struct Instance {
  std::filesystem::path data_dir; // absolute
  std::string hostname = "localhost";
  std::string log_level = "info";
  std::vector<net::Address> ips;
};

// Relative paths in the file count from the file's folder. Errors name file, line, field, value and
// what is allowed.
Result<Instance> read_instance(const std::filesystem::path& file);
Result<Instance> parse_instance(std::string_view text, const std::filesystem::path& file);

// The text of a file that reads as `instance`; its data-dir is written as `data_dir`.
std::string print_instance(const Instance& instance, std::string_view data_dir);

} // namespace mox::config
