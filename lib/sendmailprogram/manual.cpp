#include "sendmailprogram/manual.h"

#include "cli/wrap.h"
#include "sendmail/flags.h"

#include <fmt/format.h>

namespace mox::sendmailprogram {

namespace {

constexpr std::string_view beginning =
    R"(.SH NAME
sendmail, mailq, newaliases \- hand a message to a mail server
.SH SYNOPSIS
.B sendmail
[\fIoption\fR ...] [\fIrecipient\fR ...]
.br
.B mailq
.br
.B newaliases
.SH DESCRIPTION
.B sendmail
reads a message from standard input, up to its end or to a line that is a
dot alone, and hands it to a mail server. It is what cron, PHP, git and
other programs call to send mail. It does not run a server, and never
delivers mail itself.
.PP
Lines may end in any way. A missing Date, From, To or Message\-ID is added,
and Bcc is removed, once recipients were taken from it. Names without a
domain get one.
.PP
.B mailq
lists what waits in the spool, as
.B sendmail \-bp
does.
.B newaliases
does nothing, and succeeds.
.B mox sendmail
is the same as
.BR sendmail .
)";

constexpr std::string_view behaviour =
    R"(.SH THE SERVER
With a mox on the same machine messages go through its submit socket. It
knows who sends by the user of the process, and needs no password. The
domain of names without one is that of the server. While it cannot be
asked, it is
.I local\-hostname
of
.BR sendmail.toml (5),
.I /etc/mailname
or the name of the machine; the server refuses senders of another domain,
so one of them should be its own name.
.PP
Elsewhere they go to the submission server that
.BR sendmail.toml (5)
describes, over TLS that is verified, with a password, a key or a
certificate. Then From is the address given there for messages without
one and for senders without a domain.
.PP
Without that file the socket is
.IR /run/mox/submit .
.SH THE SPOOL
When no server can be reached, or when it asks to come again later, the
message is kept in
.IR /var/spool/mox\-sendmail ,
in a folder of the user's own, or where that is missing below
.IR $XDG_STATE_HOME/mox/spool .
It is on the disk when sendmail returns. The next message that can be sent
takes along what waits, and so does
.BR "sendmail \-q" ,
for root that of all users. After five days and ten tries a message has
failed; it is listed for a week more.
.PP
The shared folder belongs to root and has mode 1733:
.PP
.EX
install \-d \-m 1733 /var/spool/mox\-sendmail
.EE
.PP
To send what waits although no other message comes, run
.B sendmail \-q
now and then, for example from cron.
)";

constexpr std::string_view ending =
    R"(.SH ENVIRONMENT
Not looked at when sendmail is installed setuid or setgid.
.TP
.B MOX_SENDMAIL_CONFIG
Another file instead of
.IR /etc/mox/sendmail.toml .
.TP
.BR XDG_STATE_HOME ", " HOME
Where the spool is when there is no shared one.
.TP
.B TMPDIR
Where the message is while it is read.
.SH FILES
.TP
.I /etc/mox/sendmail.toml
The server. Where it holds a password that users must not read, give it
and sendmail a group of their own, and install sendmail setgid: it then
does nothing but send.
.TP
.I /var/spool/mox\-sendmail
The spool that all users share.
.SH SEE ALSO
.BR mox (1),
.BR sendmail.toml (5)
)";

constexpr std::string_view mailq =
    R"(.SH NAME
mailq \- list the messages that wait in the spool of sendmail
.SH SYNOPSIS
.B mailq
.SH DESCRIPTION
The same as
.BR "sendmail \-bp" :
messages of the user, for root those of all, with the reason why they
wait.
.SH SEE ALSO
.BR sendmail (8)
)";

constexpr std::string_view newaliases =
    R"(.SH NAME
newaliases \- do nothing, for programs that call it
.SH SYNOPSIS
.B newaliases
.SH DESCRIPTION
The same as
.BR "sendmail \-bi" :
aliases are those of the mail server, and need no rebuilding.
.SH SEE ALSO
.BR sendmail (8)
)";

std::string title(std::string_view name, std::string_view version, std::string_view date) {
  return fmt::format(".\\\" Generated from the table of flags; do not edit.\n"
                     ".TH {} {} \"mox {}\" \"mox\"\n",
                     name, date, version);
}

constexpr std::size_t help_width = 56;
constexpr std::size_t help_indent = 22;

std::string help_line(const sendmail::Flag& flag) {
  auto name = std::string(flag.name);
  if (!flag.value.empty())
    name += flag.takes == sendmail::Takes::value ? fmt::format(" {}", flag.value)
                                                 : fmt::format("[{}]", flag.value);
  auto text = cli::wrapped(flag.help, help_width);
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += help_indent)
    text.insert(at + 1, std::string(help_indent, ' '));
  return fmt::format("  {:<{}}{}\n", name, help_indent - 2, text);
}

bool has_effect(const sendmail::Flag& flag) {
  using enum sendmail::Meaning;
  return flag.meaning != ignored && flag.meaning != refused && flag.meaning != joined;
}

} // namespace

std::string sendmail_page(std::string_view version, std::string_view date) {
  auto page = title("SENDMAIL 8", version, date);
  page += beginning;
  page += sendmail::options_section();
  page += behaviour;
  page += sendmail::exit_section();
  page += ending;
  return page;
}

std::string mailq_page(std::string_view version, std::string_view date) {
  return title("MAILQ 1", version, date) + std::string(mailq);
}

std::string newaliases_page(std::string_view version, std::string_view date) {
  return title("NEWALIASES 1", version, date) + std::string(newaliases);
}

std::string help_text() {
  std::string text = "usage: sendmail [OPTION...] [RECIPIENT...] < MESSAGE\n"
                     "\n"
                     "Hands a message to a mail server. Options with an effect:\n";
  for (const auto& flag : sendmail::flags())
    if (has_effect(flag)) text += help_line(flag);
  return text + "\nsendmail(8) says more.\n";
}

} // namespace mox::sendmailprogram
