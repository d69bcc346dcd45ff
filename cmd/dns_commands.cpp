// The part of the list about the DNS.
#include "commands.h"
#include "resolving.h"

#include <algorithm>
#include <iterator>

namespace mox::cmd {

std::vector<cli::Command> dns_commands() {
  std::vector<cli::Option> options = {{.name = "--json", .help = "print a JSON object"}};
  std::ranges::move(resolver_options(), std::back_inserter(options));
  return {
      {.words = "dns", .summary = "ask the DNS", .text = "Questions to the DNS."},
      {.words = "dns lookup",
       .summary = "look up records",
       .text =
           "Prints the records of a name: how many there are and whether DNSSEC proves it, for how "
           "many seconds that may be remembered, the aliases (CNAME) that were followed, and each "
           "record as in a zone file. The type is one of a, aaaa, ips (both), cname, mx, ns, ptr, "
           "srv, tlsa, txt. For ptr, an IP address stands for the name under which its own is "
           "found.\n"
           "\n"
           "With --zone the answers are those of a zone file. Lines in it that begin with \";!\" "
           "say "
           "how a name behaves: \";!secure NAME\" and \";!insecure NAME\" whether DNSSEC proves "
           "what "
           "is said about it and all names below, for all names when there is none; \";!bogus NAME "
           "TYPE\", \";!servfail NAME TYPE\", \";!refused NAME TYPE\" and \";!timeout NAME TYPE\" "
           "that "
           "it fails, for all types when there is none; \";!slow MILLISECONDS NAME\" that the "
           "answer "
           "takes a while.\n"
           "\n"
           "Exits with 0 when there are records, 1 when there are none, 3 when that cannot be "
           "known "
           "now.",
       .arguments = {{.name = "TYPE", .help = "of the records"},
                     {.name = "NAME", .help = "a domain name, or for ptr an IP address"}},
       .options = options,
       .run = dns_lookup},
  };
}

} // namespace mox::cmd
