#include "sendmail/flags.h"

#include "cli/wrap.h"
#include "sendmail/exit_code.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace mox::sendmail {

namespace {

using enum Takes;
using enum Meaning;

// What sendmail, Postfix, Exim, msmtp, nullmailer and dma accept. Where they differ, sendmail
// counts: it is what callers were written for.
constexpr std::array table{
    Flag{"-t", "", nothing, recipients_from_header,
         "Take recipients from the fields To, Cc and Bcc of the message (Resent-To, Resent-Cc and "
         "Resent-Bcc of one that is sent again), beside those that are named as arguments."},
    Flag{"-i", "", nothing, dots_are_text, "A dot alone on a line does not end the message."},
    Flag{"-oi", "", nothing, dots_are_text, "The same as -i."},
    Flag{"-oitrue", "", nothing, dots_are_text, "The same as -i."},
    Flag{"-f", "address", value, sender,
         "The address of the sender, to which failures are reported. An empty one, or <>, asks for "
         "no reports. A name without a domain gets the domain of this host."},
    Flag{"-r", "address", value, sender, "The same as -f."},
    Flag{"-F", "name", value, full_name,
         "The full name of the sender, for a message that has no From field. The default is the "
         "name in the list of users."},
    Flag{"-bm", "", nothing, send, "Send a message, which is the default."},
    Flag{"-bs", "", nothing, smtp_session, "Speak SMTP on standard input and output."},
    Flag{"-bp", "", nothing, list, "List the messages that wait in the spool, as mailq does."},
    Flag{"-bi", "", nothing, aliases,
         "Do nothing, as newaliases does: aliases need no rebuilding here."},
    Flag{"-I", "", nothing, aliases, "The same as -bi."},
    Flag{"-q", "interval", number, flush,
         "Try to send what waits in the spool, once, whatever the interval."},
    Flag{"-N", "when", value, notify,
         "When to report to the sender: never, or some of success, failure and delay, separated "
         "by commas."},
    Flag{"-R", "what", value, returned,
         "How much of the message a report of failure holds: full or hdrs."},
    Flag{"-V", "id", value, envelope_id, "An identifier that reports will repeat."},
    Flag{"-O", "option=value", value, long_option,
         "An option by its long name. IgnoreDots is the same as -i; others have no effect."},
    Flag{"-v", "", nothing, verbose, "Say what is done."},
    Flag{"--help", "", nothing, help, "Show the options."},
    Flag{"--version", "", nothing, version, "Show the version."},

    Flag{"-bd", "", nothing, refused, "Not offered: the server is started by mox serve."},
    Flag{"-bD", "", nothing, refused, "Not offered: the server is started by mox serve."},
    Flag{"-b", "mode", value, joined,
         "The mode as a word of its own: m, s, p or i. Others are not offered."},
    Flag{"-Mar", "", nothing, refused, "Not offered: a message in the queue of Exim."},
    Flag{"-Mc", "", nothing, refused, "Not offered: a message in the queue of Exim."},
    Flag{"-Mes", "", nothing, refused, "Not offered: a message in the queue of Exim."},
    Flag{"-Mf", "", nothing, refused, "Not offered: a message in the queue of Exim."},
    Flag{"-Mg", "", nothing, refused, "Not offered: a message in the queue of Exim."},
    Flag{"-MG", "", nothing, refused, "Not offered: a message in the queue of Exim."},
    Flag{"-Mmad", "", nothing, refused, "Not offered: a message in the queue of Exim."},
    Flag{"-Mmd", "", nothing, refused, "Not offered: a message in the queue of Exim."},
    Flag{"-Mrm", "", nothing, refused, "Not offered: a message in the queue of Exim."},
    Flag{"-Mset", "", nothing, refused, "Not offered: a message in the queue of Exim."},
    Flag{"-Mt", "", nothing, refused, "Not offered: a message in the queue of Exim."},
    Flag{"-Mvb", "", nothing, refused, "Not offered: a message in the queue of Exim."},
    Flag{"-Mvc", "", nothing, refused, "Not offered: a message in the queue of Exim."},
    Flag{"-Mvh", "", nothing, refused, "Not offered: a message in the queue of Exim."},
    Flag{"-Mvl", "", nothing, refused, "Not offered: a message in the queue of Exim."},

    Flag{"-A", "file", value, ignored, "No effect: another configuration (-Ac, -Am)."},
    Flag{"-B", "type", value, ignored,
         "No effect: the message itself shows whether it has 8 bits (-B8BITMIME)."},
    Flag{"-C", "file", value, ignored,
         "No effect: a user's configuration could make an installed sendmail show files."},
    Flag{"-D", "file", value, ignored, "No effect: where to log debugging."},
    Flag{"-E", "", nothing, ignored, "No effect: marks reports of failure."},
    Flag{"-G", "", nothing, ignored, "No effect: the message comes from another server."},
    Flag{"-L", "tag", value, ignored, "No effect: the name in the system's log."},
    Flag{"-M", "macro", value, ignored, "No effect: sets a macro of sendmail."},
    Flag{"-Q", "reason", value, ignored, "No effect: quarantine."},
    Flag{"-T", "", nothing, ignored, "No effect."},
    Flag{"-U", "", nothing, ignored, "No effect: the message comes from a user."},
    Flag{"-X", "file", value, ignored, "No effect: a log of all that is said."},
    Flag{"-a", "account", value, ignored, "No effect: one of several accounts of msmtp."},
    Flag{"-c", "", nothing, ignored, "No effect: leave slow deliveries for later."},
    Flag{"-d", "level", attached, ignored, "No effect: debugging."},
    Flag{"-e", "mode", value, ignored, "No effect: how to report errors."},
    Flag{"-h", "count", value, ignored, "No effect: servers that the message has passed."},
    Flag{"-m", "", nothing, ignored, "No effect: send to oneself too."},
    Flag{"-n", "", nothing, ignored, "No effect: leave aliases alone."},
    Flag{"-o", "option", value, joined,
         "An option by its letter, with its value behind it. Only -oi has an effect."},
    Flag{"-oA", "file", value, ignored, "No effect: the file of aliases."},
    Flag{"-oB", "count", number, ignored, "No effect: messages for each connection."},
    Flag{"-oMa", "address", value, ignored, "No effect: the host that the message came from."},
    Flag{"-oMaa", "name", value, ignored, "No effect: how that host authenticated."},
    Flag{"-oMai", "name", value, ignored, "No effect: as whom it did."},
    Flag{"-oMas", "address", value, ignored, "No effect: for which sender."},
    Flag{"-oMi", "address", value, ignored, "No effect: the address that it came to."},
    Flag{"-oMr", "protocol", value, ignored, "No effect: by which protocol it came."},
    Flag{"-oMs", "name", value, ignored, "No effect: the name of the host that it came from."},
    Flag{"-oMt", "name", value, ignored, "No effect: the name of the user that it came from."},
    Flag{"-oP", "file", value, ignored, "No effect: the file for the process id."},
    Flag{"-oX", "port", number, ignored, "No effect: ports of a server."},
    Flag{"-oo", "", nothing, ignored, "No effect: recipients are separated by spaces."},
    Flag{"-or", "time", number, ignored, "No effect: how long to wait for standard input."},
    Flag{"-os", "time", number, ignored, "No effect: how long to wait for SMTP commands."},
    Flag{"-p", "protocol", value, ignored, "No effect: by which protocol the message came."},
    Flag{"-s", "", nothing, ignored, "No effect: keep lines that begin with From."},
    Flag{"-tls-on-connect", "", nothing, ignored, "No effect: TLS in a session with -bs."},
    Flag{"-x", "", nothing, ignored, "No effect."},
};

constexpr std::size_t width = 72; // of a line in the source of a page

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '\\')
      result += "\\e";
    else if (c == '-')
      result += "\\-";
    else if (c == '\'')
      result += "\\(aq";
    else
      result += c;
  }
  return result;
}

