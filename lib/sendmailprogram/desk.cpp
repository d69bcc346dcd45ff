#include "sendmailprogram/desk.h"

#include "sendmailprogram/spools.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mox::sendmailprogram {

namespace {

using sendmail::Envelope;
using sendmail::ExitCode;
using sendmail::RecipientState;
using submitclient::Outcome;
using States = std::vector<RecipientState>;

std::size_t count(const States& states, RecipientState state) {
  return static_cast<std::size_t>(std::ranges::count(states, state));
}

// Those of `envelope` that wait still.
Envelope waiting_part(const Envelope& envelope, const States& states) {
  auto part = envelope;
  part.recipients.clear();
  for (std::size_t i = 0; i < states.size(); ++i)
    if (states[i] == RecipientState::waiting) part.recipients.push_back(envelope.recipients[i]);
  return part;
}

std::string_view status_of(const Outcome& outcome) {
  if (outcome.reached == Outcome::Reached::refused) return "refused";
  if (count(outcome.states, RecipientState::waiting) > 0) return "kept";
  return count(outcome.states, RecipientState::refused) > 0 ? "refused" : "sent";
}

void tell(const Journal& journal, std::string_view id, const Envelope& envelope, std::uint64_t size,
          const Outcome& outcome) {
  const auto sender = to_string(envelope.sender);
  const auto recipient = to_string(envelope.recipients.front());
  const auto status = status_of(outcome);
  journal(status == "sent" ? Importance::usual : Importance::warning,
          try_line({.id = id,
                    .sender = sender,
                    .recipient = recipient,
                    .recipients = envelope.recipients.size(),
                    .accepted = count(outcome.states, RecipientState::accepted),
                    .refused = count(outcome.states, RecipientState::refused),
                    .size = size,
                    .status = status,
                    .reason = outcome.reason}));
}

// Of recipients that were refused for good.
std::string refusal_text(const Outcome& outcome) {
  const auto refused = count(outcome.states, RecipientState::refused);
  const auto others = outcome.states.size() - refused;
  if (others == 0 && refused == 1) return outcome.reason;
  return fmt::format("{} of {} recipients are refused, the others get the message: {}", refused,
                     outcome.states.size(), outcome.reason);
}

} // namespace

Handed Desk::hand_in(const Envelope& envelope, const MessageFile& message) {
  const States all(envelope.recipients.size(), RecipientState::waiting);
  const auto outcome = submitter_.send({.envelope = envelope,
                                        .states = all,
                                        .size = message.size(),
                                        .content = [&](std::uint64_t offset, std::span<char> into) {
                                          return message.read(offset, into);
                                        }});
  tell(journal_, {}, envelope, message.size(), outcome);
  if (outcome.reached == Outcome::Reached::refused) return {outcome.code, outcome.reason};
  Handed handed;
  if (count(outcome.states, RecipientState::waiting) > 0) {
    const auto id = keep(envelope, message, outcome);
    if (!id)
      return {ExitCode::temporary,
              fmt::format("{}; it cannot be kept either: {}", outcome.reason, id.error().text)};
    handed.is_kept = true;
    handed.text = fmt::format("the message waits as {}: {}", *id, outcome.reason);
  }
  if (count(outcome.states, RecipientState::refused) > 0) {
    handed.code = outcome.code;
    handed.text = refusal_text(outcome);
  }
  return handed;
}

Result<std::string> Desk::keep(const Envelope& envelope, const MessageFile& message,
                               const Outcome& outcome) {
  MOX_TRY_ASSIGN(spool, spool_to_fill(surroundings_));
  const auto part = waiting_part(envelope, outcome.states);
  const auto now = unix_seconds(clock_.wall());
  MOX_TRY_ASSIGN(id, spool.put(part, message.size(), message.source(), now, random_));
  // The message is safe already; why it waits is only for those who look. It counts as not tried,
  // so that it goes as soon as a server can be reached.
  if (auto claim = spool.claim(id); claim && *claim) {
    auto status = (*claim)->entry().status;
    status.reason = outcome.reason;
    static_cast<void>((*claim)->record(std::move(status), (*claim)->entry().envelope.states));
  }
  return id;
}

sendmail::Attempt Desk::send_again(const sendmail::SpoolClaim& claim) {
  const auto& entry = claim.entry();
  const auto outcome = submitter_.send({.envelope = entry.envelope.envelope,
                                        .states = entry.envelope.states,
                                        .size = entry.head.message_size,
                                        .content = [&](std::uint64_t offset, std::span<char> into) {
                                          return claim.read(offset, into);
                                        }});
  tell(journal_, entry.id, entry.envelope.envelope, entry.head.message_size, outcome);
  return {.states = outcome.states,
          .reason = outcome.reason,
          .unreachable = outcome.reached != Outcome::Reached::server};
}

// Nobody can be sent a report here: where mail is sent from, none may be received.
Result<> Desk::report(const sendmail::SpoolClaim& claim) const {
  const auto& entry = claim.entry();
  const auto& envelope = entry.envelope.envelope;
  const auto sender = to_string(envelope.sender);
  const auto recipient = to_string(envelope.recipients.front());
  journal_(Importance::error,
           try_line({.id = entry.id,
                     .sender = sender,
                     .recipient = recipient,
                     .recipients = envelope.recipients.size(),
                     .accepted = count(entry.envelope.states, RecipientState::accepted),
                     .refused = count(entry.envelope.states, RecipientState::refused),
                     .size = entry.head.message_size,
                     .status = "removed",
                     .reason = entry.status.reason}));
  return ok();
}

Desk::Flushed Desk::flush(const sendmail::FlushPolicy& policy) {
  Flushed all;
  const sendmail::FlushTasks tasks{
      .send = [this](const sendmail::SpoolClaim& claim) { return send_again(claim); },
      .report = [this](const sendmail::SpoolClaim& claim) { return report(claim); }};
  for (const auto& spool : own_spools(surroundings_)) {
    auto result = sendmail::flush(spool, policy, clock_, tasks);
    if (!result) {
      all.problems.push_back(std::move(result).error());
      continue;
    }
    all.sent += result->sent;
    all.waiting += result->waiting;
    all.failed += result->failed;
    std::ranges::move(result->problems, std::back_inserter(all.problems));
    all.is_unreachable = result->unreachable;
    if (all.is_unreachable) break;
  }
  return all;
}

} // namespace mox::sendmailprogram
