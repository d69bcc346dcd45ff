// DATA (RFC 5321 section 4.1.1.4): the message, and what becomes of it.

#include "smtp/data.h"

#include "delivery/deliver.h"
#include "smtpserver/conversation.h"

#include <fmt/format.h>

#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace mox::smtpserver {

namespace {

constexpr std::chrono::minutes data_limit{30};
constexpr std::chrono::seconds block_limit{30};
// More mean a loop between servers (RFC 5321 section 6.3).
constexpr std::size_t most_received_fields = 100;
constexpr std::size_t block_size = 64 * 1024;
constexpr std::uint64_t default_max_message_size = 100U << 20U;

constexpr std::string_view no_room = "the server's disk is nearly full; try again later";

// What an error of the store means to a sender. `disk`: what is full is the disk, and no account.
std::unexpected<Failure> failure_of(const Error& error, bool disk) {
  const bool full = error.kind == ErrorKind::full;
  if (full && !disk) return fail(452, 2, 2, "the account's storage is full");
  auto failed = full ? fail(452, 3, 1, std::string(no_room))
                     : fail(451, 3, 0, "the message could not be stored; try again");
  failed.error().detail = error.text;
  return failed;
}

} // namespace

async::Task<Outcome> Conversation::on(smtp::Data&) {
  if (auto known = check_known(); !known) co_return known;
  if (!transaction_) co_return fail(503, 5, 1, "say MAIL first");
  if (transaction_->recipients.empty()) co_return fail(503, 5, 1, "say RCPT first");
  if (session_.parts.store.low_space()) co_return fail(452, 3, 1, std::string(no_room));

  smtp::append_reply(output_, 354, {}, "send the message, then a line with only a dot");
  if (auto flushed = co_await flush(); !flushed) co_return flushed;
  // Anything that goes wrong from here on counts against the peer, until it went right.
  ++bad_transactions_;
  spool::Spool spool(session_.parts.store, session_.parts.pool, options_.spool_budget);
  std::optional<verification::Verification> verification;
  if (means_ != nullptr && !submission()) verification.emplace(*means_);
  auto* looking = verification ? &*verification : nullptr;
  auto outcome = co_await receive(spool, looking);
  if (outcome) outcome = co_await accept(spool, looking);
  reset();
  if (!outcome) co_return outcome;
  --bad_transactions_;
  ++good_transactions_;
  reply(250, 2, 0, fmt::format("stored ({})", options_.received_ids.encrypt(session_.cid)));
  co_return Outcome();
}

async::Task<Outcome> Conversation::receive(spool::Spool& spool,
                                           verification::Verification* verification) {
  smtp::DataReader reader;
  const auto end = session_.parts.clock.steady() + data_limit;
  Outcome outcome;
  while (!reader.done()) {
    const auto until = std::min(end, session_.parts.clock.steady() + block_limit);
    const auto block = co_await session_.connection.read_some(block_size, until);
    if (!block) co_return unread(block.error(), "the message did not come in time");
    auto chunk = *block;
    while (!chunk.empty() && !reader.done()) {
      const auto piece = reader.take(chunk);
      chunk.remove_prefix(piece.taken);
      transcript_.client_data(piece.bytes);
      if (reader.size() > options_.max_message_size) {
        const std::uint16_t subject = options_.max_message_size < default_max_message_size ? 2 : 3;
        co_return closing(
            fail(451, subject, subject == 2 ? 3 : 4,
                 fmt::format("a message may have {} bytes", options_.max_message_size)));
      }
      if (!outcome || piece.bytes.empty()) continue;
      // The rest is read and dropped when it cannot be kept, so that the conversation goes on.
      const auto kept = co_await spool.append(piece.bytes);
      if (!kept) outcome = failure_of(kept.error(), true);
      if (verification != nullptr) verification->feed(piece.bytes);
    }
    session_.connection.unread(chunk.size());
  }
  // What other servers take for line ends is how mail is smuggled into them.
  if (reader.bare_cr() || reader.bare_lf())
    co_return fail(500, 5, 2, "lines must end in CRLF; this message has a bare CR or LF");
  // No client could ever fetch it: NUL is not allowed in an IMAP literal (RFC 9051 section 4.3).
  if (reader.nul()) co_return fail(554, 6, 0, "the message has a NUL byte");
  co_return outcome;
}

// One for each account that a recipient stands for; members of an alias who are recipients
// themselves, or members of a second alias, get no second one.
std::vector<delivery::Recipient> Conversation::copies(std::int64_t now, std::string_view verified,
                                                      std::string_view added) {
  std::vector<delivery::Recipient> all;
  std::set<store::AccountId> have;
  for (const bool alias : {false, true}) {
    for (const auto& recipient : transaction_->recipients) {
      if (recipient.alias != alias) continue;
      auto prefix = trace_fields(recipient, now, verified);
      prefix += added;
      for (const auto& destination : recipient.destinations) {
        if (!have.insert(destination.account).second && alias) continue;
        all.push_back({.destination = destination, .prefix = prefix});
      }
    }
  }
  return all;
}

async::Task<Outcome> Conversation::accept(spool::Spool& spool,
                                          verification::Verification* verification) {
  if (auto acted = co_await act_out(find_fault_of_data()); !acted) co_return acted;
  const auto now = unix_seconds(session_.parts.clock.wall());
  std::string added;
  std::string seals;
  std::string author;
  if (submission()) {
    const auto header = check_submitted(spool.parsed());
    if (!header) co_return std::unexpected(header.error());
    added = missing_fields(*header, now);
    const auto path = header->from.value_or(default_author());
    author = smtp::to_string(path);
    seals = co_await sign(spool, path, added);
    seals += sent_by_user();
  }
  std::string verified;
  if (verification != nullptr) verified = co_await verify(*verification, spool);
  auto spooled = co_await spool.finish(added);
  if (!spooled) co_return failure_of(spooled.error(), true);
  if (spooled->received_fields > most_received_fields)
    co_return fail(550, 4, 6, "the message has been going round in circles");
  if (!submission()) author = spooled->summary->from;
  for (const auto& recipient : transaction_->recipients)
    if (recipient.alias && !options_.directory.may_post(recipient.path, author))
      co_return fail(
          550, 7, 2,
          fmt::format("{} takes mail from its members only", smtp::to_string(recipient.path)));
  transaction_->utf8 = needs_utf8(*spooled->summary);
  auto recipients = copies(now, verified, seals + added);
  const auto count = transaction_->recipients.size();
  const auto stored = co_await delivery::deliver(session_.parts.store, std::move(recipients),
                                                 std::move(spooled->body),
                                                 std::move(spooled->summary), spooled->bytes, now);
  auto& metrics = session_.parts.metrics;
  for (std::size_t i = 0; i < count; ++i) {
    if (submission())
      metrics.smtpserver_submission(stored ? "ok" : "queueerror");
    else
      metrics.smtpserver_delivery(stored ? "delivered" : "delivererror", "");
  }
  if (!stored) co_return failure_of(stored.error(), session_.parts.store.low_space());
  if (local_user_) log_submission();
  co_return Outcome();
}

} // namespace mox::smtpserver
