// One event as one line of text: logfmt or JSON. Pure.
#pragma once

#include "log/field.h"
#include "log/level.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace mox::log {

// What a pipe takes at once (POSIX PIPE_BUF on Linux), so that lines of several threads and
// processes never mix. A field that does not fit is left out, and "cut=true" says so.
inline constexpr std::size_t line_limit = 4096;
// What one text may take, escapes included; three full stops stand for the rest.
inline constexpr std::size_t text_limit = 2048;

struct Event {
  Level level = Level::info;
  std::string_view pkg;     // what part of the program speaks
  std::string_view message; // a constant; what varies goes into the fields
  std::span<const Field> fields;
  std::uint64_t cid = 0; // of the connection or operation; 0 for none
};

// l=info m="message" pkg=smtpserver cid=1a2b key=value
// No input can end the line, forge a key or send control characters to a terminal. With newline.
std::string to_logfmt(const Event& event);

// {"l":"info","m":"message","pkg":"smtpserver","cid":"1a2b","key":"value"}, and a newline.
std::string to_json(const Event& event);

} // namespace mox::log
