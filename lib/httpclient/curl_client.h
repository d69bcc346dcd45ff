// The client that uses the network: libcurl, in the pool.
#pragma once

#include "async/pool.h"
#include "clock/clock.h"
#include "httpclient/client.h"

#include <string>
#include <vector>

namespace mox::httpclient {

struct CurlOptions {
  std::string user_agent = "mox";
  // A file of authorities in PEM, instead of the system's; "" for those.
  std::string authorities;
  // "HOST:PORT:ADDRESS:PORT", as curl's --connect-to: who asks for the first is connected to the
  // second. Names in URLs and certificates stay what they are.
  std::vector<std::string> connect_to;
};

// No proxy, no cookies, no compression, no names and passwords from files, TLS 1.2 at least.
class CurlClient final : public Client {
public:
  // Both must outlive it. Each request takes a thread of the pool until it is done.
  CurlClient(async::Pool& pool, const Clock& clock, CurlOptions options = {});

  async::Task<Result<Response, Failure>> get(Request request, SteadyTime deadline) override;

private:
  async::Pool& pool_;
  const Clock& clock_;
  CurlOptions options_;
};

} // namespace mox::httpclient
