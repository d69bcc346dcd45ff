// The events that the recorder logs and the images are made from, and their bytes. Pure.
//
// The log is a sequence of: length of the rest (4 bytes), type (1), flags (1), inode (8), number
// (8), length of path (2), path, length of other (2), other, data to the end. Integers
// little-endian.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mox::test {

enum class EventType : std::uint8_t {
  create = 1,  // path, inode: a new, empty file
  known,       // path, inode: a file that was there before the recording, or came unseen
  make_folder, // path
  rename,      // path, other: the new path
  link,        // path, other: the new path
  remove,      // path: of a file or folder
  write,       // inode, number: the offset, data; flag `synced` for an O_DSYNC or O_SYNC descriptor
  truncate,    // inode, number: the size
  sync_begin,  // inode, or path of a folder; number: of this sync
  sync_end,    // number: as above; flag `failed`
  mark,        // data: what the program says
  unseen,      // data: a call that the recorder cannot follow; no images can be made
};

struct Event {
  static constexpr std::uint8_t synced = 1;
  static constexpr std::uint8_t failed = 2;

  EventType type = EventType::mark;
  std::uint8_t flags = 0;
  std::uint64_t inode = 0;
  std::uint64_t number = 0;
  std::string path; // below the recorded folder; empty is the folder itself
  std::string other;
  std::string data;

  bool operator==(const Event&) const = default;
};

// For the recorder, which has the parts and not an Event.
struct EventView {
  EventType type = EventType::mark;
  std::uint8_t flags = 0;
  std::uint64_t inode = 0;
  std::uint64_t number = 0;
  std::string_view path = {};
  std::string_view other = {};
  std::string_view data = {};
};

void append_event(std::string& bytes, const EventView& event);
// Takes one event from the front of `bytes`; nothing when they hold none, or a torn one.
std::optional<Event> take_event(std::string_view& bytes);

} // namespace mox::test
