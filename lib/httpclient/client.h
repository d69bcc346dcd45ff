// Fetching small things over HTTPS (RFC 9110), so that tests can answer.
#pragma once

#include "async/task.h"
#include "clock/clock.h"
#include "net/endpoint.h"
#include "result/result.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mox::httpclient {

struct Request {
  std::string url; // https only
  // Where the URL's host is. Empty: the system's resolver says.
  std::vector<net::Address> addresses;
  std::size_t body_limit = 65536; // bytes; a larger one is an error
  unsigned redirects = 0;         // to follow; each to https
  std::string accept;             // the media types that are wanted, or ""
};

struct Response {
  unsigned status = 0;
  std::map<std::string, std::string> headers; // names in lower case; of several the last
  std::string body;

  // "" when there is none; the name in lower case.
  std::string_view header(std::string_view name) const;
};

enum class Problem : std::uint8_t {
  name,                  // the host has no address, or it cannot be found out
  network,               // no connection, or it broke
  timeout,               // not done before the deadline
  certificate_expired,   // or not valid yet
  certificate_name,      // it is for other names
  certificate_untrusted, // no trusted authority vouches for it
  tls,                   // the handshake failed in another way
  redirect,              // one more than is followed, or to somewhere other than https
  too_large,
  malformed, // the URL, or what the server says
};

struct Failure {
  Problem problem = Problem::network;
  std::string text; // for people, with the URL

  bool about_certificate() const {
    return problem == Problem::certificate_expired || problem == Problem::certificate_name ||
           problem == Problem::certificate_untrusted;
  }
};

class Client {
public:
  virtual ~Client() = default;
  // Any status is a response, but for redirects when some are to be followed. Resumes on the
  // caller's executor, at the deadline at the latest.
  virtual async::Task<Result<Response, Failure>> get(Request request, SteadyTime deadline) = 0;
};

} // namespace mox::httpclient
