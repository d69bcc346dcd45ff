#include "sendmail/envelope.h"

#include <fmt/format.h>

#include <algorithm>

namespace mox::sendmail {

Result<Envelope> begin_envelope(const Arguments& arguments, const address::Path& user,
                                const BareNames& senders, const BareNames& recipients) {
  Envelope envelope{.sender = user, .reports = arguments.reports};
  if (arguments.sender) {
    auto sender = parse_sender(*arguments.sender, senders);
    if (!sender) return failure(ErrorKind::invalid, fmt::format("-f: {}", sender.error().text));
    envelope.sender = *std::move(sender);
  }
  MOX_TRY_ASSIGN(named, parse_recipients(arguments.recipients, recipients));
  envelope.recipients = std::move(named);
  return envelope;
}

Result<Envelope> finish_envelope(Envelope envelope, const MessageFacts& facts) {
  auto& recipients = envelope.recipients;
  recipients.insert(recipients.end(), facts.recipients.begin(), facts.recipients.end());
  remove_repeated(recipients);
  if (recipients.empty())
    return failure(ErrorKind::invalid, "the message names no recipient in To, Cc or Bcc");
  if (recipients.size() > max_recipients)
    return failure(ErrorKind::invalid,
                   fmt::format("{} recipients are too many: a message can have {}",
                               recipients.size(), max_recipients));
  envelope.eight_bit = facts.eight_bit;
  envelope.smtputf8 = facts.utf8_header || address::needs_smtputf8(envelope.sender) ||
                      std::ranges::any_of(recipients, address::needs_smtputf8);
  return envelope;
}

} // namespace mox::sendmail
