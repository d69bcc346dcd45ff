#include "https.h"

#include <algorithm>

namespace mox::cmd {

std::vector<cli::Option> https_options() {
  return {{.name = "--ca",
           .value = "FILE",
           .help = "trust the authorities in this file (PEM) instead of the system's",
           .kind = cli::Kind::path},
          {.name = "--connect-to",
           .value = "HOST:PORT:ADDRESS:PORT",
           .help =
               "connect to the second place when it is the first that is asked for, to try out a "
               "server that is not public yet; several with commas",
           .kind = cli::Kind::text}};
}

httpclient::CurlOptions curl_options(const cli::Invocation& invocation) {
  httpclient::CurlOptions options{.user_agent = std::string("mox/") +
                                                std::string(invocation.program().version),
                                  .authorities = std::string(invocation.text("--ca")),
                                  .connect_to = {}};
  auto rest = invocation.text("--connect-to");
  while (!rest.empty()) {
    const auto end = std::min(rest.find(','), rest.size());
    options.connect_to.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return options;
}

} // namespace mox::cmd
