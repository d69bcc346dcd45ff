#include "crash/event.h"

namespace mox::test {

namespace {

void put(std::string& bytes, std::uint64_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>((value >> (8 * i)) & 0xFFU);
}

// False when there are fewer bytes.
bool take(std::string_view& bytes, std::uint64_t& value, std::size_t size) {
  if (bytes.size() < size) return false;
  value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  }
  bytes.remove_prefix(size);
  return true;
}

bool take_text(std::string_view& bytes, std::string& text) {
  std::uint64_t size = 0;
  if (!take(bytes, size, 2) || bytes.size() < size) return false;
  text = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return true;
}

} // namespace

void append_event(std::string& bytes, const EventView& event) {
  put(bytes, 22 + event.path.size() + event.other.size() + event.data.size(), 4);
  put(bytes, static_cast<std::uint8_t>(event.type), 1);
  put(bytes, event.flags, 1);
  put(bytes, event.inode, 8);
  put(bytes, event.number, 8);
  put(bytes, event.path.size(), 2);
  bytes += event.path;
  put(bytes, event.other.size(), 2);
  bytes += event.other;
  bytes += event.data;
}

std::optional<Event> take_event(std::string_view& bytes) {
  auto rest = bytes;
  std::uint64_t size = 0;
  if (!take(rest, size, 4) || rest.size() < size) return std::nullopt;
  auto body = rest.substr(0, size);
  Event event;
  std::uint64_t type = 0;
  std::uint64_t flags = 0;
  if (!take(body, type, 1) || !take(body, flags, 1) || !take(body, event.inode, 8) ||
      !take(body, event.number, 8) || !take_text(body, event.path) ||
      !take_text(body, event.other)) {
    return std::nullopt;
  }
  event.type = static_cast<EventType>(type);
  event.flags = static_cast<std::uint8_t>(flags);
  event.data = body;
  bytes = rest.substr(size);
  return event;
}

} // namespace mox::test
