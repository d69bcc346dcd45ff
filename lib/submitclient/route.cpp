#include "submitclient/route.h"

#include "config/files.h"
#include "file/file.h"
#include "text/base64.h"
#include "tls/public_key.h"

#include <fmt/format.h>

#include <utility>

namespace mox::submitclient {

namespace {

namespace fs = std::filesystem;

// Those that the file may have: TOML is text, and this one is short.
constexpr std::size_t max_configuration = 1 << 20;
constexpr std::size_t max_certificate = 1 << 20;

// One line, of many.
std::unexpected<Error> wrong(const std::vector<config::Problem>& problems, Errors errors) {
  const auto& first = problems.front();
  const auto text = errors == Errors::shown
                        ? to_string(first)
                        : fmt::format("{}:{}: wrong, as root can see with: sendmail -q", first.file,
                                      first.place.line);
  if (problems.size() == 1) return failure(ErrorKind::invalid, text);
  return failure(ErrorKind::invalid, fmt::format("{} (and {} more)", text, problems.size() - 1));
}

Server::Encryption encryption_of(const config::Sendmail& config) {
  if (config.tls) return Server::Encryption::immediate;
  return config.starttls ? Server::Encryption::starttls : Server::Encryption::none;
}

Result<std::optional<tls::Certificate>> certificate_of(const config::Sendmail& config,
                                                       const Clock& clock) {
  if (const auto written = config.client_auth_ed25519_private_key.view(); !written.empty()) {
    MOX_TRY_ASSIGN(bytes, text::base64url_decode(written));
    const text::Secret seed(std::move(bytes));
    MOX_TRY_ASSIGN(key, tls::client_key_from(seed, config.username, clock.wall()));
    auto made = tls::Certificate::from_pem(key.pem.certificate, key.pem.key, config.username);
    text::wipe(key.pem.key);
    return made;
  }
  const auto& path = config.client_auth_cert_private_key_pem_file;
  if (path.empty()) return std::nullopt;
  MOX_TRY_ASSIGN(pem, file::read_file(path, max_certificate));
  auto read = tls::Certificate::from_pem(pem, pem, path.native());
  text::wipe(pem);
  return read;
}

Result<Server> server_of(config::Sendmail& config, const Clock& clock) {
  MOX_TRY_ASSIGN(certificate, certificate_of(config, clock));
  Server server{.host = config.host,
                .port = config.port,
                .encryption = encryption_of(config),
                .trusts_anybody = config.tls_insecure_skip_verify,
                .user = config.username,
                .password = std::move(config.password),
                .certificate = std::move(certificate)};
  if (!config.auth_method.empty()) server.mechanisms.push_back(config.auth_method);
  if (server.certificate && server.encryption == Server::Encryption::none)
    return failure(ErrorKind::invalid,
                   "a client certificate can only be shown with TLS: set tls or starttls");
  return server;
}

} // namespace

Result<Route> read_route(const fs::path& configuration, const fs::path& socket, Errors errors,
                         const Clock& clock) {
  Route route;
  const auto text = file::read_file(configuration, max_configuration);
  if (!text && text.error().kind == ErrorKind::not_found) {
    route.socket = socket;
    return route;
  }
  if (!text) return std::unexpected(text.error());
  auto config = config::parse_sendmail(*text, configuration);
  if (!config) return wrong(config.error(), errors);
  route.socket = config->submit_socket;
  route.hostname = config->local_hostname;
  route.bare_destination = config->default_destination;
  route.require_tls = config->require_tls;
  if (config->host.empty()) return route;
  route.from = config->from;
  auto server = server_of(*config, clock);
  if (!server)
    return failure(server.error().kind == ErrorKind::refused ? ErrorKind::refused
                                                             : ErrorKind::invalid,
                   fmt::format("{}: {}", configuration.native(), server.error().text));
  route.server = *std::move(server);
  return route;
}

} // namespace mox::submitclient
