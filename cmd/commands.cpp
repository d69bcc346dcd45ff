#include "commands.h"

#include "build.h"
#include "resolving.h"

#include <algorithm>
#include <iterator>

namespace mox::cmd {

using enum cli::Kind;

namespace {

cli::Program without_administration() {
  return {
      .name = "mox",
      .version = MOX_VERSION,
      .date = MOX_VERSION_DATE,
      .summary = "complete mail server in one binary",
      .text = "mox receives, keeps and serves mail. Each task is a command.\n"
              "\n"
              "\"mox help COMMAND\" explains a command.",
      .options = {{.name = "--config",
                   .value = "FILE",
                   .help = "mox.toml of the server; else $MOXCONF, else config/mox.toml",
                   .kind = path}},
      .commands =
          {
              {.words = "help",
               .summary = "explain a command",
               .text = "Prints the usage and the explanation of a command or a group of commands, "
                       "or the "
                       "list of the commands that begin with the given words.",
               .arguments = {{.name = "COMMAND",
                              .help = "words of the command, or their beginning",
                              .kind = command,
                              .required = false,
                              .repeated = true}},
               .run = help},
              {.words = "cid",
               .summary = "find the log lines of a message",
               .text = "Prints the cid by which the log names the connection that brought a "
                       "message, from the id in the Received header that this server added. No "
                       "server needs to run.\n"
                       "\n"
                       "Before an id that begins with a dash, write --.",
               .arguments = {{.name = "ID", .help = "behind \"id\" in the header"}},
               .run = cid},
              {.words = "deliver",
               .summary = "put a message into the mailboxes of an address",
               .text = "Reads a message from standard input and delivers it to the accounts that "
                       "the address leads to, as if it had come for it. It needs no SMTP, and is "
                       "not judged. Line ends become CRLF; nothing is added. It may have the size "
                       "of smtp-max-message-size. Prints where it went; when that was printed, it "
                       "is on the disk.",
               .arguments = {{.name = "ADDRESS",
                              .help = "an address or alias of this server",
                              .kind = address}},
               .run = deliver},
              {.words = "licenses",
               .summary = "print the licenses of mox and its libraries",
               .text = "Prints the license of mox, which libraries it uses and how, and the texts "
                       "of their licenses as Debian has them.",
               .run = licenses},
              {.words = "localserve",
               .summary = "run a mail server to try, for this machine only",
               .text =
                   "Runs a mail server that needs no set-up, no DNS and no network. It accepts "
                   "mail for any address into one account, mox@localhost with the password "
                   "moxmoxmox. When it is ready it prints where it listens: SMTP, submission and "
                   "IMAP, HTTP for metrics and HTTP for tests, on their standard ports plus 1000. "
                   "It stops at SIGINT or SIGTERM and exits with the number of the signal.\n"
                   "\n"
                   "Tests of other programs ask it by HTTP on port 80 plus the base, so 1080: they "
                   "list, search and delete messages, wait for one to come, and set rules for "
                   "what is to fail. The page at http://localhost:1080/ shows how, with examples "
                   "for curl.\n"
                   "\n"
                   "The folder is made when it is not there: mox.toml, a certificate "
                   "localhost.crt with its key localhost.key, and data/ for the mail. The default "
                   "is mox-localserve in $XDG_CONFIG_HOME, or in ~/.config.\n"
                   "\n"
                   "Some addresses fail on purpose. The end of the localpart says how: temperror, "
                   "permerror, timeout (an hour without a reply), or a reply code such as 550. The "
                   "beginning says when: mailfrom as a sender, rcptto as a recipient; a recipient "
                   "without that fails after the data. So rcptto452@localhost is refused at RCPT "
                   "with 452.",
               .options = {{.name = "--dir",
                            .value = "DIR",
                            .help = "the folder to use",
                            .kind = directory},
                           {.name = "--ip",
                            .value = "IP",
                            .help = "listen on this address instead of 127.0.0.1 and ::1; for a "
                                    "new folder only",
                            .kind = text},
                           {.name = "--initonly", .help = "make the folder and exit"},
                           {.name = "--port-base",
                            .value = "N",
                            .help = "add N to the standard ports",
                            .kind = integer,
                            .default_value = "1000"},
                           {.name = "--ports",
                            .value = "WHICH",
                            .help = "the standard ports plus the base, or any that are free",
                            .kind = text,
                            .default_value = "standard",
                            .choices = {"standard", "free"}},
                           {.name = "--in-memory",
                            .help = "keep everything in memory; it is gone at exit"},
                           {.name = "--inboxes",
                            .help =
                                "every user name with the password moxmoxmox is an account of "
                                "its own, made at its first login; what it submits stays there"},
                           {.name = "--json",
                            .help = "print user, password, folder and ports as one JSON object"}},
               .run = localserve},
              {.words = "loglevels",
               .summary = "show or change how much is logged",
               .text = "Without arguments it prints the level of all packages without their own, "
                       "and of those with one. With a level it changes that, for PKG or for all "
                       "without their own, until the server stops. An empty level takes the one "
                       "of a package away. Levels: error, warn, info, debug, trace (what is said "
                       "on connections), traceauth (passwords too), tracedata (messages too).",
               .arguments =
                   {{.name = "LEVEL", .help = "the level", .required = false},
                    {.name = "PKG", .help = "a package, such as smtpserver", .required = false}},
               .run = administer},
              {.words = "message", .summary = "look at messages", .text = "About single messages."},
              {.words = "message parse",
               .summary = "show what is in a message",
               .text =
                   "Prints a message as one JSON object: its header fields and the envelope that "
                   "mail programs show, decoded; its parts with their places, in bytes from the "
                   "beginning of the message, and their section numbers in IMAP; the preview; what "
                   "is wrong with it; and ENVELOPE and BODYSTRUCTURE as IMAP has them.\n"
                   "\n"
                   "Every message can be parsed. The file is read once, whatever its size, and not "
                   "kept in memory.",
               .arguments = {{.name = "FILE",
                              .help = "the message, or - for standard input, which is the default",
                              .kind = path,
                              .required = false}},
               .options = {{.name = "--smtputf8",
                            .help = "after the object, print a line that says whether the message "
                                    "needs SMTPUTF8"}},
               .run = message_parse},
              {.words = "sendmail",
               .summary = "hand a message to a mail server",
               .text = "Reads a message from standard input and hands it to the server on this "
                       "machine, or to the one that sendmail.toml names; when none can be "
                       "reached it is kept in a spool. The options are those of every sendmail, as "
                       "sendmail(8) explains.\n"
                       "\n"
                       "Called as sendmail, mailq or newaliases, by a link with that name, mox is "
                       "those programs.",
               .arguments = {{.name = "WORD",
                              .help = "options and recipients of sendmail",
                              .required = false,
                              .repeated = true}},
               .run = sendmail_command},
              {.words = "serve",
               .summary = "run the mail server",
               .text =
                   "Runs the mail server that mox.toml and domains.toml describe. It stays in the "
                   "foreground and logs to standard error. domains.toml is read again when it "
                   "changes, and together with the certificates at SIGHUP; mox.toml is read at "
                   "the start. At SIGINT or SIGTERM it stops, finishing what it is at, and exits "
                   "with the number of the signal; after \"mox stop\" with 0.\n"
                   "\n"
                   "It does not run as root: the user who starts it owns the data folder. Under "
                   "systemd, AmbientCapabilities=CAP_NET_BIND_SERVICE lets it have ports below "
                   "1024.",
               .options = {{.name = "--log-format",
                            .value = "FORMAT",
                            .help = "how lines of the log look",
                            .kind = text,
                            .default_value = "logfmt",
                            .choices = {"logfmt", "json"}},
                           {.name = "--loglevel",
                            .value = "LEVEL",
                            .help = "instead of log-level of mox.toml",
                            .kind = text,
                            .choices = {"error", "warn", "info", "debug", "trace", "traceauth",
                                        "tracedata"}}},
               .run = serve},
              {.words = "setaccountpassword",
               .summary = "set the password of an account",
               .text = "Reads the new password from standard input, one line of 8 bytes at least. "
                       "Nothing of it is kept but what is needed to check it.",
               .arguments = {{.name = "ACCOUNT", .help = "name of the account", .kind = account}},
               .run = administer_with_password},
              {.words = "stop",
               .summary = "stop the running server",
               .text = "Asks the server to stop, and returns when it has.",
               .run = stop},
              {.words = "verifydata",
               .summary = "prove that stored mail is intact",
               .text = "Reads all that is kept and checks it: counts, sizes, UIDs, references and "
                       "threads against each other, and the bytes of every message against their "
                       "checksums. Nothing is changed, and a server may be running.\n"
                       "\n"
                       "Prints \"DIR: OK\", or each error; it exits with 1 when there were errors.",
               .arguments = {{.name = "DIR",
                              .help = "the folder of mox localserve, its data folder, or the "
                                      "store in that",
                              .kind = directory}},
               .run = verifydata},
              {.words = "version",
               .summary = "print the version",
               .text = "Prints the version of mox, and the system and processor it was built for.",
               .run = version},
          },
  };
}

bool asks_the_dns(const cli::Command& command) {
  return std::ranges::any_of(command.options,
                             [](const cli::Option& option) { return option.name == "--resolver"; });
}

} // namespace

cli::Program program() {
  auto whole = without_administration();
  std::ranges::move(administration_commands(), std::back_inserter(whole.commands));
  std::ranges::move(dns_commands(), std::back_inserter(whole.commands));
  std::ranges::move(connecting_commands(), std::back_inserter(whole.commands));
  std::ranges::move(dkim_commands(), std::back_inserter(whole.commands));
  std::ranges::move(dmarc_commands(), std::back_inserter(whole.commands));
  std::ranges::move(spf_commands(), std::back_inserter(whole.commands));
  std::ranges::move(dnsbl_commands(), std::back_inserter(whole.commands));
  for (auto& command : whole.commands)
    if (asks_the_dns(command)) command.exit_status = exit_status_of_checks;
  std::ranges::sort(whole.commands, {}, &cli::Command::words);
  return whole;
}

} // namespace mox::cmd
