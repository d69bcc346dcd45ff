// links: http
//
// A request that is fed in pieces parses as it does whole, and stays within its limits.
#include "http/request_parser.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace mox;

namespace {

constexpr http::RequestLimits limits{.header_bytes = 2048, .body_bytes = 1024};

struct Outcome {
  bool refused = false;
  bool complete = false;
  std::size_t used = 0;
  http::Request request;
};

Outcome parse(std::string_view bytes, std::size_t step) {
  http::RequestParser parser(limits);
  Outcome outcome;
  while (outcome.used < bytes.size() && !parser.complete()) {
    const auto piece = bytes.substr(outcome.used, step);
    const auto used = parser.feed(piece);
    outcome.refused = !used;
    if (!used) return outcome;
    if (*used > piece.size() || (*used < piece.size() && !parser.complete())) std::abort();
    parser.take_expect_continue();
    outcome.used += *used;
  }
  outcome.complete = parser.complete();
  if (outcome.complete) outcome.request = parser.take();
  return outcome;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string bytes(data + 1, data + size);
  const auto whole = parse(bytes, bytes.size());
  const auto pieces = parse(bytes, data[0] % 16 + 1U);
  if (whole.request.body.size() > limits.body_bytes) std::abort();
  // Limits may strike at another place in pieces, but two complete requests are the same.
  if (!whole.complete || !pieces.complete) return 0;
  if (whole.used != pieces.used || whole.request.body != pieces.request.body ||
      whole.request.target != pieces.request.target ||
      whole.request.fields.all().size() != pieces.request.fields.all().size())
    std::abort();
  return 0;
}
