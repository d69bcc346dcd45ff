#include "config/binding.h"
#include "config/domains.h"
#include "config/fields.h"
#include "config/kinds.h"

namespace mox::config::fields {

namespace {

constexpr Field route_fields[] = {
    {.name = "from-domain",
     .reference = "FromDomain",
     .kind = &kinds::text,
     .shape = Shape::list,
     .default_value = "[]",
     .example = R"(["example.org"])",
     .help =
         "The sender's domain is one of these; \".example.org\" is all below it too, \".\" any."},
    {.name = "to-domain",
     .reference = "ToDomain",
     .kind = &kinds::text,
     .shape = Shape::list,
     .default_value = "[]",
     .example = R"([".example.net"])",
     .help = "The recipient's domain is one of these."},
    {.name = "minimum-attempts",
     .reference = "MinimumAttempts",
     .kind = &kinds::integer,
     .default_value = "0",
     .help = "Only after so many failed attempts."},
    {.name = "transport",
     .reference = "Transport",
     .kind = &kinds::name,
     .need = Need::required,
     .example = R"("smarthost")",
     .help = "A transport of mox.toml."},
};

constexpr Field domains_file_fields[] = {
    {.name = "domains",
     .reference = "Domains",
     .table = &domain,
     .shape = Shape::map,
     .key = &kinds::domain,
     .key_example = "example.org",
     .need = Need::required,
     .help = "The domains that mail is taken for.",
     .store = into<&Domains::domains>},
    {.name = "accounts",
     .reference = "Accounts",
     .table = &account,
     .shape = Shape::map,
     .key = &kinds::account,
     .key_example = "mjl",
     .need = Need::required,
     .help = "Who has mail here: an account has a login, mailboxes and addresses.",
     .store = into<&Domains::accounts>},
    {.name = "web-domain-redirects",
     .reference = "WebDomainRedirects",
     .kind = &kinds::domain,
     .shape = Shape::map,
     .key = &kinds::domain,
     .key_example = "www.example.org",
     .default_value = "{}",
     .example = R"({ "www.example.org" = "example.org" })",
     .help = "Web requests for one name are redirected to another."},
    {.name = "web-handlers",
     .reference = "WebHandlers",
     .table = &web_handler,
     .shape = Shape::list,
     .help = "What web requests get; the first that matches counts."},
    {.name = "routes",
     .reference = "Routes",
     .table = &route,
     .shape = Shape::list,
     .help = "Ways of delivery for all that is sent."},
    {.name = "monitor-dnsbls",
     .reference = "MonitorDNSBLs",
     .kind = &kinds::domain,
     .shape = Shape::list,
     .default_value = "[]",
     .example = R"(["bl.spamcop.net"])",
     .help = "Lists in DNS that are asked, from time to time, whether our addresses are on them."},
};

} // namespace

constinit const Structure route{route_fields};
constinit const Structure domains_file{domains_file_fields};

} // namespace mox::config::fields
