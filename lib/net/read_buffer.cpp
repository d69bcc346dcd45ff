#include "net/read_buffer.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace mox::net {

namespace {

// Buffers come and go with every command of every session. A few kept for each thread spare the
// allocator that, and the holes that thousands of sessions would leave in its memory.
class Spares {
public:
  std::unique_ptr<char[]> take() {
    if (count_ == 0) return std::make_unique_for_overwrite<char[]>(ReadBuffer::usual_capacity);
    return std::move(kept_[--count_]);
  }

  void give(std::unique_ptr<char[]> memory) {
    if (count_ < kept_.size()) kept_[count_++] = std::move(memory);
  }

private:
  std::array<std::unique_ptr<char[]>, 4> kept_;
  std::size_t count_ = 0;
};

thread_local Spares spares;

constexpr std::size_t none = std::string_view::npos;

} // namespace

ReadBuffer::~ReadBuffer() {
  begin_ = end_;
  release();
}

std::span<char> ReadBuffer::room(std::size_t total) {
  if (!memory_) {
    capacity_ = std::max(total, usual_capacity);
    memory_ = capacity_ == usual_capacity ? spares.take()
                                          : std::make_unique_for_overwrite<char[]>(capacity_);
  }
  const std::size_t size = end_ - begin_;
  const std::size_t wanted = std::max(total, size + 1);
  if (wanted > capacity_) {
    const std::size_t larger = std::max(wanted, capacity_ * 2);
    auto memory = std::make_unique_for_overwrite<char[]>(larger);
    std::memcpy(memory.get(), memory_.get() + begin_, size);
    memory_ = std::move(memory);
    capacity_ = larger;
    begin_ = 0;
    end_ = size;
  } else if (begin_ > 0 && (capacity_ - begin_ < wanted || capacity_ - end_ < capacity_ / 2)) {
    std::memmove(memory_.get(), memory_.get() + begin_, size);
    begin_ = 0;
    end_ = size;
  }
  return {memory_.get() + end_, capacity_ - end_};
}

std::string_view ReadBuffer::take(std::size_t size) {
  const std::string_view taken = bytes().substr(0, size);
  begin_ += taken.size();
  scanned_ -= std::min(scanned_, taken.size());
  return taken;
}

void ReadBuffer::unread(std::size_t size) {
  if (size > begin_) throw std::logic_error("more bytes unread than were read");
  begin_ -= size;
  scanned_ = 0;
}

std::size_t ReadBuffer::find_line_end(bool strict, std::size_t from) const {
  const std::string_view all = bytes();
  for (std::size_t at = from; (at = all.find('\n', at)) != none; ++at)
    if (!strict || (at > 0 && all[at - 1] == '\r')) return at;
  return none;
}

std::optional<std::string_view> ReadBuffer::take_line(std::size_t max, bool strict) {
  const std::size_t at = find_line_end(strict, scanned_);
  if (at == none) {
    scanned_ = end_ - begin_;
    return std::nullopt;
  }
  scanned_ = at;
  if (at >= max) return std::nullopt;
  std::string_view line = take(at + 1);
  line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool ReadBuffer::has_line(bool strict) const {
  return find_line_end(strict, scanned_) != none;
}

void ReadBuffer::release() {
  if (!empty() || !memory_) return;
  if (capacity_ == usual_capacity) spares.give(std::move(memory_));
  memory_.reset();
  capacity_ = begin_ = end_ = scanned_ = 0;
}

} // namespace mox::net
