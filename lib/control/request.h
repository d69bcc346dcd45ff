// What a client asks for. Pure.
#pragma once

#include "control/frame.h"
#include "result/result.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mox::control {

//   command = word *(SP word)
//   word = 1*(%x61-7A / DIGIT / "-")
struct Request {
  std::string command;                 // "config account add"
  std::vector<std::string> parameters; // any bytes; not for secrets, which are input

  bool operator==(const Request&) const = default;
};

// Of the parameters.
struct RequestLimits {
  std::size_t count = 256;
  std::size_t bytes = 1 << 20; // together
};

// The frames of a request. ErrorKind::invalid when its command is not one.
Result<std::string> print_request(const Request& request);

// Puts a request together from its frames.
class RequestParser {
public:
  explicit RequestParser(RequestLimits limits) : limits_(limits) {}

  // True when the request is complete. A failure is one of the peer, and of the whole request.
  Result<bool> add(FrameType type, std::string_view payload);

  // The complete request.
  Request take() { return std::move(request_); }

private:
  Result<> begin(std::string_view command);
  Result<> add_parameter(std::string_view part, bool last);

  RequestLimits limits_;
  Request request_;
  std::size_t bytes_ = 0;
  bool begun_ = false;
  bool in_parameter_ = false;
};

} // namespace mox::control
