#include "http/request_parser.h"

#include "text/ascii.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace mox::http {

namespace beast = boost::beast::http;

namespace {

Refusal refusal(const boost::system::error_code& error) {
  if (error == beast::error::header_limit) return {431, "header fields too large"};
  if (error == beast::error::body_limit) return {413, "body too large"};
  if (error == beast::error::bad_version) return {505, "not HTTP/1.0 or HTTP/1.1"};
  return {400, error.message()};
}

std::string text(boost::core::string_view view) {
  return {view.data(), view.size()};
}

// "http://host/path?query" is how a proxy is asked. A server takes it as well, and the host in it
// counts instead of the field (RFC 9112 section 3.2.2).
void take_host_from_target(Request& request) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!text::istarts_with(request.target, scheme)) continue;
    const auto rest = request.target.substr(scheme.size());
    const auto end = std::min(rest.find_first_of("/?"), rest.size());
    request.fields.set("Host", rest.substr(0, end));
    request.target = rest.substr(end);
    if (!request.target.starts_with('/')) request.target.insert(0, "/");
    return;
  }
}

} // namespace

struct RequestParser::State {
  explicit State(RequestLimits with) : limits(with) {
    // Beast has 32 bits for the header.
    const auto most = std::min<std::size_t>(limits.header_bytes, 1U << 30);
    parser.header_limit(static_cast<std::uint32_t>(most));
    parser.body_limit(limits.body_bytes);
    parser.eager(true);
  }

  // One call of Beast on all that waits; true while it got further.
  Result<bool, Refusal> advance() {
    const auto waiting = std::string_view(pending).substr(used);
    boost::system::error_code error;
    const std::size_t size = parser.put(boost::asio::buffer(waiting), error);
    used += size;
    if (error == beast::error::need_more) {
      // Beast counts a header only when it sees its end.
      if (!parser.is_header_done() && waiting.size() - size > limits.header_bytes)
        return failure(Refusal{431, "header fields too large"});
      return false;
    }
    if (error) return failure(refusal(error));
    return size > 0 && !parser.is_done();
  }

  // RFC 9112 section 3.2: exactly one Host in HTTP/1.1.
  bool host_is_wrong() const {
    const auto& message = parser.get();
    const auto count = message.count(beast::field::host);
    return count > 1 || (count == 0 && message.version() >= 11);
  }

  RequestLimits limits;
  beast::request_parser<beast::string_body> parser;
  std::string pending; // bytes not parsed yet begin at `used`
  std::size_t used = 0;
  bool any = false;
  bool continue_seen = false;
};

RequestParser::RequestParser(RequestLimits limits) : state_(std::make_unique<State>(limits)) {}

RequestParser::~RequestParser() = default;

Result<std::size_t, Refusal> RequestParser::feed(std::string_view bytes) {
  State& state = *state_;
  state.any = state.any || !bytes.empty();
  state.pending.erase(0, std::exchange(state.used, 0));
  state.pending.append(bytes);
  while (true) {
    const auto further = state.advance();
    if (!further) return failure(further.error());
    if (!*further) break;
  }
  if (state.parser.is_header_done() && state.host_is_wrong())
    return failure(Refusal{400, "not exactly one Host"});
  if (!state.parser.is_done()) return bytes.size();
  return bytes.size() - (state.pending.size() - state.used);
}

bool RequestParser::started() const {
  return state_->any;
}

bool RequestParser::complete() const {
  return state_->parser.is_done();
}

bool RequestParser::take_expect_continue() {
  State& state = *state_;
  if (!state.parser.is_header_done() || state.parser.is_done() || state.continue_seen) return false;
  const auto expect = state.parser.get()[beast::field::expect];
  if (!equal_names({expect.data(), expect.size()}, "100-continue")) return false;
  state.continue_seen = true;
  return true;
}

Request RequestParser::take() {
  auto message = state_->parser.release();
  Request request;
  request.method = text(message.method_string());
  request.target = text(message.target());
  request.version = message.version();
  request.keep_alive = message.keep_alive();
  for (const auto& field : message)
    request.fields.add(text(field.name_string()), text(field.value()));
  request.body = std::move(message.body());
  take_host_from_target(request);
  return request;
}

} // namespace mox::http
