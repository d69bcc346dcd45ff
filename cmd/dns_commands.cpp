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
      {.words = "dns",
       .summary = "ask the DNS",
       .text =
           "Questions to the DNS. All commands that ask it take --resolver, which says whom:\n"
           "\n"
           "  system                     the name servers of /etc/resolv.conf\n"
           "  ADDRESS[:PORT]             a name server that asks others\n"
           "  validating                 those of the zones themselves, from the root on;\n"
           "                             DNSSEC is checked here\n"
           "  validating@ADDRESS[:PORT]  a name server that asks others;\n"
           "                             DNSSEC is checked here\n"
           "\n"
           "Whether DNSSEC proves an answer is known for sure with validating. What another name "
           "server says about it is believed when it is on this machine, or when /etc/resolv.conf "
           "has the option trust-ad. The root's keys are built in, or those of "
           "/usr/share/dns/root.key when they are newer; --anchor FILE has others, as DS or DNSKEY "
           "records.\n"
           "\n"
           "With --zone FILE the answers are those of a zone file, and the network is not asked "
           "for "
           "names, so that a check can be repeated. Lines in it that begin with \";!\" say how a "
           "name behaves:\n"
           "\n"
           "  ;!secure [NAME]           DNSSEC proves what is said about it and all below\n"
           "  ;!insecure [NAME]         it does not, which is the default\n"
           "  ;!bogus NAME [TYPE]       answers about it are not genuine\n"
           "  ;!servfail NAME [TYPE]    the name server fails\n"
           "  ;!refused NAME [TYPE]     the name server does not want to answer\n"
           "  ;!timeout NAME [TYPE]     nobody answers\n"
           "  ;!slow MILLISECONDS NAME  the answer takes a while"},
      {.words = "dns lookup",
       .summary = "look up records",
       .text =
           "Prints the records of a name: how many there are and whether DNSSEC proves it, for how "
           "many seconds that may be remembered, the aliases (CNAME) that were followed, and each "
           "record as in a zone file. The type is one of a, aaaa, ips (both), cname, mx, ns, ptr, "
           "srv, tlsa, txt. For ptr, an IP address stands for the name under which its own is "
           "found.\n"
           "\n"
           "Exits with 0 when there are records, 1 when there are none, 3 when that cannot be "
           "known "
           "now.",
       .arguments = {{.name = "TYPE", .help = "of the records"},
                     {.name = "NAME", .help = "a domain name, or for ptr an IP address"}},
       .options = options,
       .run = asking<dns_lookup>},
  };
}

} // namespace mox::cmd
