// The part of the list for administrators of a server.
#include "commands.h"

#include <algorithm>
#include <iterator>

namespace mox::cmd {

namespace {

using enum cli::Kind;

const cli::Option json_option{.name = "--json", .help = "print JSON"};

cli::Command group(std::string_view words, std::string_view summary, std::string_view text) {
  return {.words = words, .summary = summary, .text = text};
}

std::vector<cli::Command> account_commands() {
  const cli::Argument account{
      .name = "ACCOUNT", .help = "name of the account", .kind = cli::Kind::account};
  return {
      group("config account", "manage accounts", "Accounts: who gets mail here and logs in."),
      {.words = "config account list",
       .summary = "list the accounts",
       .text = "Prints the names of the accounts, sorted, and which are disabled.",
       .options = {json_option},
       .run = administer},
      {.words = "config account addresses",
       .summary = "list the addresses of an account",
       .text = "Prints the addresses that an account gets mail for. \"@domain\" stands for all "
               "that nobody else has.",
       .arguments = {account},
       .options = {json_option},
       .run = administer},
      {.words = "config account add",
       .summary = "add an account",
       .text = "Adds an account with one address. Its mailboxes are made at once; it cannot log in "
               "before it has a password.",
       .arguments = {account, {.name = "ADDRESS", .help = "its first address", .kind = address}},
       .run = administer},
      {.words = "config account rm",
       .summary = "remove an account and its mail",
       .text = "Removes an account, its addresses and credentials. Its mail is out of reach at "
               "once, and deleted for good when expunged messages are, after a week.",
       .arguments = {account},
       .run = administer},
      {.words = "config account disable",
       .summary = "refuse logins to an account",
       .text = "Refuses logins, with the given words. Mail is delivered still.",
       .arguments = {account, {.name = "MESSAGE", .help = "what the user is told"}},
       .run = administer},
      {.words = "config account enable",
       .summary = "allow logins to an account again",
       .text = "Takes back \"config account disable\".",
       .arguments = {account},
       .run = administer},
      {.words = "config account logins",
       .summary = "show who tried to log in",
       .text = "Prints attempts to log in to an account, or, without ACCOUNT, to all accounts and "
               "to none, newest first. Attempts that were alike are one line: when they were seen "
               "first and last, how many, account, address, result, protocol, mechanism, from "
               "where, TLS, and what the client says it is. They are kept for 30 days, at most "
               "10,000 that failed and as many others of each account. The last two seconds may "
               "be missing.",
       .arguments = {{.name = "ACCOUNT",
                      .help = "name of the account",
                      .kind = cli::Kind::account,
                      .required = false}},
       .options = {json_option,
                   {.name = "--limit",
                    .value = "N",
                    .help = "at most so many lines; 100 when not given",
                    .kind = integer}},
       .run = administer},
  };
}

std::vector<cli::Command> address_commands() {
  const cli::Argument address_argument{.name = "ADDRESS",
                                       .help = "an address, or @domain for all that nobody has"};
  return {
      group("config address", "manage addresses", "Addresses of accounts."),
      {.words = "config address add",
       .summary = "give an address to an account",
       .text = "Mail for the address goes to the account, into its Inbox.",
       .arguments = {address_argument,
                     {.name = "ACCOUNT", .help = "name of the account", .kind = account}},
       .run = administer},
      {.words = "config address rm",
       .summary = "take an address away",
       .text = "The address gets no mail any more. Messages stay where they are.",
       .arguments = {address_argument},
       .run = administer},
      {.words = "config address account",
       .summary = "print whose address it is",
       .text = "Prints the name of the account that has the address.",
       .arguments = {address_argument},
       .run = administer},
  };
}

std::vector<cli::Command> domain_commands() {
  const cli::Argument domain_argument{
      .name = "DOMAIN", .help = "the domain", .kind = cli::Kind::domain};
  return {
      group("config domain", "manage domains", "Domains that this server takes mail for."),
      {.words = "config domain add",
       .summary = "add a domain",
       .text = "Adds a domain, and an address of it to an account: postmaster, or the one that "
               "LOCALPART names. An account that is not there is made; LOCALPART is needed then.",
       .arguments = {domain_argument,
                     {.name = "ACCOUNT", .help = "name of the account", .kind = account},
                     {.name = "LOCALPART", .help = "of the account's address", .required = false}},
       .options = {{.name = "--disabled", .help = "do not take mail for it yet"}},
       .run = administer},
      {.words = "config domain rm",
       .summary = "remove a domain",
       .text = "Removes a domain. Accounts must have no addresses of it any more.",
       .arguments = {domain_argument},
       .run = administer},
      {.words = "config domain disable",
       .summary = "take no mail for a domain",
       .text = "Senders are told to try again later, and nobody can send from it.",
       .arguments = {domain_argument},
       .run = administer},
      {.words = "config domain enable",
       .summary = "take mail for a domain again",
       .text = "Takes back \"config domain disable\".",
       .arguments = {domain_argument},
       .run = administer},
  };
}

std::vector<cli::Command> alias_commands() {
  const cli::Argument alias{.name = "ALIAS", .help = "address of the alias", .kind = address};
  const cli::Argument members{
      .name = "ADDRESS", .help = "addresses of accounts", .kind = address, .repeated = true};
  const std::vector<std::string_view> yes_or_no = {"true", "false"};
  return {
      group("config alias", "manage aliases", "Addresses that stand for several others."),
      {.words = "config alias list",
       .summary = "list the aliases of a domain",
       .text = "Prints the addresses of the domain's aliases.",
       .arguments = {{.name = "DOMAIN", .help = "the domain", .kind = cli::Kind::domain}},
       .options = {json_option},
       .run = administer},
      {.words = "config alias print",
       .summary = "print an alias",
       .text = "Prints the settings and the members of an alias.",
       .arguments = {alias},
       .options = {json_option},
       .run = administer},
      {.words = "config alias add",
       .summary = "add an alias",
       .text = "Adds an alias with its members. Everybody may post to it, until \"config alias "
               "update\" says otherwise.",
       .arguments = {alias, members},
       .run = administer},
      {.words = "config alias update",
       .summary = "change an alias",
       .text = "Changes what is given, and leaves the rest.",
       .arguments = {alias},
       .options = {{.name = "--postpublic",
                    .value = "BOOL",
                    .help = "everybody may post, not its members alone",
                    .kind = text,
                    .choices = yes_or_no},
                   {.name = "--listmembers",
                    .value = "BOOL",
                    .help = "members can see who the others are",
                    .kind = text,
                    .choices = yes_or_no},
                   {.name = "--allowmsgfrom",
                    .value = "BOOL",
                    .help = "members may send as the alias",
                    .kind = text,
                    .choices = yes_or_no}},
       .run = administer},
      {.words = "config alias rm",
       .summary = "remove an alias",
       .text = "Removes an alias.",
       .arguments = {alias},
       .run = administer},
      {.words = "config alias addaddr",
       .summary = "add members to an alias",
       .text = "Adds members.",
       .arguments = {alias, members},
       .run = administer},
      {.words = "config alias rmaddr",
       .summary = "take members from an alias",
       .text = "Takes members away. One must stay.",
       .arguments = {alias, members},
       .run = administer},
  };
}

std::vector<cli::Command> credential_commands() {
  const cli::Argument account{
      .name = "ACCOUNT", .help = "name of the account", .kind = cli::Kind::account};
  const cli::Argument fingerprint{.name = "FINGERPRINT",
                                  .help = "as \"config tlspubkey list\" shows it"};
  return {
      group("config password", "manage passwords for single programs",
            "Passwords beside the account's own, one for each program or device, to be taken back "
            "one by one."),
      {.words = "config password add",
       .summary = "make a password for a program",
       .text = "Makes a password and prints it; it is not shown again.",
       .arguments = {account, {.name = "NAME", .help = "what it is for, such as phone"}},
       .options = {{.name = "--scope",
                    .value = "WHAT",
                    .help = "imap, submission, or both with a comma; all when not given",
                    .kind = text},
                   {.name = "--expires",
                    .value = "DAYS",
                    .help = "good for so many days; without end when not given",
                    .kind = integer}},
       .run = administer},
      {.words = "config password list",
       .summary = "list the passwords for programs",
       .text = "Prints names, what they are good for, and when they were used last, to the hour.",
       .arguments = {account},
       .options = {json_option},
       .run = administer},
      {.words = "config password rm",
       .summary = "take a password back",
       .text = "The password is no good any more. Open connections go on.",
       .arguments = {account, {.name = "NAME", .help = "its name"}},
       .run = administer},
      group("config tlspubkey", "manage keys that log in",
            "Public keys by which TLS clients log in, with SASL EXTERNAL or at once."),
      {.words = "config tlspubkey list",
       .summary = "list the keys",
       .text = "Prints the keys of all accounts, or of one.",
       .arguments = {{.name = "ACCOUNT",
                      .help = "name of the account",
                      .kind = cli::Kind::account,
                      .required = false}},
       .options = {json_option},
       .run = administer},
      {.words = "config tlspubkey get",
       .summary = "print a key",
       .text = "Prints what is known of a key, and its certificate.",
       .arguments = {fingerprint},
       .run = administer},
      {.words = "config tlspubkey add",
       .summary = "let a key log in",
       .text = "Reads a certificate in PEM from standard input. Who has its private key logs in as "
               "the address. Nothing else of the certificate counts: not who signed it, and not "
               "until when it is valid.",
       .arguments = {{.name = "ADDRESS", .help = "the login", .kind = address},
                     {.name = "NAME",
                      .help = "for people; the certificate's name when not given",
                      .required = false}},
       .options = {{.name = "--no-imap-preauth",
                    .help = "IMAP waits for a command to log in all the same"}},
       .run = administer_with_input},
      {.words = "config tlspubkey rm",
       .summary = "forget a key",
       .text = "The key logs in no more.",
       .arguments = {fingerprint},
       .run = administer},
      {.words = "config tlspubkey gen",
       .summary = "make a key",
       .text = "Makes an Ed25519 key with a certificate, in three files for this user alone: the "
               "key, the certificate, and both. Prints to standard error the seed of the key, from "
               "which it can be made again, and the fingerprint.",
       .arguments = {{.name = "STEM", .help = "how the names of the files begin", .kind = path}},
       .run = make_key},
  };
}

} // namespace

std::vector<cli::Command> administration_commands() {
  std::vector<cli::Command> all = {
      group("config", "look at the configuration and change it",
            "About mox.toml and domains.toml, which stand in one folder. --config names mox.toml; "
            "without it $MOXCONF does, else config/mox.toml."),
      {.words = "config test",
       .summary = "check the configuration",
       .text =
           "Reads and checks mox.toml, domains.toml and the certificates. Prints \"config OK\", "
           "or all that is wrong, with file, line and column.",
       .run = config_test},
      {.words = "config describe-static",
       .summary = "print mox.toml with explanations",
       .text = "Prints all fields of mox.toml, with what each is for, as a file to begin with.",
       .run = config_describe_static},
      {.words = "config describe-domains",
       .summary = "print domains.toml with explanations",
       .text = "Prints all fields of domains.toml, with what each is for, as a file to begin with.",
       .run = config_describe_domains},
      {.words = "config describe-sendmail",
       .summary = "print sendmail.toml with explanations",
       .text =
           "Prints all fields of sendmail.toml, with what each is for, as a file to begin with.",
       .run = config_describe_sendmail},
      {.words = "config example",
       .summary = "print a piece of configuration",
       .text = "Prints an example to begin with: a whole file where it is called as one, else "
               "tables to add to a file. Without a name it lists the examples, and for which file "
               "each is.",
       .arguments = {{.name = "NAME", .help = "of the example", .required = false}},
       .run = config_example},
      {.words = "config printservice",
       .summary = "print a unit for systemd",
       .text = "Prints a unit by which systemd starts the server of this configuration, watches "
               "it and keeps it from all that it does not need. It names this binary and this "
               "mox.toml. The user must be there, and own the folders of the data and of the "
               "configuration.",
       .options = {{.name = "--user",
                    .value = "USER",
                    .help = "who the server runs as",
                    .kind = text,
                    .default_value = "mox"}},
       .run = print_service},
  };
  for (auto more : {account_commands(), address_commands(), domain_commands(), alias_commands(),
                    credential_commands()})
    std::ranges::move(more, std::back_inserter(all));
  return all;
}

} // namespace mox::cmd
