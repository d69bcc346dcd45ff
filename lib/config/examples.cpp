#include "config/examples.h"

#include <algorithm>

namespace mox::config {

namespace {

constexpr Example all[] = {
    {.name = "mox",
     .summary = "a server with one certificate, for the Internet and for users",
     .document = &static_document,
     .text = R"(data-dir = "../data"
hostname = "mx.example.org"

# Mail to postmaster, where nobody else has that address.
[postmaster]
account = "mjl"
mailbox = "Postmaster"

[listeners.public]
ips = ["0.0.0.0", "::"]

[[listeners.public.tls.key-certs]]
cert-file = "mx.example.org.crt.pem"
key-file = "mx.example.org.key.pem"

# From other servers.
[listeners.public.smtp]
enabled = true

# From users, and for users.
[listeners.public.submission]
enabled = true
[listeners.public.submissions]
enabled = true
[listeners.public.imaps]
enabled = true
)"},
    {.name = "internal-listener",
     .summary = "figures for Prometheus, for this machine only",
     .document = &static_document,
     .text = R"([listeners.internal]
ips = ["127.0.0.1", "::1"]
hostname = "localhost"

[listeners.internal.metrics-http]
enabled = true
)"},
    {.name = "two-certificates",
     .summary = "a listener whose clients ask for one of two names",
     .document = &static_document,
     .text = R"([listeners.mail]
ips = ["198.51.100.7"]
hostname = "mail.example.org"

[listeners.mail.tls]
min-version = "TLSv1.3"

# The first is for clients that name no host.
[[listeners.mail.tls.key-certs]]
cert-file = "mail.example.org.crt.pem"
key-file = "mail.example.org.key.pem"
[[listeners.mail.tls.key-certs]]
cert-file = "mail.example.net.crt.pem"
key-file = "mail.example.net.key.pem"

[listeners.mail.imaps]
enabled = true
)"},
    {.name = "local-submission",
     .summary = "who on this machine may send as whom",
     .document = &static_document,
     .text = R"(# By the names of Unix users.
[local-submission]
www-data = ["shop@example.org", "news@example.org"]
backup = ["mjl@example.org"]
)"},
    {.name = "domains",
     .summary = "two domains and two accounts",
     .document = &domains_document,
     .text = R"([domains."example.org"]
# Mail to mjl+anything@example.org is for mjl@example.org.
localpart-catchall-separator = "+"

[domains."example.net"]

[accounts.mjl]
domain = "example.org"
full-name = "Mechthild Jemand"

[accounts.mjl.destinations."mjl@example.org"]
[accounts.mjl.destinations."mjl@example.net"]

[accounts.ann]
domain = "example.net"

[accounts.ann.destinations."ann@example.net"]
)"},
    {.name = "alias",
     .summary = "an address that stands for several",
     .document = &domains_document,
     .text = R"([domains."example.org".aliases.team]
addresses = ["mjl@example.org", "ann@example.net"]
# Without this only members can write to it.
post-public = true
# Members may send as team@example.org.
allow-msg-from = true
)"},
    {.name = "mailboxes",
     .summary = "addresses with mailboxes of their own, and one that takes no mail",
     .document = &domains_document,
     .text = R"([accounts.lists]
domain = "example.org"

[accounts.lists.destinations."lists@example.org"]
[accounts.lists.destinations."announce@example.org"]
mailbox = "Lists/Announce"
[accounts.lists.destinations."old@example.org"]
smtp-error = "550 this address is no more"
)"},
    {.name = "catchall",
     .summary = "an account for all addresses of a domain that nobody has, with a quota",
     .document = &domains_document,
     .text = R"([accounts.rest]
domain = "example.net"
quota-message-size = "1GiB"

[accounts.rest.destinations."@example.net"]
)"},
    {.name = "sendmail",
     .summary = "sending mail of a machine through a server, with a password",
     .document = &sendmail_document,
     .text = R"(local-hostname = "web1.example.org"
host = "mail.example.org"
port = 465
tls = true
username = "web1@example.org"
password = "secret"
from = "web1@example.org"
# For root and other names without a domain.
default-destination = "admin@example.org"
)"},
};

} // namespace

std::span<const Example> examples() {
  return all;
}

const Example* find_example(std::string_view name) {
  const auto found = std::ranges::find(all, name, &Example::name);
  return found == std::end(all) ? nullptr : found;
}

} // namespace mox::config
