#include "sendmail/lines.h"

#include <algorithm>
#include <utility>

namespace mox::sendmail {

namespace {

constexpr std::string_view line_end = "\r\n";

} // namespace

void LineReader::take(std::string_view chunk, std::string& out) {
  while (!chunk.empty() && !ended_) {
    const auto size = plain_size(chunk);
    if (size == 0) {
      take_special(chunk.front(), out);
      chunk.remove_prefix(1);
      continue;
    }
    give_held(out);
    out += chunk.substr(0, size);
    open_line_ = true;
    line_start_ = false;
    chunk.remove_prefix(size);
  }
}

std::size_t LineReader::plain_size(std::string_view chunk) const {
  if (line_start_ && !dots_are_text_ && chunk.front() == '.') return 0;
  return std::min(chunk.find_first_of(std::string_view("\r\n\0", 3)), chunk.size());
}

void LineReader::take_special(char c, std::string& out) {
  switch (c) {
  case '\n':
    if (dot_) {
      ended_ = true;
      return;
    }
    carriage_returns_ = 0;
    out += line_end;
    open_line_ = false;
    line_start_ = true;
    return;
  case '\r': ++carriage_returns_; break;
  case '.': dot_ = true; break;
  default: // NUL
    give_held(out);
    ++removed_;
  }
  line_start_ = false;
}

void LineReader::give_held(std::string& out) {
  if (std::exchange(dot_, false)) {
    out += '.';
    open_line_ = true;
  }
  for (; carriage_returns_ > 0; --carriage_returns_) {
    out += line_end;
    open_line_ = false;
  }
}

void LineReader::finish(std::string& out) {
  if (ended_) return;
  if (dot_) {
    ended_ = true;
    return;
  }
  // CRs at the very end: the line end that LF would have made of them.
  if (open_line_) out += line_end;
}

std::string header_line(std::string_view line, std::uint64_t& removed) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  while (line.ends_with('\r')) line.remove_suffix(1);
  std::string result;
  result.reserve(line.size() + line_end.size());
  for (const char c : line) {
    if (c == '\0')
      ++removed;
    else
      result += c == '\r' ? ' ' : c;
  }
  return result += line_end;
}

} // namespace mox::sendmail
