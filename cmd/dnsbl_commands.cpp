// The part of the list about blocklists.
#include "commands.h"
#include "resolving.h"

#include <algorithm>
#include <iterator>

namespace mox::cmd {

namespace {

const cli::Option json_option{.name = "--json", .help = "print JSON"};

const cli::Argument zone_argument{
    .name = "ZONE", .help = "the list's domain, such as bl.example.org", .kind = cli::Kind::domain};

std::vector<cli::Option> with_resolver(std::vector<cli::Option> options) {
  std::ranges::move(resolver_options(), std::back_inserter(options));
  return options;
}

} // namespace

std::vector<cli::Command> dnsbl_commands() {
  return {
      {.words = "dnsbl",
       .summary = "ask blocklists",
       .text = "Lists of addresses that send junk, which are asked by the DNS."},
      {.words = "dnsbl check",
       .summary = "check whether an address is in a blocklist",
       .text = "Asks a list about an IP address. Prints \"status: \" and pass when it is not "
               "listed, fail when it is, with what the list says, or temperror when the list "
               "could not be asked or does not want to answer.\n"
               "\n"
               "Exits with 0 for pass, 1 for fail, 3 for temperror.",
       .arguments = {zone_argument, {.name = "IP", .help = "the address"}},
       .options = with_resolver({json_option}),
       .run = dnsbl_check},
      {.words = "dnsbl checkhealth",
       .summary = "check whether a blocklist can be believed",
       .text = "Asks a list about the addresses for tests: 127.0.0.2 must be listed and 127.0.0.1 "
               "must not. Prints \"status: \" and pass, fail or temperror, and what is wrong.\n"
               "\n"
               "Exits with 0 for pass, 1 for fail, 3 for temperror.",
       .arguments = {zone_argument},
       .options = with_resolver({{.name = "--ipv6",
                                  .help = "ask about ::ffff:7f00:2 and ::ffff:7f00:1, for lists of "
                                          "IPv6 addresses"},
                                 json_option}),
       .run = dnsbl_checkhealth},
  };
}

} // namespace mox::cmd
