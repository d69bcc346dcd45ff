#include "serve/listeners.h"

#include <utility>

namespace mox::serve {

namespace {

using lifecycle::Protocol;

Result<std::vector<tls::Certificate>> certificates_of(const config::Listener& listener) {
  std::vector<tls::Certificate> all;
  if (!listener.tls) return all;
  for (const auto& pair : listener.tls->key_certs) {
    MOX_TRY_ASSIGN(certificate, tls::Certificate::from_files(pair.cert_file, pair.key_file));
    all.push_back(std::move(certificate));
  }
  return all;
}

tls::Version version_of(config::TlsVersion version) {
  switch (version) {
  case config::TlsVersion::tls1_0: return tls::Version::tls1_0;
  case config::TlsVersion::tls1_1: return tls::Version::tls1_1;
  case config::TlsVersion::tls1_2: return tls::Version::tls1_2;
  case config::TlsVersion::tls1_3: return tls::Version::tls1_3;
  }
  std::unreachable();
}

// What is served on each address of the listener; port and address follow.
std::vector<lifecycle::Listen> services_of(const config::Listener& listener) {
  std::vector<lifecycle::Listen> all;
  const auto add = [&](Protocol protocol, std::uint16_t port) -> lifecycle::Listen& {
    return all.emplace_back(lifecycle::Listen{.protocol = protocol, .at = {.port = port}});
  };
  if (listener.smtp.enabled) {
    auto& smtp = add(Protocol::smtp, listener.smtp.port);
    smtp.starttls = !listener.smtp.no_starttls;
    smtp.require_tls = listener.smtp.require_starttls;
  }
  if (listener.submission.enabled)
    add(Protocol::submission, listener.submission.port).plaintext_login =
        listener.submission.no_require_starttls;
  if (listener.submissions.enabled) add(Protocol::submissions, listener.submissions.port);
  if (listener.imap.enabled)
    add(Protocol::imap, listener.imap.port).plaintext_login = listener.imap.no_require_starttls;
  if (listener.imaps.enabled) add(Protocol::imaps, listener.imaps.port);
  if (listener.metrics_http.enabled) add(Protocol::metrics, listener.metrics_http.port);
  return all;
}

Result<lifecycle::Listener> make(const std::string& name, const config::Listener& listener) {
  lifecycle::Listener made;
  made.name = name;
  made.hostname = listener.hostname.ascii();
  MOX_TRY_ASSIGN(certificates, certificates_of(listener));
  made.certificates = std::move(certificates);
  if (listener.tls) {
    made.tls.request_client_certificate = !listener.tls->client_auth_disabled;
    made.tls.min_version = version_of(listener.tls->min_version);
  }
  made.tickets_on_smtp = !listener.smtp.tls_session_tickets_disabled.value_or(true);
  made.max_message_size = static_cast<std::uint64_t>(listener.smtp_max_message_size);
  for (const auto& service : services_of(listener)) {
    for (const auto& ip : listener.ips) {
      auto& listen = made.listen.emplace_back(service);
      listen.at.address = ip;
    }
  }
  return made;
}

} // namespace

Result<std::vector<lifecycle::Listener>> listeners(const config::Static& host) {
  std::vector<lifecycle::Listener> all;
  for (const auto& [name, listener] : host.listeners) {
    MOX_TRY_ASSIGN(made, make(name, listener));
    all.push_back(std::move(made));
  }
  return all;
}

Result<std::vector<std::vector<tls::Certificate>>> certificates(const config::Static& host) {
  std::vector<std::vector<tls::Certificate>> all;
  for (const auto& [name, listener] : host.listeners) {
    MOX_TRY_ASSIGN(of_listener, certificates_of(listener));
    all.push_back(std::move(of_listener));
  }
  return all;
}

} // namespace mox::serve
