// What a transaction asks for, and what it refuses before it asks.
#include "dns/name.h"
#include "smtpclient/transaction.h"
#include "text/ascii.h"

#include <fmt/format.h>

#include <limits>
#include <string>
#include <utility>

namespace mox::smtpclient {

namespace {

// What it prints as is read back as itself: no address can smuggle a parameter or a command.
bool is_writable(const smtp::Path& path, bool sender) {
  const auto text = '<' + to_string(path) + '>';
  std::string_view rest = text;
  const auto read = smtp::take_path(rest, sender, !sender);
  return read && rest.empty() && *read == path;
}

// A domain can be said in ASCII to servers that know nothing else.
smtp::Path with_alabels(smtp::Path path) {
  if (text::is_ascii(path.domain)) return path;
  if (auto name = dns::parse_name(path.domain, {.underscore = true})) path.domain = name->ascii();
  return path;
}

// xtext = *( xchar / hexchar ): "+", "=" and what is no visible character as "+" and two digits
// (RFC 3461 section 4).
std::string xtext(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c > ' ' && c <= '~' && c != '+' && c != '=')
      result += c;
    else
      result += fmt::format("+{:02X}", static_cast<unsigned char>(c));
  }
  return result;
}

bool needs_utf8(const smtp::Path& path) {
  return smtp::needs_smtputf8(with_alabels(path));
}

} // namespace

Error Transaction::refused(Cause cause, Stage stage, std::string text) const {
  auto error = conversation_.error(cause, stage, std::move(text));
  error.permanent = true;
  return error;
}

// The reason not even to begin.
std::optional<Error> Transaction::refusal() const {
  if (conversation_.closed())
    return conversation_.error(Cause::network, Stage::mail, "the connection is closed");
  if (auto error = sender_refusal()) return error;
  return content_refusal();
}

std::optional<Error> Transaction::sender_refusal() const {
  const auto& from = envelope_.from;
  if (!is_writable(from, true))
    return refused(Cause::bad_address, Stage::mail, "the sender's address has a syntax error");
  if (!extensions_.smtputf8 && needs_utf8(from)) {
    const auto what = fmt::format("MAIL FROM:<{}>: {} does not take addresses with UTF-8",
                                  to_string(from), conversation_.server());
    return refused(Cause::no_smtputf8, Stage::mail, what);
  }
  return std::nullopt;
}

std::optional<Error> Transaction::content_refusal() const {
  const auto server = conversation_.server();
  if (envelope_.smtputf8 && !extensions_.smtputf8)
    return refused(Cause::no_smtputf8, Stage::mail,
                   server + " does not take messages with UTF-8 in the header");
  if (envelope_.content == Content::eight_bit_strict && !extensions_.eight_bit_mime)
    return refused(Cause::no_8bitmime, Stage::mail, server + " does not take 8-bit messages");
  const bool secure =
      conversation_.options().tls.verifies() && conversation_.connection().tls() != nullptr;
  if (envelope_.require_tls && !secure)
    return refused(Cause::no_requiretls, Stage::mail,
                   "the message requires verified TLS, which there is not with " + server);
  if (envelope_.require_tls && !extensions_.require_tls)
    return refused(Cause::no_requiretls, Stage::mail,
                   "the message requires TLS on its whole way, which " + server +
                       " does not promise");
  if (extensions_.max_size && envelope_.size > *extensions_.max_size) {
    const auto what = fmt::format("the message has {} bytes, {} takes at most {}", envelope_.size,
                                  server, *extensions_.max_size);
    return refused(Cause::too_large, Stage::mail, what);
  }
  return std::nullopt;
}

std::optional<Error> Transaction::recipient_refusal(const smtp::Path& recipient) const {
  if (!is_writable(recipient, false))
    return refused(Cause::bad_address, Stage::rcpt, "a recipient's address has a syntax error");
  if (!extensions_.smtputf8 && needs_utf8(recipient)) {
    const auto what = fmt::format("RCPT TO:<{}>: {} does not take addresses with UTF-8",
                                  to_string(recipient), conversation_.server());
    return refused(Cause::no_smtputf8, Stage::rcpt, what);
  }
  return std::nullopt;
}

// Whether SMTPUTF8 is to be said (RFC 6531 section 3.4). Offered it is.
bool Transaction::utf8() const {
  if (!extensions_.smtputf8) return false;
  if (envelope_.smtputf8 || needs_utf8(envelope_.from)) return true;
  for (const auto& recipient : envelope_.to)
    if (needs_utf8(recipient)) return true;
  return false;
}

smtp::Mail Transaction::mail() const {
  smtp::Mail mail{.from = with_alabels(envelope_.from)};
  if (extensions_.size) mail.size = envelope_.size;
  if (extensions_.eight_bit_mime && envelope_.content != Content::seven_bit)
    mail.body = smtp::Body::eight_bit_mime;
  mail.smtputf8 = utf8();
  mail.require_tls = envelope_.require_tls;
  return mail;
}

std::string Transaction::mail_line() const {
  auto line = print_command(mail());
  const auto& reports = envelope_.reports;
  if (!extensions_.dsn) return line;
  if (reports.returned != Reports::Returned::unsaid)
    line += reports.returned == Reports::Returned::full ? " RET=FULL" : " RET=HDRS";
  if (!reports.envelope_id.empty()) line += " ENVID=" + xtext(reports.envelope_id);
  return line;
}

std::string Transaction::rcpt_line(const smtp::Path& to) const {
  auto line = print_command(smtp::Rcpt{with_alabels(to)});
  if (extensions_.dsn && !envelope_.reports.notify.empty())
    line += " NOTIFY=" + envelope_.reports.notify;
  return line;
}

Command Transaction::command(Stage stage, Timeouts::Duration timeout, std::string line) const {
  return {.stage = stage, .timeout = timeout, .line = std::move(line)};
}

// Recipients that cannot be asked for have their outcome already.
std::vector<Transaction::Step> Transaction::steps() {
  const auto& timeouts = conversation_.options().timeouts;
  std::vector<Step> steps;
  if (needs_reset_)
    steps.push_back({command(Stage::rset, timeouts.other, print_command(smtp::Rset{}))});
  steps.push_back({command(Stage::mail, timeouts.mail, mail_line())});
  std::size_t room = extensions_.limits.rcpt_max.value_or(std::numeric_limits<std::size_t>::max());
  for (std::size_t i = 0; i < envelope_.to.size(); ++i) {
    const auto& to = envelope_.to[i];
    outcomes_[i] = recipient_refusal(to);
    if (outcomes_[i]) continue;
    if (room == 0) {
      const auto what = fmt::format("{} takes {} recipients at a time", conversation_.server(),
                                    *extensions_.limits.rcpt_max);
      outcomes_[i] = conversation_.error(Cause::too_many_recipients, Stage::rcpt, what);
      continue;
    }
    --room;
    steps.push_back({command(Stage::rcpt, timeouts.rcpt, rcpt_line(to)), i});
  }
  steps.push_back({command(Stage::data, timeouts.data, print_command(smtp::Data{}))});
  return steps;
}

} // namespace mox::smtpclient
