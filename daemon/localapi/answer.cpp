#include "localapi/answer.h"

#include <utility>

namespace mox::localapi {

namespace {

unsigned status_of(ErrorKind kind) {
  switch (kind) {
  case ErrorKind::invalid: return 400;
  case ErrorKind::not_found: return 404;
  case ErrorKind::exists:
  case ErrorKind::refused: return 409;
  case ErrorKind::full:
  case ErrorKind::temporary:
  case ErrorKind::timeout:
  case ErrorKind::closed: return 503;
  default: return 500;
  }
}

std::string advice_for(unsigned status) {
  if (status == 503) return "try again";
  if (status == 500) return "look at the server's log, and check its folder with mox verifydata";
  return "the page at / shows how to ask";
}

} // namespace

std::unexpected<Problem> problem(unsigned status, std::string error, std::string advice) {
  return std::unexpected(
      Problem{.status = status, .error = std::move(error), .advice = std::move(advice)});
}

std::unexpected<Problem> problem(const Error& error) {
  const auto status = status_of(error.kind);
  return problem(status, error.text, advice_for(status));
}

http::Response json_response(json::Writer json) {
  http::Response response;
  response.fields.add("Content-Type", "application/json");
  response.body = std::move(json).text() + "\n";
  return response;
}

http::Response to_response(const Problem& problem) {
  json::Writer json(2);
  json.object();
  json.member("error", problem.error).member("advice", problem.advice).end();
  auto response = json_response(std::move(json));
  response.status = problem.status;
  return response;
}

} // namespace mox::localapi
