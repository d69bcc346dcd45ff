// The part of the list about connections to servers, and what is demanded of them.
#include "commands.h"
#include "https.h"
#include "rdap/lookup.h"
#include "resolving.h"

#include <algorithm>
#include <iterator>

namespace mox::cmd {

namespace {

using enum cli::Kind;
using Options = std::vector<cli::Option>;

const cli::Option json_option{.name = "--json", .help = "print JSON"};
const cli::Option json_facts{.name = "--json",
                             .help = "print what is known of the connection as JSON, on one line"};
const cli::Option ca_option{.name = "--ca",
                            .value = "FILE",
                            .help = "trust the authorities in this file (PEM) instead of the "
                                    "system's",
                            .kind = path};
const cli::Option ehlo_option{.name = "--ehlo-hostname",
                              .value = "NAME",
                              .help = "who we say we are",
                              .kind = text,
                              .default_value = "localhost"};

Options joined(Options first, Options second) {
  std::ranges::move(second, std::back_inserter(first));
  return first;
}

std::vector<cli::Command> dane_commands() {
  return {
      {.words = "dane",
       .summary = "TLSA records, and servers that have them",
       .text = "DANE: the DNS, signed by DNSSEC, says which certificate a server has."},
      {.words = "dane dial",
       .summary = "connect to a server by TLS, verified with DANE",
       .text =
           "Looks up the TLSA records of a server, at the end of its aliases when DNSSEC proves "
           "them, connects and begins TLS. The records must be proved by DNSSEC, and the "
           "certificate must fit one of them. Then standard input goes to the server, and what "
           "it says to standard output, until it closes. What is known of the connection "
           "stands on standard error.\n"
           "\n"
           "Exits with 0 after that, with 1 when DANE is not done or does not hold, with 3 "
           "when that cannot be known now.",
       .arguments = {{.name = "HOST:PORT", .help = "the server"}},
       .options = joined({{.name = "--usages",
                           .value = "LIST",
                           .help = "usages of records that count, with commas",
                           .kind = text,
                           .default_value = "pkix-ta,pkix-ee,dane-ta,dane-ee"},
                          ca_option,
                          json_facts},
                         resolver_options()),
       .run = asking<dane_dial>},
      {.words = "dane dialmx",
       .summary = "connect to a mail server of a domain, verified with DANE",
       .text =
           "Looks up the hosts that take mail for a domain, and connects to the first that has "
           "TLSA records, as deliveries do: DNSSEC must prove the MX records, the addresses and "
           "the TLSA records, and the certificate that comes with STARTTLS must fit one. Then "
           "standard input goes to the server, and what it says to standard output, until it "
           "closes; EHLO has been said already. Why hosts were passed over, and what is known "
           "of the connection, stands on standard error.\n"
           "\n"
           "Exits with 0 after that, with 1 when no host does DANE or it does not hold, with 3 "
           "when that cannot be known now.",
       .arguments =
           {{.name = "DOMAIN", .help = "the domain of an address", .kind = domain},
            {.name = "HOST", .help = "try this host alone", .kind = domain, .required = false}},
       .options = joined({ehlo_option,
                          {.name = "--port",
                           .value = "N",
                           .help = "connect to this port, and look for its TLSA records",
                           .kind = integer,
                           .default_value = "25"},
                          json_facts},
                         resolver_options()),
       .run = asking<dane_dialmx>},
      {.words = "dane makerecord",
       .summary = "make a TLSA record for a certificate or key",
       .text = "Prints the record as a zone file has it, without name and type. A common one is\n"
               "\n"
               "    mox dane makerecord dane-ee spki sha2-256 cert.pem\n"
               "\n"
               "whose record stays right when the certificate is renewed with its key. The first "
               "certificate in the file counts; with the selector spki, without one, the first "
               "public or private key. Usages are pkix-ta (0), pkix-ee (1), dane-ta (2) and "
               "dane-ee (3), selectors cert (0) and spki (1), types of matching full (0), sha2-256 "
               "(1) and sha2-512 (2). Mail servers look at dane-ta and dane-ee only.",
       .arguments = {{.name = "USAGE", .help = "a name or number"},
                     {.name = "SELECTOR", .help = "a name or number"},
                     {.name = "MATCHTYPE", .help = "a name or number"},
                     {.name = "FILE",
                      .help = "PEM, or - for standard input, which is the default",
                      .kind = path,
                      .required = false}},
       .options = {json_option},
       .run = dane_makerecord},
  };
}

std::vector<cli::Command> smtp_commands() {
  return {
      {.words = "smtp", .summary = "talk to mail servers", .text = "SMTP, as a client."},
      {.words = "smtp dial",
       .summary = "connect to a mail server",
       .text =
           "Connects, says EHLO, begins TLS when the server offers it, and says EHLO again. Then "
           "standard input goes to the server, and what it says to standard output, until it "
           "closes. What is known of the connection stands on standard error. Any certificate "
           "will do; what is wrong with it is printed.\n"
           "\n"
           "Exits with 0 after that, with 1 when TLS cannot be had as wanted or the server "
           "refuses, with 3 when it cannot be reached.",
       .arguments = {{.name = "HOST",
                      .help = "a name or address, perhaps with :PORT; else port 25"}},
       .options =
           joined({ehlo_option,
                   {.name = "--force-tls", .help = "say STARTTLS even when it is not offered"},
                   {.name = "--no-tls", .help = "stay without TLS"},
                   {.name = "--tls-immediate", .help = "begin with TLS, without STARTTLS"},
                   {.name = "--tls-verify", .help = "end when the certificate is not good"},
                   {.name = "--remote-hostname",
                    .value = "NAME",
                    .help = "the name that the certificate must have, instead of HOST",
                    .kind = text},
                   ca_option,
                   {.name = "--tls-version-min",
                    .value = "VERSION",
                    .help = "the oldest version of TLS",
                    .kind = text,
                    .choices = {"1.0", "1.1", "1.2", "1.3"}},
                   {.name = "--tls-version-max",
                    .value = "VERSION",
                    .help = "the newest version of TLS",
                    .kind = text,
                    .choices = {"1.0", "1.1", "1.2", "1.3"}},
                   {.name = "--tls-ciphers",
                    .value = "LIST",
                    .help = "ciphers up to TLS 1.2, as OpenSSL names them",
                    .kind = text},
                   {.name = "--tls-ciphersuites",
                    .value = "LIST",
                    .help = "cipher suites of TLS 1.3, with colons between",
                    .kind = text},
                   {.name = "--tls-curves",
                    .value = "LIST",
                    .help = "groups for the exchange of keys, with colons between",
                    .kind = text},
                   {.name = "--tls-no-session-tickets", .help = "ask for no session tickets"},
                   {.name = "--trace", .help = "print what is said up to then on standard error"},
                   json_facts},
                  resolver_options()),
       .run = asking<smtp_dial>},
  };
}

std::vector<cli::Command> policy_commands() {
  return {
      {.words = "mtasts",
       .summary = "policies of MTA-STS",
       .text = "MTA-STS: a domain says by HTTPS which hosts take its mail, over verified TLS."},
      {.words = "mtasts lookup",
       .summary = "look up the policy of a domain",
       .text =
           "Prints the record of a domain and its policy, whether DNSSEC proves the record, and "
           "what is wrong with either. The policy is fetched as deliveries do: its host must "
           "have a good certificate, and redirects are not followed.\n"
           "\n"
           "Exits with 0 when there is a policy, with 1 when there is none or it is wrong, with "
           "3 when that cannot be known now.",
       .arguments = {{.name = "DOMAIN", .help = "the domain of an address", .kind = domain}},
       .options = joined(joined({json_option}, https_options()), resolver_options()),
       .run = asking<mtasts_lookup>},
      {.words = "rdap",
       .summary = "ask registries about domains",
       .text = "RDAP: what the registry of a domain knows of it."},
      {.words = "rdap domainage",
       .summary = "show for how long a domain is registered",
       .text =
           "Asks the registry when a domain was registered, registered again or restored last, "
           "and prints how long ago that is. The domain is one that is registered, not one "
           "below. Which registry has it is in a list that IANA publishes.\n"
           "\n"
           "Exits with 0 when that is known, with 1 when it is not, with 3 when a server cannot "
           "be asked now.",
       .arguments = {{.name = "DOMAIN", .help = "such as example.org", .kind = domain}},
       .options = joined({json_option,
                          {.name = "--bootstrap",
                           .value = "URL",
                           .help = "where the list of registries is",
                           .kind = text,
                           .default_value = rdap::iana_bootstrap}},
                         https_options()),
       .run = rdap_domainage},
  };
}

} // namespace

std::vector<cli::Command> connecting_commands() {
  std::vector<cli::Command> all;
  for (auto family : {dane_commands, smtp_commands, policy_commands})
    std::ranges::move(family(), std::back_inserter(all));
  return all;
}

} // namespace mox::cmd
