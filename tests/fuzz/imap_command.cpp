// links: imap
// A command from the bytes of a client: no bytes are read beyond their place, and what is printed
// parses to the same.
#include "imap/command_reader.h"
#include "imap/command_writer.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using mox::imap::CommandReader;
using mox::imap::ReaderStep;

void require(bool condition) {
  if (!condition) std::abort();
}

void check_round_trip(const mox::imap::Command& command) {
  const auto printed = print_command(command);
  const auto again = mox::imap::parse_command(printed);
  require(again.has_value());
  require(*again == command);
}

// Takes up to `size` bytes off the front of `wire`.
std::string_view take(std::string_view& wire, std::uint64_t size) {
  const auto taken =
      wire.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(size, wire.size())));
  wire.remove_prefix(taken.size());
  return taken;
}

std::string_view take_line(std::string_view& wire) {
  const auto line = wire.substr(0, wire.find("\r\n"));
  wire.remove_prefix(std::min(wire.size(), line.size() + 2));
  return line;
}

// One command; false when the session would end.
bool read_command(CommandReader& reader, std::string_view& wire) {
  reader.start();
  bool messages = false;
  for (;;) {
    const auto step = reader.add_line(take_line(wire));
    require(!reader.tag().empty());
    if (step.kind == ReaderStep::Kind::failed) return false;
    if (messages && !reader.next_message()) return true;
    if (!messages && step.kind != ReaderStep::Kind::literal)
      if (const auto command = reader.parse()) check_round_trip(*command);
    if (step.kind == ReaderStep::Kind::complete) return true;
    if (wire.size() < step.size) return false;
    if (step.kind == ReaderStep::Kind::message) {
      messages = true;
      take(wire, step.size);
      continue;
    }
    const auto space = reader.literal_space();
    require(space.size() == step.size);
    std::ranges::copy(take(wire, step.size), space.begin());
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(data, data + size);
  std::string_view wire = bytes;
  CommandReader reader;
  while (!wire.empty() && read_command(reader, wire)) {
  }
  return 0;
}
