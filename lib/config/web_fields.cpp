#include "config/fields.h"
#include "config/kinds.h"

namespace mox::config::fields {

namespace {

constexpr Field web_static_fields[] = {
    {.name = "strip-prefix",
     .reference = "StripPrefix",
     .kind = &kinds::url_path,
     .example = R"("/files")",
     .help = "Taken off the path."},
    {.name = "root",
     .reference = "Root",
     .kind = &kinds::path,
     .need = Need::required,
     .example = R"("web/html")",
     .help = "The folder."},
    {.name = "list-files",
     .reference = "ListFiles",
     .kind = &kinds::boolean,
     .default_value = "false",
     .help = "Show what is in folders without index.html."},
    {.name = "continue-not-found",
     .reference = "ContinueNotFound",
     .kind = &kinds::boolean,
     .default_value = "false",
     .help = "Try the next handler when there is no such file."},
    {.name = "response-headers",
     .reference = "ResponseHeaders",
     .kind = &kinds::text,
     .shape = Shape::map,
     .key = &kinds::text,
     .key_example = "Cache-Control",
     .default_value = "{}",
     .example = R"({ Cache-Control = "max-age=60" })",
     .help = "Headers to add."},
};
constexpr Structure web_static{web_static_fields};

constexpr Field web_redirect_fields[] = {
    {.name = "base-url",
     .reference = "BaseURL",
     .kind = &kinds::url,
     .example = R"("https://www.example.org")",
     .help = "Scheme and host of the new URL."},
    {.name = "orig-path-regexp",
     .reference = "OrigPathRegexp",
     .kind = &kinds::regexp,
     .example = R"("^/old/(.*)$")",
     .help = "Matches the path that is replaced."},
    {.name = "replace-path",
     .reference = "ReplacePath",
     .kind = &kinds::text,
     .example = R"("/new/$1")",
     .help = "The new path."},
    {.name = "status-code",
     .reference = "StatusCode",
     .kind = &kinds::integer,
     .default_value = "308",
     .help = "The code, 300 to 399."},
};
constexpr Structure web_redirect{web_redirect_fields};

constexpr Field web_forward_fields[] = {
    {.name = "strip-path",
     .reference = "StripPath",
     .kind = &kinds::boolean,
     .default_value = "false",
     .help = "Take what path-regexp matches off the path."},
    {.name = "url",
     .reference = "URL",
     .kind = &kinds::url,
     .need = Need::required,
     .example = R"("http://127.0.0.1:8888")",
     .help = "Where to forward to."},
    {.name = "response-headers",
     .reference = "ResponseHeaders",
     .kind = &kinds::text,
     .shape = Shape::map,
     .key = &kinds::text,
     .key_example = "Cache-Control",
     .default_value = "{}",
     .example = R"({ Cache-Control = "max-age=60" })",
     .help = "Headers to add."},
};
constexpr Structure web_forward{web_forward_fields};

constexpr Field web_internal_fields[] = {
    {.name = "base-path",
     .reference = "BasePath",
     .kind = &kinds::url_path,
     .need = Need::required,
     .example = R"("/webmail/")",
     .help = "Where it stands, with a slash at the end."},
    {.name = "service",
     .reference = "Service",
     .kind = &kinds::web_service,
     .need = Need::required,
     .example = R"("webmail")",
     .help = "Which one."},
};
constexpr Structure web_internal{web_internal_fields};

constexpr Field web_handler_fields[] = {
    {.name = "log-name",
     .reference = "LogName",
     .kind = &kinds::text,
     .example = R"("shop")",
     .help = "Its name in logs. By default its number."},
    {.name = "domain",
     .reference = "Domain",
     .kind = &kinds::domain,
     .need = Need::required,
     .example = R"("www.example.org")",
     .help = "The host name of the requests."},
    {.name = "path-regexp",
     .reference = "PathRegexp",
     .kind = &kinds::regexp,
     .need = Need::required,
     .example = R"("^/")",
     .help = "Matches the path; begins with ^."},
    {.name = "dont-redirect-plain-http",
     .reference = "DontRedirectPlainHTTP",
     .kind = &kinds::boolean,
     .default_value = "false",
     .help = "Serve it without TLS too, instead of redirecting."},
    {.name = "compress",
     .reference = "Compress",
     .kind = &kinds::boolean,
     .default_value = "false",
     .help = "Compress what is sent."},
    {.name = "web-static",
     .reference = "WebStatic",
     .table = &web_static,
     .help = "Files of a folder."},
    {.name = "web-redirect",
     .reference = "WebRedirect",
     .table = &web_redirect,
     .help = "A redirect."},
    {.name = "web-forward",
     .reference = "WebForward",
     .table = &web_forward,
     .help = "What another server answers."},
    {.name = "web-internal",
     .reference = "WebInternal",
     .table = &web_internal,
     .help = "A web application of ours."},
};

} // namespace

constinit const Structure web_handler{web_handler_fields};

} // namespace mox::config::fields
