// The part of the list about DMARC and TLSRPT.
#include "commands.h"
#include "resolving.h"

#include <algorithm>
#include <iterator>

namespace mox::cmd {

namespace {

using enum cli::Kind;

const cli::Option json_option{.name = "--json", .help = "print JSON"};

const cli::Option walk_option{
    .name = "--tree-walk",
    .help = "find the record and the organization by a walk up the DNS (RFC 9989), instead of by "
            "the list of public suffixes (RFC 7489)"};

const cli::Argument domain_argument{
    .name = "DOMAIN", .help = "the domain", .kind = cli::Kind::domain};

const cli::Argument reports_argument{
    .name = "FILE",
    .help = "messages, or reports without one; - for standard input, which is the default",
    .kind = path,
    .required = false,
    .repeated = true};

std::vector<cli::Option> with_resolver(std::vector<cli::Option> options) {
  std::ranges::move(resolver_options(), std::back_inserter(options));
  return options;
}

} // namespace

std::vector<cli::Command> dmarc_commands() {
  return {
      {.words = "dmarc",
       .summary = "check and look at DMARC",
       .text =
           "DMARC: the domain in the From header says what is to become of mail that it has not "
           "sent, and who is to be told."},
      {.words = "dmarc lookup",
       .summary = "look up the DMARC record of a domain",
       .text = "Prints the DMARC record that applies to mail from a domain: its own, or else that "
               "of its organizational domain; what its tags say, what is wrong with them, and "
               "whether DNSSEC proves it. Exits with 1 when there is none or it has no meaning, "
               "with 3 when the DNS cannot be asked for it now.",
       .arguments = {domain_argument},
       .options = with_resolver({walk_option, json_option}),
       .run = asking<dmarc_lookup>},
      {.words = "dmarc verify",
       .summary = "check whether a message is from whom it says",
       .text =
           "Checks a message by SPF, DKIM and DMARC, as if the client with the IP address had "
           "handed it in with these words in MAIL FROM and EHLO. The first line is \"result: \" "
           "and pass, fail, none, temperror or permerror; then follow the policy that applies, "
           "what the domain asks to be done (\"disposition\"), and for SPF and each signature "
           "whether its domain is aligned with that in From. Of a record with \"pct\" the message "
           "is taken to be among that percentage.\n"
           "\n"
           "A message with several From headers, or addresses of several domains in it, has the "
           "result none.\n"
           "\n"
           "Exits with 0 for pass, 3 for temperror, 1 for any other result.",
       .arguments = {{.name = "IP", .help = "the address of the client"},
                     {.name = "MAILFROM", .help = "the sender in MAIL FROM; may be empty"},
                     {.name = "HELO", .help = "what the client said in EHLO"},
                     {.name = "FILE",
                      .help = "the message, or - for standard input, which is the default",
                      .kind = path,
                      .required = false}},
       .options =
           with_resolver({walk_option,
                          {.name = "--now",
                           .value = "SECONDS",
                           .help = "the time to go by, in seconds since 1970, to repeat a check",
                           .kind = integer},
                          json_option}),
       .run = asking<dmarc_verify>},
      {.words = "dmarc parsereportmsg",
       .summary = "show aggregate reports",
       .text = "Prints what aggregate reports say: who reports on which days, the policy that was "
               "found, and for each kind of message how many, from where, what was done and why. "
               "The report may be any part of the message, as XML, gzip or zip; a file may also be "
               "the XML, gzip or zip itself. Exits with 1 when one cannot be read.",
       .arguments = {reports_argument},
       .options = {json_option},
       .run = dmarc_parsereportmsg},
      {.words = "dmarc checkreportaddrs",
       .summary = "check whether hosts take the reports of a domain",
       .text = "For each address to which the DMARC record of a domain wants reports, prints pass, "
               "fail or temperror, and why: the host of the address must belong to the same "
               "organization, or say in the DNS that it takes reports about the domain. Exits with "
               "0 when all pass, 1 when one fails, 3 when the DNS cannot be asked now.",
       .arguments = {domain_argument},
       .options = with_resolver({walk_option, json_option}),
       .run = asking<dmarc_checkreportaddrs>},
      {.words = "tlsrpt",
       .summary = "look at reports about TLS",
       .text = "TLSRPT: a domain wants to be told how TLS went with mail to it."},
      {.words = "tlsrpt lookup",
       .summary = "look up where a domain wants reports about TLS",
       .text = "Prints the TLSRPT record of a domain, and whether DNSSEC proves it. Exits with 1 "
               "when there is none or it has no meaning, with 3 when the DNS cannot be asked for "
               "it now.",
       .arguments = {domain_argument},
       .options = with_resolver({json_option}),
       .run = asking<tlsrpt_lookup>},
      {.words = "tlsrpt parsereportmsg",
       .summary = "show reports about TLS",
       .text = "Prints what reports about TLS say: who reports on which days, and for each policy "
               "how many sessions went well and how many failed, and why. The report may be any "
               "part of the message, as JSON or gzip; a file may also be the JSON or gzip itself. "
               "With --json the reports are printed in the form of RFC 8460, put right. Exits with "
               "1 when one cannot be read.",
       .arguments = {reports_argument},
       .options = {json_option},
       .run = tlsrpt_parsereportmsg},
  };
}

} // namespace mox::cmd
