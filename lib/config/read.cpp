// The only file that sees toml++.

#include "config/instance.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <utility>

namespace mox::config {

namespace {

constexpr std::array<std::string_view, 6> log_levels = {"error", "warn",  "info",
                                                        "debug", "trace", "traceauth"};

std::unexpected<Error> wrong(const std::filesystem::path& file, const toml::source_region& where,
                             std::string_view what) {
  return failure(ErrorKind::invalid, fmt::format("{}:{}:{}: {}", file.string(), where.begin.line,
                                                 where.begin.column, what));
}

Result<std::string> text_of(const toml::node& node, std::string_view field,
                            const std::filesystem::path& file) {
  if (const auto* text = node.as_string()) return text->get();
  return wrong(file, node.source(), fmt::format("{} must be a string", field));
}

Result<std::vector<net::Address>> addresses_of(const toml::node& node,
                                               const std::filesystem::path& file) {
  const auto* list = node.as_array();
  if (list == nullptr || list->empty())
    return wrong(file, node.source(),
                 "ips must be a list of at least one address, as in [\"127.0.0.1\"]");
  std::vector<net::Address> addresses;
  for (const auto& entry : *list) {
    MOX_TRY_ASSIGN(text, text_of(entry, "ips", file));
    auto address = net::Address::parse(text);
    if (!address) return wrong(file, entry.source(), fmt::format("ips: {}", address.error().text));
    addresses.push_back(*address);
  }
  return addresses;
}

Result<> read_field(Instance& instance, std::string_view name, const toml::node& node,
                    const std::filesystem::path& file) {
  if (name == "ips") {
    MOX_TRY_ASSIGN(addresses, addresses_of(node, file));
    instance.ips = std::move(addresses);
    return ok();
  }
  MOX_TRY_ASSIGN(text, text_of(node, name, file));
  if (name == "data-dir") {
    instance.data_dir = (file.parent_path() / text).lexically_normal();
  } else if (name == "hostname") {
    instance.hostname = text;
  } else if (name == "log-level") {
    if (std::ranges::find(log_levels, text) == log_levels.end())
      return wrong(
          file, node.source(),
          fmt::format("log-level {:?} is not one of {}", text, fmt::join(log_levels, ", ")));
    instance.log_level = text;
  } else {
    return wrong(file, node.source(), fmt::format("unknown field {}", name));
  }
  return ok();
}

} // namespace

Result<Instance> parse_instance(std::string_view text, const std::filesystem::path& file) {
  toml::table table;
  try {
    table = toml::parse(text, file.string());
  } catch (const toml::parse_error& error) {
    return wrong(file, error.source(), error.description());
  }
  Instance instance;
  for (const auto& [key, node] : table) MOX_TRY(read_field(instance, key.str(), node, file));
  if (instance.data_dir.empty())
    return failure(ErrorKind::invalid, fmt::format("{}: data-dir is missing", file.string()));
  if (instance.ips.empty())
    return failure(ErrorKind::invalid, fmt::format("{}: ips is missing", file.string()));
  return instance;
}

Result<Instance> read_instance(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::unexpected(system_error(fmt::format("open {}", file.string()), errno));
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  return parse_instance(text, file);
}

std::string print_instance(const Instance& instance, std::string_view data_dir) {
  std::string ips;
  for (const auto& address : instance.ips)
    ips += fmt::format("{}\"{}\"", ips.empty() ? "" : ", ", address.to_string());
  return fmt::format("# Where the data stands; relative to this file.\n"
                     "data-dir = \"{}\"\n"
                     "# The name in greetings and headers.\n"
                     "hostname = \"{}\"\n"
                     "# One of {}.\n"
                     "log-level = \"{}\"\n"
                     "# Addresses to listen on.\n"
                     "ips = [{}]\n",
                     data_dir, instance.hostname, fmt::join(log_levels, ", "), instance.log_level,
                     ips);
}

} // namespace mox::config
