// One exchange by libcurl, blocking; for this folder only.
#pragma once

#include "httpclient/client.h"
#include "httpclient/curl_client.h"
#include "result/result.h"

#include <chrono>

namespace mox::httpclient {

Result<Response, Failure> transfer(const Request& request, const CurlOptions& options,
                                   std::chrono::milliseconds time);

} // namespace mox::httpclient
