#include "config/fields.h"
#include "config/kinds.h"

namespace mox::config::fields {

namespace {

constexpr Field auth_fields[] = {
    {.name = "username",
     .reference = "Username",
     .kind = &kinds::text,
     .need = Need::required,
     .example = R"("mjl@example.org")",
     .help = "The login."},
    {.name = "password",
     .reference = "Password",
     .kind = &kinds::secret,
     .need = Need::required,
     .example = R"("secret")",
     .help = "The password."},
    {.name = "mechanisms",
     .reference = "Mechanisms",
     .kind = &kinds::sasl_mechanism,
     .shape = Shape::list,
     .example = R"(["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"])",
     .help = "The mechanisms that may be used, the best first. By default all SCRAM ones and "
             "CRAM-MD5; PLAIN must be named."},
};
constexpr Structure auth{auth_fields};

constexpr Field submissions_fields[] = {
    {.name = "host",
     .reference = "Host",
     .kind = &kinds::host,
     .need = Need::required,
     .example = R"("smtp.example.net")",
     .help = "The server; its certificate must have this name."},
    {.name = "port",
     .reference = "Port",
     .kind = &kinds::port,
     .default_value = "465",
     .help = "Its port."},
    {.name = "starttls-insecure-skip-verify",
     .reference = "STARTTLSInsecureSkipVerify",
     .kind = &kinds::boolean,
     .default_value = "false",
     .help = "Not to be used here: there is no STARTTLS."},
    {.name = "no-starttls",
     .reference = "NoSTARTTLS",
     .kind = &kinds::boolean,
     .default_value = "false",
     .help = "Not to be used here: there is no STARTTLS."},
    {.name = "auth",
     .reference = "Auth",
     .table = &auth,
     .help = "How to log in. Without it nobody does."},
};
constexpr Structure submissions{submissions_fields};

constexpr Field submission_fields[] = {
    {.name = "host",
     .reference = "Host",
     .kind = &kinds::host,
     .need = Need::required,
     .example = R"("smtp.example.net")",
     .help = "The server; its certificate must have this name."},
    {.name = "port",
     .reference = "Port",
     .kind = &kinds::port,
     .default_value = "587",
     .help = "Its port."},
    {.name = "starttls-insecure-skip-verify",
     .reference = "STARTTLSInsecureSkipVerify",
     .kind = &kinds::boolean,
     .default_value = "false",
     .help = "Take any certificate."},
    {.name = "no-starttls",
     .reference = "NoSTARTTLS",
     .kind = &kinds::boolean,
     .default_value = "false",
     .help = "Do not use TLS."},
    {.name = "auth",
     .reference = "Auth",
     .table = &auth,
     .help = "How to log in. Without it nobody does."},
};
constexpr Structure submission{submission_fields};

constexpr Field smtp_fields[] = {
    {.name = "host",
     .reference = "Host",
     .kind = &kinds::host,
     .need = Need::required,
     .example = R"("smtp.example.net")",
     .help = "The server; its certificate must have this name."},
    {.name = "port",
     .reference = "Port",
     .kind = &kinds::port,
     .default_value = "25",
     .help = "Its port."},
    {.name = "starttls-insecure-skip-verify",
     .reference = "STARTTLSInsecureSkipVerify",
     .kind = &kinds::boolean,
     .default_value = "false",
     .help = "Take any certificate."},
    {.name = "no-starttls",
     .reference = "NoSTARTTLS",
     .kind = &kinds::boolean,
     .default_value = "false",
     .help = "Do not use TLS."},
    {.name = "auth",
     .reference = "Auth",
     .table = &auth,
     .help = "How to log in. Without it nobody does."},
};
constexpr Structure smtp{smtp_fields};

constexpr Field socks_fields[] = {
    {.name = "address",
     .reference = "Address",
     .kind = &kinds::host_port,
     .need = Need::required,
     .example = R"("127.0.0.1:1080")",
     .help = "The proxy."},
    {.name = "remote-ips",
     .reference = "RemoteIPs",
     .kind = &kinds::ip,
     .shape = Shape::list,
     .need = Need::required,
     .example = R"(["198.51.100.1"])",
     .help = "The addresses that others see, for the suggested SPF record."},
    {.name = "remote-hostname",
     .reference = "RemoteHostname",
     .kind = &kinds::domain,
     .need = Need::required,
     .example = R"("proxy.example.org")",
     .help = "The name of those addresses, for EHLO."},
};
constexpr Structure socks{socks_fields};

constexpr Field direct_fields[] = {
    {.name = "disable-ipv4",
     .reference = "DisableIPv4",
     .kind = &kinds::boolean,
     .default_value = "false",
     .help = "Do not use IPv4.",
     .excludes = "disable-ipv6"},
    {.name = "disable-ipv6",
     .reference = "DisableIPv6",
     .kind = &kinds::boolean,
     .default_value = "false",
     .help = "Do not use IPv6."},
};
constexpr Structure direct{direct_fields};

constexpr Field fail_fields[] = {
    {.name = "smtp-code",
     .reference = "SMTPCode",
     .kind = &kinds::integer,
     .default_value = "554",
     .help = "The code, 400 to 599."},
    {.name = "smtp-message",
     .reference = "SMTPMessage",
     .kind = &kinds::printable,
     .example = R"("no mail to there")",
     .help = "The text. By default one that says that the configuration asks for it."},
};
constexpr Structure fail{fail_fields};

constexpr Field transport_fields[] = {
    {.name = "submissions",
     .reference = "Submissions",
     .table = &submissions,
     .help = "Hand messages to a submission server, with TLS from the start."},
    {.name = "submission",
     .reference = "Submission",
     .table = &submission,
     .help = "Hand messages to a submission server, with STARTTLS."},
    {.name = "smtp",
     .reference = "SMTP",
     .table = &smtp,
     .help = "Hand messages to an SMTP server, with STARTTLS."},
    {.name = "socks",
     .reference = "Socks",
     .table = &socks,
     .help = "Deliver to the recipient's server through a SOCKS proxy."},
    {.name = "direct",
     .reference = "Direct",
     .table = &direct,
     .help = "Deliver to the recipient's server, as usual but for this."},
    {.name = "fail", .reference = "Fail", .table = &fail, .help = "Fail at once."},
};

} // namespace

constinit const Structure transport{transport_fields};

} // namespace mox::config::fields
