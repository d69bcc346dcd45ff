#include "control/server_streams.h"

#include "control/frame_stream.h"

#include <fmt/format.h>

namespace mox::control {

async::Task<Result<>> ServerSource::begin_frame(net::Deadline deadline) {
  MOX_CO_TRY_ASSIGN(head, co_await read_head(connection_, deadline));
  switch (head.type) {
  case FrameType::input: left_ = head.size; co_return ok();
  case FrameType::input_end: ended_ = true; co_return ok();
  case FrameType::input_broken:
    ended_ = true;
    co_return failure(ErrorKind::closed, "the client gave up in the middle of its input");
  default: co_return failure(ErrorKind::invalid, describe(head.type) + " within the input");
  }
}

async::Task<Result<std::string_view>> ServerSource::next(net::Deadline deadline) {
  while (left_ == 0 && !ended_) {
    MOX_CO_TRY(co_await begin_frame(deadline));
  }
  if (ended_) co_return std::string_view();
  MOX_CO_TRY_ASSIGN(bytes, co_await connection_.read_some(left_, deadline));
  left_ -= bytes.size();
  co_return bytes;
}

async::Task<Result<std::string_view>> ServerSource::read() {
  if (broken_) co_return failure(*broken_);
  auto bytes = co_await next(clock_.steady() + patience_);
  if (!bytes) broken_ = bytes.error();
  co_return bytes;
}

async::Task<Result<>> ServerSource::skip(std::size_t most, net::Deadline deadline) {
  while (!ended_) {
    if (broken_) co_return failure(*broken_);
    auto bytes = co_await next(deadline);
    if (!bytes && !ended_) co_return failure(std::move(bytes).error());
    if (!bytes || bytes->empty()) break;
    if (bytes->size() > most)
      co_return failure(ErrorKind::invalid, "the client goes on with input that nobody wants");
    most -= bytes->size();
  }
  co_return ok();
}

async::Task<Result<>> ServerSink::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto piece = bytes.substr(0, max_payload);
    MOX_CO_TRY(
        co_await write_frame(connection_, FrameType::output, piece, clock_.steady() + patience_));
    bytes.remove_prefix(piece.size());
  }
  co_return ok();
}

} // namespace mox::control
