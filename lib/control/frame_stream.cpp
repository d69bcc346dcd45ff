#include "control/frame_stream.h"

#include <array>

namespace mox::control {

async::Task<Result<FrameHead>> read_head(net::Connection& connection, net::Deadline deadline) {
  std::array<char, head_size> bytes{};
  MOX_CO_TRY(co_await connection.read_exact(bytes, deadline));
  co_return parse_head(bytes);
}

async::Task<Result<std::string>> read_payload(net::Connection& connection, FrameHead head,
                                              net::Deadline deadline) {
  std::string payload(head.size, '\0');
  MOX_CO_TRY(co_await connection.read_exact(payload, deadline));
  co_return payload;
}

async::Task<Result<>> write_frame(net::Connection& connection, FrameType type,
                                  std::string_view payload, net::Deadline deadline) {
  std::string frame;
  frame.reserve(head_size + payload.size());
  append_frame(frame, type, payload);
  co_return co_await connection.write(frame, deadline);
}

} // namespace mox::control
