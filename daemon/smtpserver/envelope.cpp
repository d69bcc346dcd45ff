// MAIL and RCPT (RFC 5321 sections 4.1.1.2 and 4.1.1.3).

#include "smtpserver/conversation.h"
#include "text/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mox::smtpserver {

namespace {

// After so many, without one good, the peer is wasting our time.
constexpr std::uint32_t most_bad_transactions = 10;
constexpr std::uint32_t most_unknown_users = 20;
// A sender that guesses addresses learns slowly.
constexpr std::chrono::seconds unknown_user_delay{5};
constexpr std::uint64_t default_max_message_size = 100U << 20U;

bool is_same(const smtp::Path& one, const smtp::Path& other) {
  return one.localpart == other.localpart && text::iequals(one.domain, other.domain);
}

// For now, so that the sender's own queue keeps it.
std::unexpected<Failure> not_sent_yet(const smtp::Path& recipient) {
  return fail(451, 3, 2,
              fmt::format("{} is not a domain of this server, which cannot send mail to other "
                          "servers yet: it has no queue",
                          recipient.domain));
}

} // namespace

async::Task<Outcome> Conversation::on(smtp::Mail& mail) {
  if (auto known = check_known(); !known) co_return known;
  if (!hello_) co_return fail(503, 5, 1, "say EHLO first");
  if (transaction_) co_return fail(503, 5, 1, "a transaction is open already; RSET ends it");
  if (bad_transactions_ > most_bad_transactions && good_transactions_ == 0)
    // A user's program that empties its queue here may have had bad luck with the first ones.
    co_return closing(submission() ? fail(421, 7, 0, "too many failures")
                                   : fail(550, 1, 0, "too many failures"));
  if (mail.size && *mail.size > options_.max_message_size)
    co_return fail(552, options_.max_message_size < default_max_message_size ? 2 : 3,
                   options_.max_message_size < default_max_message_size ? 3 : 4,
                   fmt::format("a message may have {} bytes", options_.max_message_size));
  // RFC 6531 section 3.5: 550 for MAIL, 553 for RCPT.
  if (!mail.smtputf8 && smtp::needs_smtputf8(mail.from))
    co_return fail(550, 6, 7, "the address needs SMTPUTF8");
  if (mail.require_tls) co_return fail(555, 3, 3, "REQUIRETLS is not offered");
  if (mail.hold_for || mail.hold_until) co_return fail(555, 3, 3, "FUTURERELEASE is not offered");
  if (mail.body == smtp::Body::binary_mime) co_return fail(555, 3, 3, "BINARYMIME is not offered");
  auto fault = find_fault(Stage::mail, mail.from, {});
  if (auto acted = co_await act_out(std::move(fault)); !acted) co_return acted;
  if (auto checked = check_sender(mail.from); !checked) co_return checked;
  transaction_ = Transaction{.mail = std::move(mail), .recipients = {}};
  reply(250, 1, 0, "sender noted");
  co_return Outcome();
}

async::Task<Outcome> Conversation::on(smtp::Rcpt& rcpt) {
  if (auto known = check_known(); !known) co_return known;
  if (!transaction_) co_return fail(503, 5, 1, "say MAIL first");
  auto& recipients = transaction_->recipients;
  if (recipients.size() >= max_recipients)
    co_return fail(452, 5, 3, fmt::format("a message may have {} recipients", max_recipients));
  // A bounce has one recipient: who sent the message (RFC 5321 section 4.5.5).
  if (!submission() && transaction_->mail.from.null() && !recipients.empty())
    co_return fail(452, 5, 3, "a message without a sender may have one recipient");
  if (!transaction_->mail.smtputf8 && smtp::needs_smtputf8(rcpt.to))
    co_return fail(553, 6, 7, "the address needs SMTPUTF8");
  if (!submission() && session_.listener.require_tls && !tls())
    co_return fail(530, 7, 0, "TLS is needed for mail; see STARTTLS");
  if (!submission() && rcpt.to.is_literal())
    co_return fail(550, 1, 1, "not accepting mail for an address literal");
  auto fault = find_fault(Stage::rcpt, transaction_->mail.from, {&rcpt.to, 1});
  if (auto acted = co_await act_out(std::move(fault)); !acted) co_return acted;
  auto lookup = look_up(rcpt.to);
  using enum delivery::Lookup::Kind;
  if (lookup.kind == disabled) co_return fail(450, 2, 1, "the domain does not take mail for now");
  if (lookup.kind == unknown_domain)
    co_return submission() ? not_sent_yet(rcpt.to)
                           : fail(550, 1, 1, "not accepting mail for this domain");
  if (lookup.kind == unknown_user) co_return co_await refuse_unknown_user();
  if (lookup.kind == refused)
    co_return lookup.temporary ? fail(451, 3, 0, lookup.text) : fail(550, 1, 1, lookup.text);
  // Programs that merge lists of addresses name one twice, and mean one message.
  const auto same = [&](const Recipient& earlier) { return is_same(earlier.path, rcpt.to); };
  if (!std::ranges::any_of(recipients, same))
    recipients.push_back({.path = std::move(rcpt.to),
                          .destinations = std::move(lookup.destinations),
                          .alias = lookup.alias});
  reply(250, 1, 0, "recipient noted");
  co_return Outcome();
}

// At once, so that nobody is dropped from a message that others get: there is nobody to tell it
// later. What was answered before goes out first; the pause is for this answer alone.
async::Task<Outcome> Conversation::refuse_unknown_user() {
  if (submission()) co_return fail(550, 1, 1, "no such user");
  session_.parts.metrics.smtpserver_delivery("unknownuser", "");
  if (!output_.empty())
    if (auto flushed = co_await flush(); !flushed) co_return flushed;
  const bool stopping = co_await pause(unknown_user_delay);
  static_cast<void>(stopping);
  if (++unknown_users_ > most_unknown_users && good_transactions_ == 0)
    co_return closing(fail(421, 7, 0, "too many unknown recipients"));
  co_return fail(550, 1, 1, "no such user");
}

} // namespace mox::smtpserver
