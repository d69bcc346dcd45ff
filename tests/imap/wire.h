// Plays the bytes of a client to a CommandReader, as a session would.
#pragma once

#include "imap/command_reader.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace mox::imap::test {

struct Played {
  std::vector<ReaderStep> steps; // one for each line
  std::string rest;              // what was not read
};

// Reads one command off `wire`, or up to its first message.
inline Played play(CommandReader& reader, std::string_view wire) {
  Played played;
  reader.start();
  for (;;) {
    const auto end = wire.find("\r\n");
    const auto step = reader.add_line(wire.substr(0, end));
    wire.remove_prefix(end == std::string_view::npos ? wire.size() : end + 2);
    played.steps.push_back(step);
    if (step.kind != ReaderStep::Kind::literal) break;
    const auto space = reader.literal_space();
    const auto size = std::min(space.size(), wire.size());
    std::ranges::copy(wire.substr(0, size), space.begin());
    wire.remove_prefix(size);
  }
  played.rest = wire;
  return played;
}

inline Parsed<Command> parse_wire(std::string_view wire) {
  CommandReader reader;
  play(reader, wire);
  return reader.parse();
}

} // namespace mox::imap::test