std::string paragraph(std::string_view text) {
  return escaped(cli::wrapped(text, width)) + '\n';
}

std::string heading(const Flag& flag) {
  auto text = "\\fB" + escaped(flag.name) + "\\fR";
  if (flag.value.empty()) return text;
  const auto shown_value = "\\fI" + escaped(flag.value) + "\\fR";
  return text + (flag.takes == value ? " " + shown_value : "[" + shown_value + "]");
}

} // namespace

std::span<const Flag> flags() {
  return table;
}

const Flag* find_flag(std::string_view word) {
  const Flag* best = nullptr;
  for (const Flag& flag : table) {
    if (word == flag.name) return &flag;
    if (!word.starts_with(flag.name) || word.starts_with("--")) continue;
    const bool fits = flag.takes != nothing || flag.name.size() == 2;
    if (fits && (best == nullptr || flag.name.size() > best->name.size())) best = &flag;
  }
  return best;
}

std::string options_section() {
  std::string section = ".SH OPTIONS\n";
  std::string_view previous;
  for (const Flag& flag : table) {
    // Flags with one meaning share an entry.
    if (flag.help == previous)
      section.insert(section.rfind(paragraph(previous)), ".TQ\n" + heading(flag) + '\n');
    else
      section += ".TP\n" + heading(flag) + '\n' + paragraph(flag.help);
    previous = flag.help;
  }
  section += ".TP\n\\fB\\-\\-\\fR\n" + paragraph("What follows are recipients.");
  section += ".PP\n" + paragraph("An unknown option is ignored, with all of its word.");
  return section;
}

std::string exit_section() {
  std::string section = ".SH EXIT STATUS\n";
  for (const auto& [code, name, meaning] : exit_meanings())
    section += fmt::format(".TP\n{} ({})\n{}", static_cast<int>(code), name, paragraph(meaning));
  return section;
}

} // namespace mox::sendmail
