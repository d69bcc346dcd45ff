#include "message_input.h"

#include "file/descriptor.h"
#include "file/file.h"

#include <fmt/format.h>

#include <cerrno>
#include <unistd.h>
#include <vector>

namespace mox::cmd {

namespace {

constexpr std::size_t chunk_size = 64 << 10;

bool is_standard_input(std::string_view name) {
  return name.empty() || name == "-";
}

// `take` returns false to end early.
Result<> read_all(int descriptor, std::string_view name,
                  const std::function<bool(std::string_view)>& take) {
  std::vector<char> buffer(chunk_size);
  while (true) {
    const auto count = ::read(descriptor, buffer.data(), buffer.size());
    if (count == 0) return ok();
    if (count > 0) {
      if (!take({buffer.data(), static_cast<std::size_t>(count)})) return ok();
    } else if (errno != EINTR) {
      return failure(system_error(fmt::format("read {}", shown_name(name)), errno));
    }
  }
}

Result<> read_source(std::string_view name, const std::function<bool(std::string_view)>& take) {
  if (is_standard_input(name)) return read_all(STDIN_FILENO, name, take);
  MOX_TRY_ASSIGN(opened, file::open(name, file::Access::read));
  return read_all(opened.number(), name, take);
}

} // namespace

std::string_view LineEnds::converted(std::string_view chunk) {
  if (!known_) {
    const auto end = chunk.find('\n');
    known_ = end != std::string_view::npos;
    converts_ = known_ && (end == 0 ? last_ : chunk[end - 1]) != '\r';
  }
  if (!converts_) {
    if (!chunk.empty()) last_ = chunk.back();
    return chunk;
  }
  made_.clear();
  for (const char c : chunk) {
    if (c == '\n' && last_ != '\r') made_ += '\r';
    made_ += c;
    last_ = c;
  }
  return made_;
}

Result<> feed_message(std::string_view name, const std::function<void(std::string_view)>& feed) {
  LineEnds line_ends;
  return read_source(name, [&](std::string_view chunk) {
    feed(line_ends.converted(chunk));
    return true;
  });
}

Result<std::string> read_message(std::string_view name, std::size_t limit) {
  std::string message;
  MOX_TRY(read_source(name, [&](std::string_view chunk) {
    message += chunk;
    return message.size() <= limit;
  }));
  if (message.size() > limit)
    return failure(ErrorKind::invalid,
                   fmt::format("{} has more than {} bytes", shown_name(name), limit));
  return message;
}

std::string_view shown_name(std::string_view name) {
  return is_standard_input(name) ? "standard input" : name;
}

} // namespace mox::cmd
