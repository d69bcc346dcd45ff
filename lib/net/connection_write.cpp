#include "async/sleep.h"
#include "net/connection_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <sys/sendfile.h>
#include <unistd.h>

namespace mox::net {

using tls::Status;
using tls::Step;

namespace {

constexpr std::string_view writing_to = "write to";
constexpr std::size_t file_chunk = 65536;
constexpr std::uint64_t sendfile_chunk = 1 << 20;

Step send_from_file(int socket, int file, std::uint64_t offset, std::uint64_t size) {
  auto at = static_cast<off_t>(offset);
  const auto most = static_cast<std::size_t>(std::min(size, sendfile_chunk));
  const ssize_t sent = ::sendfile(socket, file, &at, most);
  if (sent > 0) return {Status::done, static_cast<std::size_t>(sent)};
  if (sent == 0) return {Status::end};
  if (errno == EAGAIN || errno == EINTR) return {Status::want_write};
  return {Status::failed, 0, errno};
}

std::unexpected<Error> file_too_short(std::uint64_t offset) {
  return failure(ErrorKind::corrupt, fmt::format("a file to send ends at byte {}", offset));
}

} // namespace

async::Task<Result<>> Connection::State::send_all(std::string_view bytes, Deadline deadline) {
  while (!bytes.empty()) {
    if (is_closed) co_return wait_failure(closed, writing_to);
    const Step step = send(bytes);
    if (step.status == Status::done) {
      bytes.remove_prefix(step.size);
      if (!bytes.empty() && must_yield()) co_await async::yield();
      continue;
    }
    if (step.status != Status::want_read && step.status != Status::want_write)
      co_return step_failure(step, writing_to);
    const int end = co_await wait(writing, step.status, deadline);
    if (end != ready) co_return wait_failure(end, writing_to);
  }
  co_return ok();
}

async::Task<Result<>> Connection::State::send_file(int file, std::uint64_t offset,
                                                   std::uint64_t size, Deadline deadline) {
  while (size > 0) {
    if (is_closed) co_return wait_failure(closed, writing_to);
    const Step step = send_from_file(transport->descriptor(), file, offset, size);
    if (step.status == Status::done) {
      offset += step.size;
      size -= step.size;
      if (must_yield()) co_await async::yield();
      continue;
    }
    if (step.status == Status::end) co_return file_too_short(offset);
    if (step.status == Status::failed) co_return step_failure(step, writing_to);
    const int end = co_await wait(writing, step.status, deadline);
    if (end != ready) co_return wait_failure(end, writing_to);
  }
  co_return ok();
}

async::Task<Result<>> Connection::State::copy_file(int file, std::uint64_t offset,
                                                   std::uint64_t size, Deadline deadline) {
  const auto chunk = std::make_unique_for_overwrite<char[]>(file_chunk);
  while (size > 0) {
    const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(size, file_chunk));
    const ssize_t count = ::pread(file, chunk.get(), most, static_cast<off_t>(offset));
    if (count == 0) co_return file_too_short(offset);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) co_return failure(system_error("read a file to send", errno));
    const std::string_view bytes(chunk.get(), static_cast<std::size_t>(count));
    MOX_CO_TRY(co_await send_all(bytes, deadline));
    offset += bytes.size();
    size -= bytes.size();
  }
  co_return ok();
}

async::Task<Result<>> Connection::write(std::string_view bytes, Deadline deadline) {
  State& state = *state_;
  if (state.sending_broke) co_return state.step_failure({Status::end}, writing_to);
  auto sent = co_await state.send_all(bytes, deadline);
  if (!sent) state.sending_broke = true;
  co_return sent;
}

async::Task<Result<>> Connection::write_file(int descriptor, std::uint64_t offset,
                                             std::uint64_t size, Deadline deadline) {
  State& state = *state_;
  if (state.sending_broke) co_return state.step_failure({Status::end}, writing_to);
  const bool direct = !state.tls && state.transport->descriptor() >= 0;
  auto send = direct ? state.send_file(descriptor, offset, size, deadline)
                     : state.copy_file(descriptor, offset, size, deadline);
  auto sent = co_await std::move(send);
  if (!sent) state.sending_broke = true;
  co_return sent;
}

} // namespace mox::net
