// What each kind of listener does with a connection.

#include "file/file_system.h"
#include "http/server.h"
#include "imapserver/server.h"
#include "lifecycle/state.h"

#include <map>
#include <string_view>
#include <utility>

namespace mox::lifecycle {

namespace {

async::Task<http::Response> answer(metrics::Metrics& metrics, const http::Request& request) {
  http::Response response;
  if (request.method != "GET" && request.method != "HEAD") {
    response.status = 405;
    response.fields.add("Allow", "GET, HEAD");
  } else if (request.path() == "/metrics") {
    response.fields.add("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    response.body = metrics.render();
  } else if (request.path() == "/") {
    response.fields.add("Content-Type", "text/html; charset=utf-8");
    response.body = "<!doctype html><title>mox</title><a href=\"/metrics\">metrics</a>\n";
  } else {
    response.status = 404;
  }
  co_return response;
}

} // namespace

service::Session Server::State::session(Open& open, const service::Listener& listener) {
  return {.parts = *parts,
          .listener = listener,
          .registry = hub.registry(open.thread),
          .connection = open.connection,
          .wake = open.wake,
          .cid = open.cid};
}

verification::Means* Server::State::means(const Open& open) {
  return all_means.empty() ? nullptr : all_means[open.thread].get();
}

void Server::State::refresh_gauges() {
  // A listener may have an endpoint for each address.
  std::map<std::pair<std::string_view, std::string_view>, std::int64_t> open;
  for (const auto& endpoint : endpoints)
    open[{name_of(endpoint->protocol), endpoint->listener.name}] += endpoint->service.open.load();
  for (const auto& endpoint : local_endpoints)
    if (endpoint->smtp)
      open[{name_of(Protocol::submission), endpoint->listener.name}] +=
          endpoint->service.open.load();
  for (const auto& [labels, count] : open)
    metrics.connections.set(static_cast<double>(count), labels.first, labels.second);
  metrics.store_queue_depth.set(static_cast<double>(store->waiting_changes()));
  if (const auto space = file::space(config.store.folder))
    metrics.store_free_space.set(static_cast<double>(space->available));
}

std::function<async::Task<>(Open&)> Server::State::service_for(Endpoint& endpoint,
                                                               const Shared& listener) {
  const auto protocol = endpoint.protocol;
  const auto max_message_size = listener.settings.max_message_size;
  switch (protocol) {
  case Protocol::smtp:
  case Protocol::submission:
  case Protocol::submissions:
    endpoint.smtp = std::unique_ptr<smtpserver::Options>(
        new smtpserver::Options{.kind = protocol == Protocol::smtp ? smtpserver::Kind::delivery
                                                                   : smtpserver::Kind::submission,
                                .directory = *people.directory,
                                .received_ids = received_ids,
                                .spool_budget = spool_budget,
                                .max_message_size = max_message_size,
                                .faults = config.faults,
                                .signers = people.signers.get(),
                                .show_login = config.show_login});
    return [this, &endpoint](Open& open) {
      return smtpserver::serve(session(open, endpoint.listener), *endpoint.smtp, means(open));
    };
  case Protocol::imap:
  case Protocol::imaps:
    endpoint.imap = std::unique_ptr<imapserver::Options>(new imapserver::Options{
        .spool_budget = spool_budget, .max_message_size = max_message_size});
    return [this, &endpoint](Open& open) {
      return imapserver::serve(session(open, endpoint.listener), *endpoint.imap);
    };
  case Protocol::metrics:
    endpoint.http = [this](const http::Request& request) {
      refresh_gauges();
      return answer(metrics, request);
    };
    return [this, &endpoint](Open& open) {
      return http::serve(open.connection, endpoint.http, {}, clock, open.wake);
    };
  case Protocol::http:
    return [this, &endpoint](Open& open) {
      return config.serve_http(session(open, endpoint.listener));
    };
  }
  std::unreachable();
}

void Server::State::serve_submissions(LocalEndpoint& endpoint, const SubmitSocket& wanted) {
  endpoint.listener.name = "submit";
  endpoint.listener.hostname = wanted.hostname;
  endpoint.users = std::make_unique<localusers::Users>(clock, wanted.senders, wanted.name_of);
  endpoint.smtp = std::unique_ptr<smtpserver::Options>(
      new smtpserver::Options{.kind = smtpserver::Kind::submission,
                              .directory = *people.directory,
                              .received_ids = received_ids,
                              .spool_budget = spool_budget,
                              .max_message_size = wanted.max_message_size,
                              .signers = people.signers.get(),
                              .local_users = endpoint.users.get()});
  endpoint.service.serve = [this, &endpoint](Open& open) {
    return smtpserver::serve(session(open, endpoint.listener), *endpoint.smtp, nullptr);
  };
}

} // namespace mox::lifecycle
