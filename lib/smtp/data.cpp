#include "smtp/data.h"

#include <cstring>

namespace mox::smtp {

namespace {

// The position of `c` in `text` from `from` on, or npos; memchr is what makes this fast.
std::size_t find(std::string_view text, char c, std::size_t from) {
  if (from >= text.size()) return std::string_view::npos;
  const void* const found = std::memchr(text.data() + from, c, text.size() - from);
  if (found == nullptr) return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

constexpr std::string_view held_cr = "\r";

} // namespace

DataReader::Piece DataReader::give(std::string_view bytes, std::size_t taken) {
  size_ += bytes.size();
  if (!nul_ && find(bytes, '\0', 0) != std::string_view::npos) nul_ = true;
  return {bytes, taken};
}

DataReader::Piece DataReader::take(std::string_view chunk) {
  if (done() || chunk.empty()) return {};
  if (state_ == State::dot_cr) {
    if (chunk.front() == '\n') {
      state_ = State::done;
      return {{}, 1};
    }
    bare_cr_ = true;
    state_ = State::text;
    return give(held_cr, 0);
  }
  if (state_ == State::dot) {
    if (chunk.front() == '\r') {
      state_ = State::dot_cr;
      return {{}, 1};
    }
    state_ = State::text;
  }
  if (state_ == State::line_start && chunk.front() == '.') {
    state_ = State::dot;
    return {{}, 1};
  }
  const std::size_t size = scan(chunk);
  return give(chunk.substr(0, size), size);
}

void DataReader::note_bare_cr(std::string_view text) {
  if (!bare_cr_ && find(text, '\r', 0) != std::string_view::npos) bare_cr_ = true;
}

// How much of `chunk`, which does not begin with a dot to be looked at, can be given as it is: all,
// or up to a dot at the start of a line. Sets the state after it.
std::size_t DataReader::scan(std::string_view chunk) {
  std::size_t at = 0;
  if (state_ == State::cr) {
    if (chunk.front() == '\n') {
      state_ = State::line_start;
      at = 1;
    } else {
      bare_cr_ = true;
      state_ = State::text;
    }
  }
  for (;;) {
    if (at == chunk.size()) return at;
    if (state_ == State::line_start && chunk[at] == '.') return at;
    const auto lf = find(chunk, '\n', at);
    if (lf == std::string_view::npos) {
      const bool ends_with_cr = chunk.back() == '\r';
      note_bare_cr(chunk.substr(at, chunk.size() - at - (ends_with_cr ? 1 : 0)));
      state_ = ends_with_cr ? State::cr : State::text;
      return chunk.size();
    }
    const bool crlf = lf > at && chunk[lf - 1] == '\r';
    note_bare_cr(chunk.substr(at, lf - at - (crlf ? 1 : 0)));
    if (!crlf) bare_lf_ = true;
    state_ = crlf ? State::line_start : State::text;
    at = lf + 1;
  }
}

// A line up to and with its LF, or what there is of it yet.
void DotStuffer::append_line_part(std::string& out, std::string_view part, bool ends) {
  if (line_start_ && part.front() == '.') out += '.';
  if (after_cr_ && part.front() != '\n') bare_ = true;
  const auto text = part.substr(0, part.size() - (ends ? 1 : 0));
  const bool cr_last = text.empty() ? after_cr_ : text.back() == '\r';
  if (ends && !cr_last) bare_ = true;
  const auto cr = find(text, '\r', 0);
  if (cr != std::string_view::npos && cr + 1 < text.size()) bare_ = true;
  line_start_ = ends && cr_last;
  after_cr_ = !ends && cr_last;
  out += part;
}

void DotStuffer::append(std::string& out, std::string_view chunk) {
  while (!chunk.empty()) {
    const auto lf = find(chunk, '\n', 0);
    const bool ends = lf != std::string_view::npos;
    const auto part = chunk.substr(0, ends ? lf + 1 : chunk.size());
    append_line_part(out, part, ends);
    chunk.remove_prefix(part.size());
  }
}

void DotStuffer::finish(std::string& out) {
  if (after_cr_) bare_ = true;
  if (!line_start_) out += "\r\n";
  out += ".\r\n";
}

} // namespace mox::smtp
