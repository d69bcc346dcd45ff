// Answers to requests over HTTPS, without a server.
#pragma once

#include "httpclient/client.h"

#include <map>
#include <string>
#include <vector>

namespace mox::test {

class FakeWeb final : public httpclient::Client {
public:
  using Answer = Result<httpclient::Response, httpclient::Failure>;

  // A page with the status 200 and this type, or none for "".
  void page(const std::string& url, std::string body, const std::string& type = "text/plain") {
    httpclient::Response response{.status = 200, .headers = {}, .body = std::move(body)};
    if (!type.empty()) response.headers["content-type"] = type;
    answers_.insert_or_assign(url, std::move(response));
  }

  void status(const std::string& url, unsigned status) {
    answers_.insert_or_assign(url,
                              httpclient::Response{.status = status, .headers = {}, .body = {}});
  }

  void fail(const std::string& url, httpclient::Problem problem) {
    answers_.insert_or_assign(
        url, failure(httpclient::Failure{.problem = problem, .text = url + ": it fails"}));
  }

  async::Task<Answer> get(httpclient::Request request, SteadyTime) override {
    requests.push_back(request);
    const auto found = answers_.find(request.url);
    if (found != answers_.end()) co_return found->second;
    co_return httpclient::Response{.status = 404, .headers = {}, .body = {}};
  }

  std::vector<httpclient::Request> requests;

private:
  std::map<std::string, Answer> answers_;
};

} // namespace mox::test
