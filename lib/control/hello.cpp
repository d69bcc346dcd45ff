#include "control/hello.h"

#include <fmt/format.h>

#include <charconv>

namespace mox::control {

namespace {

constexpr std::string_view greeting = "mox-control ";
constexpr std::size_t max_digits = 9;

} // namespace

std::string print_hello(unsigned version) {
  return fmt::format("{}{}\n", greeting, version);
}

Result<unsigned> parse_hello(std::string_view line) {
  const auto strange = [] {
    return failure(ErrorKind::invalid, "this is not the control protocol of mox");
  };
  if (!line.starts_with(greeting)) return strange();
  line.remove_prefix(greeting.size());
  if (line.empty() || line.size() > max_digits || line.starts_with('0')) return strange();
  unsigned version = 0;
  const auto parsed = std::from_chars(line.data(), line.data() + line.size(), version);
  if (parsed.ec != std::errc() || parsed.ptr != line.data() + line.size()) return strange();
  return version;
}

Result<> check_version(unsigned theirs, std::string_view they, std::string_view we) {
  if (theirs == protocol_version) return ok();
  return failure(ErrorKind::unsupported,
                 fmt::format("{} speaks version {} of the control protocol, {} version {}", they,
                             theirs, we, protocol_version));
}

} // namespace mox::control
