#include "localapi/api.h"

#include "http/host.h"
#include "http/route.h"
#include "http/server.h"
#include "localapi/call.h"
#include "text/ascii.h"

#include <fmt/format.h>

#include <array>
#include <span>
#include <string_view>
#include <utility>

namespace mox::localapi {

namespace {

constexpr int most_connections = 200;

using Names = std::span<const std::string_view>;

constexpr std::array<std::string_view, 1> inbox_names = {"inbox"};
constexpr std::array<std::string_view, 7> filter_names = {"inbox",   "mailbox", "from", "to",
                                                          "subject", "text",    "since"};
constexpr std::array<std::string_view, 9> list_names = {
    "inbox", "mailbox", "from", "to", "subject", "text", "since", "limit", "after"};
constexpr std::array<std::string_view, 8> wait_names = {"inbox",   "mailbox", "from",  "to",
                                                        "subject", "text",    "since", "timeout"};

struct Target {
  async::Task<Answer> (*run)(Call&);
  Names parameters{};
  Names with_latest{}; // instead, when `latest` stands for an id
};

using Route = http::Route<Target>;

constexpr std::array routes = {
    Route{"GET", "/", {show_page}},
    Route{"GET", "/api/info", {show_info, inbox_names}},
    Route{"POST", "/api/reset", {reset, inbox_names}},
    Route{"GET", "/api/messages", {list_messages, list_names}},
    Route{"DELETE", "/api/messages", {delete_messages, filter_names}},
    Route{"GET", "/api/wait", {wait_for_message, wait_names}},
    Route{"GET", "/api/messages/{id}", {show_message, {}, filter_names}},
    Route{"DELETE", "/api/messages/{id}", {delete_message}},
    Route{"GET", "/api/messages/{id}/raw", {send_raw, {}, filter_names}},
    Route{"GET", "/api/messages/{id}/text", {send_text, {}, filter_names}},
    Route{"GET", "/api/messages/{id}/html", {send_html, {}, filter_names}},
    Route{"GET", "/api/messages/{id}/parts/{part}", {send_part, {}, filter_names}},
    Route{"GET", "/api/faults", {show_faults}},
    Route{"PUT", "/api/faults", {set_faults}},
    Route{"DELETE", "/api/faults", {clear_faults}},
};

// A web site must not be able to ask through the browser of somebody who works on this machine:
// neither under a name of its own that it points here, nor as a page from elsewhere.
std::expected<void, Problem> check_origin(const http::Request& request, std::string_view hostname) {
  const auto host = request.fields.find("Host").value_or("");
  const auto name = http::host_name(host);
  if (!name || !(http::is_safe_host(*name) || text::iequals(*name, hostname)))
    return problem(403, fmt::format("this server is not called \"{}\"", host),
                   "ask it as localhost or by its IP address, or make this the hostname in its "
                   "mox.toml");
  const auto origin = request.fields.find("Origin");
  if (origin && !text::iequals(*origin, fmt::format("http://{}", host)))
    return problem(403, fmt::format("pages of {} may not ask here", *origin), "ask from a program");
  // What needs no Origin, such as an image, would still tell a page how long the answer took. A
  // link to here is fine (Fetch Metadata Request Headers, section 2).
  const auto site = request.fields.find("Sec-Fetch-Site").value_or("none");
  const auto mode = request.fields.find("Sec-Fetch-Mode").value_or("");
  if (site != "none" && site != "same-origin" && mode != "navigate")
    return problem(403, "pages of other sites may not ask here", "ask from a program");
  return {};
}

async::Task<Answer> dispatch(const Options& options, service::Session& session,
                             const http::Request& request) {
  if (auto checked = check_origin(request, session.listener.hostname); !checked)
    co_return std::unexpected(std::move(checked).error());
  auto routed = http::find_route(std::span<const Route>(routes), request.method, request.path());
  if (!routed && routed.error().allow.empty())
    co_return problem(404, fmt::format("there is nothing at {}", request.path()),
                      "the page at / shows what there is");
  if (!routed) {
    const auto refused =
        problem(405, fmt::format("{} is not possible at {}", request.method, request.path()),
                fmt::format("what is: {}", routed.error().allow));
    auto response = to_response(refused.error());
    response.fields.add("Allow", std::move(routed.error().allow));
    co_return response;
  }
  const bool by_latest = !routed->segments.empty() && routed->segments.front() == latest;
  auto parameters = Parameters::parse(request.query(), by_latest ? routed->target.with_latest
                                                                 : routed->target.parameters);
  if (!parameters) co_return std::unexpected(std::move(parameters).error());
  Call call{.options = options,
            .session = session,
            .request = request,
            .segments = std::move(routed->segments),
            .parameters = *std::move(parameters)};
  co_return co_await routed->target.run(call);
}

// What is shown was written by strangers.
http::Response made_harmless(http::Response response) {
  response.fields.add("X-Content-Type-Options", "nosniff");
  response.fields.add("Cross-Origin-Resource-Policy", "same-origin");
  response.fields.add("Cache-Control", "no-store");
  if (!response.fields.find("Content-Security-Policy"))
    response.fields.add("Content-Security-Policy",
                        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; "
                        "form-action 'none'; sandbox");
  return response;
}

async::Task<http::Response> respond(const Options& options, service::Session& session,
                                    const http::Request& request) {
  auto answer = co_await dispatch(options, session, request);
  co_return made_harmless(answer ? *std::move(answer) : to_response(answer.error()));
}

async::Task<http::Response> refuse() {
  const auto refused = problem(503, fmt::format("{} connections are open", most_connections),
                               "close some, and try again");
  auto response = to_response(refused.error());
  response.close = true;
  co_return made_harmless(std::move(response));
}

// What HTTP itself has against a request.
http::Response print_refusal(const http::Refusal& refusal) {
  const auto advice = refusal.status >= 500
                          ? "look at the server's log"
                          : "the page at / shows how to ask, and README the limits";
  return made_harmless(to_response(problem(refusal.status, refusal.text, advice).error()));
}

constexpr http::Options http_options{.limits = {.header_bytes = 16384, .body_bytes = 1U << 20U},
                                     .refusal = print_refusal};

// Counts a connection for as long as it lives.
class Counted {
public:
  explicit Counted(std::atomic<int>& count) : count_(count), number_(++count) {}

  ~Counted() { --count_; }

  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

  bool is_too_many() const { return number_ > most_connections; }

private:
  std::atomic<int>& count_;
  int number_;
};

} // namespace

async::Task<> Api::serve(service::Session session) {
  const Counted counted(open_);
  const bool refused = counted.is_too_many();
  const http::Handler handler = [this, &session, refused](const http::Request& request) {
    return refused ? refuse() : respond(options_, session, request);
  };
  co_await http::serve(session.connection, handler, http_options, session.parts.clock,
                       session.wake);
}

} // namespace mox::localapi
