// The options --ca and --connect-to of commands that fetch by HTTPS.
#pragma once

#include "cli/invocation.h"
#include "httpclient/curl_client.h"

#include <vector>

namespace mox::cmd {

std::vector<cli::Option> https_options();

httpclient::CurlOptions curl_options(const cli::Invocation& invocation);

} // namespace mox::cmd
