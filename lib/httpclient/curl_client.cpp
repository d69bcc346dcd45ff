#include "httpclient/curl_client.h"

#include "httpclient/transfer.h"

#include <utility>

namespace mox::httpclient {

CurlClient::CurlClient(async::Pool& pool, const Clock& clock, CurlOptions options)
    : pool_(pool), clock_(clock), options_(std::move(options)) {}

async::Task<Result<Response, Failure>> CurlClient::get(Request request, SteadyTime deadline) {
  // The pool may be busy, so what is left is known only when the work begins.
  auto work = [&] {
    using std::chrono::milliseconds;
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - clock_.steady());
    if (left < milliseconds(1))
      return Result<Response, Failure>(
          failure(Failure{Problem::timeout, request.url + ": there is no time left"}));
    return transfer(request, options_, std::min(left, milliseconds(600'000)));
  };
  co_return co_await async::run_blocking(pool_, std::move(work));
}

} // namespace mox::httpclient
