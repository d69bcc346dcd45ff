#include "config/binding.h"
#include "config/fields.h"
#include "config/kinds.h"
#include "config/static.h"

#include <array>
#include <cstddef>

namespace mox::config::fields {

namespace {

constexpr Field metrics_fields[] = {
    {.name = "enabled",
     .reference = "Enabled",
     .kind = &kinds::boolean,
     .default_value = "false",
     .example = "true",
     .help = "Show figures to Prometheus at /metrics, without a password.",
     .store = into<&PlainListener::enabled>},
    {.name = "port",
     .reference = "Port",
     .kind = &kinds::port,
     .default_value = "8010",
     .help = "The port.",
     .store = into<&PlainListener::port>},
};
constexpr Field pprof_fields[] = {
    {.name = "enabled",
     .reference = "Enabled",
     .kind = &kinds::boolean,
     .default_value = "false",
     .help = "Show what the process is doing, without a password."},
    {.name = "port",
     .reference = "Port",
     .kind = &kinds::port,
     .default_value = "8011",
     .help = "The port."},
};

// A web application: at a port, below a path.
constexpr std::array<Field, 4> web_service(std::string_view port, std::string_view path) {
  return {{
      {.name = "enabled",
       .reference = "Enabled",
       .kind = &kinds::boolean,
       .default_value = "false",
       .help = "Serve it here."},
      {.name = "port",
       .reference = "Port",
       .kind = &kinds::port,
       .default_value = port,
       .help = "The port."},
      {.name = "path",
       .reference = "Path",
       .kind = &kinds::url_path,
       .default_value = path,
       .help = "Where it stands; a slash at the end is added."},
      {.name = "forwarded",
       .reference = "Forwarded",
       .kind = &kinds::boolean,
       .default_value = "false",
       .help = "Requests come through a proxy: believe its X-Forwarded headers about the client."},
  }};
}

constexpr auto account_http_fields = web_service("80", R"("/")");
constexpr auto account_https_fields = web_service("443", R"("/")");
constexpr auto admin_http_fields = web_service("80", R"("/admin/")");
constexpr auto admin_https_fields = web_service("443", R"("/admin/")");
constexpr auto webmail_http_fields = web_service("80", R"("/webmail/")");
constexpr auto webmail_https_fields = web_service("443", R"("/webmail/")");
constexpr auto webapi_http_fields = web_service("80", R"("/webapi/")");
constexpr auto webapi_https_fields = web_service("443", R"("/webapi/")");

// What mail programs and servers fetch at names of the domains.
constexpr Field well_known_fields[] = {
    {.name = "enabled",
     .reference = "Enabled",
     .kind = &kinds::boolean,
     .default_value = "false",
     .help = "Serve it here."},
    {.name = "port",
     .reference = "Port",
     .kind = &kinds::port,
     .default_value = "443",
     .help = "The port."},
    {.name = "non-tls",
     .reference = "NonTLS",
     .kind = &kinds::boolean,
     .default_value = "false",
     .help = "Without TLS, for a proxy that has the certificates."},
    {.name = "forwarded",
     .reference = "Forwarded",
     .kind = &kinds::boolean,
     .default_value = "false",
     .help = "Requests come through a proxy: believe its X-Forwarded headers about the client."},
};

constexpr std::array<Field, 3> webserver(std::string_view port) {
  return {{
      {.name = "enabled",
       .reference = "Enabled",
       .kind = &kinds::boolean,
       .default_value = "false",
       .help = "Serve the redirects and handlers of domains.toml here."},
      {.name = "port",
       .reference = "Port",
       .kind = &kinds::port,
       .default_value = port,
       .help = "The port."},
      {.name = "rate-limit-disabled",
       .reference = "RateLimitDisabled",
       .kind = &kinds::boolean,
       .default_value = "false",
       .help = "Let a client ask as often as it likes."},
  }};
}

constexpr auto webserver_http_fields = webserver("80");
constexpr auto webserver_https_fields = webserver("443");

} // namespace

constinit const Structure metrics_listener{metrics_fields};
constinit const Structure pprof_listener{pprof_fields};
constinit const Structure account_http_listener{account_http_fields};
constinit const Structure account_https_listener{account_https_fields};
constinit const Structure admin_http_listener{admin_http_fields};
constinit const Structure admin_https_listener{admin_https_fields};
constinit const Structure webmail_http_listener{webmail_http_fields};
constinit const Structure webmail_https_listener{webmail_https_fields};
constinit const Structure webapi_http_listener{webapi_http_fields};
constinit const Structure webapi_https_listener{webapi_https_fields};
constinit const Structure well_known_listener{well_known_fields};
constinit const Structure webserver_http_listener{webserver_http_fields};
constinit const Structure webserver_https_listener{webserver_https_fields};

} // namespace mox::config::fields
