// Reads one HTTP/1.1 request from bytes as they come (RFC 9112). Pure.
//
// Boost.Beast does the parsing; it is included in the .cpp alone, for it is slow to compile.
#pragma once

#include "http/message.h"
#include "result/result.h"

#include <cstddef>
#include <memory>
#include <string_view>

namespace mox::http {

struct RequestLimits {
  std::size_t header_bytes = 16384; // request line and fields
  std::size_t body_bytes = 0;
};

// Why a request is refused: the status of the response, and words for the log.
struct Refusal {
  unsigned status = 400;
  std::string text;
};

class RequestParser {
public:
  explicit RequestParser(RequestLimits limits);
  ~RequestParser();
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  // Takes the next bytes and returns how many belong to this request; fewer than given only when it
  // is complete. Not called again after a refusal or the end.
  Result<std::size_t, Refusal> feed(std::string_view bytes);

  bool started() const;
  bool complete() const;
  // The peer waits for "100 Continue" before it sends the body (RFC 9110 section 10.1.1); true
  // once.
  bool take_expect_continue();
  // Once, when complete.
  Request take();

private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace mox::http
