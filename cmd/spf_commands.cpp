// The part of the list about SPF.
#include "commands.h"
#include "resolving.h"

#include <algorithm>
#include <iterator>

namespace mox::cmd {

namespace {

using enum cli::Kind;

const cli::Option json_option{.name = "--json", .help = "print JSON"};

std::vector<cli::Option> with_resolver(std::vector<cli::Option> options) {
  std::ranges::move(resolver_options(), std::back_inserter(options));
  return options;
}

} // namespace

std::vector<cli::Command> spf_commands() {
  return {
      {.words = "spf",
       .summary = "check and look at records of SPF",
       .text = "SPF: a domain says in a TXT record which addresses may send its mail."},
      {.words = "spf check",
       .summary = "check whether an address may send for a domain",
       .text =
           "Checks by the records of SPF whether the client with an IP address may send mail. The "
           "first line is \"result: \" and none, neutral, pass, fail, softfail, temperror or "
           "permerror; then follow the mechanism that matched and why, or the problem, and what "
           "the domain says to those that it refuses. The policy is that of the domain of "
           "--mail-from, or, when that is empty, of the name of --helo; DOMAIN stands for both.\n"
           "\n"
           "Exits with 0 for pass, 3 for temperror, 1 for any other result.",
       .arguments = {{.name = "DOMAIN",
                      .help = "whose policy; may be left out with --mail-from or --helo"},
                     {.name = "IP", .help = "the address of the client", .required = false}},
       .options = with_resolver({{.name = "--mail-from",
                                  .value = "ADDRESS",
                                  .help = "the sender in MAIL FROM; may be empty",
                                  .kind = text},
                                 {.name = "--helo",
                                  .value = "NAME",
                                  .help = "what the client said in EHLO; the domain when not given",
                                  .kind = text},
                                 json_option}),
       .run = spf_check},
      {.words = "spf lookup",
       .summary = "look up the record of SPF of a domain",
       .text = "Prints the record of SPF of a domain, and its terms. Exits with 1 when there is "
               "none, or when it is wrong, and with 3 when the DNS cannot be asked for it now.",
       .arguments = {{.name = "DOMAIN", .help = "the domain", .kind = domain}},
       .options = with_resolver({json_option}),
       .run = spf_lookup},
      {.words = "spf parse",
       .summary = "read a record of SPF",
       .text = "Reads a record of SPF and prints its terms, or what is wrong with it and where.",
       .arguments = {{.name = "RECORD", .help = "the text, such as \"v=spf1 mx -all\""}},
       .options = {json_option},
       .run = spf_parse},
  };
}

} // namespace mox::cmd
