// Frames on a connection.
#pragma once

#include "control/frame.h"
#include "net/connection.h"

#include <string>
#include <string_view>

namespace mox::control {

async::Task<Result<FrameHead>> read_head(net::Connection& connection, net::Deadline deadline);
// The payload behind `head`.
async::Task<Result<std::string>> read_payload(net::Connection& connection, FrameHead head,
                                              net::Deadline deadline);
// `payload` must be of a size that the type has.
async::Task<Result<>> write_frame(net::Connection& connection, FrameType type,
                                  std::string_view payload, net::Deadline deadline);

} // namespace mox::control
