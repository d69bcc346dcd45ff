// What a request is answered with: a response, or a problem in words that say what to do.
#pragma once

#include "http/message.h"
#include "json/writer.h"
#include "result/result.h"

#include <expected>
#include <string>

namespace mox::localapi {

struct Problem {
  unsigned status = 400;
  std::string error;  // what is wrong
  std::string advice; // what to do
};

using Answer = std::expected<http::Response, Problem>;

std::unexpected<Problem> problem(unsigned status, std::string error, std::string advice);
// Of the store, or of a request's text.
std::unexpected<Problem> problem(const Error& error);

// {"error": …, "advice": …}
http::Response to_response(const Problem& problem);
// `json` is complete.
http::Response json_response(json::Writer json);

} // namespace mox::localapi
