// APPEND, with several messages at once (RFC 3502) though that is not announced.

#include "imapserver/commands.h"
#include "imapserver/conversation.h"
#include "imapserver/flags.h"
#include "imapserver/mailbox_name.h"
#include "spool/spool.h"
#include "store/operations.h"
#include "store/txn.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace mox::imapserver {

namespace {

constexpr std::size_t read_size = 64 * 1024;
constexpr std::size_t max_messages = 100; // of one command

// What has been taken in of one command.
struct Intake {
  store::MailboxId mailbox{};
  std::uint64_t size = 0; // of all messages so far
  std::vector<store::NewMessage> messages;
};

// Before "+", so that a client need not send what will be refused.
Outcome check_room(Conversation& conversation, const Intake& intake,
                   const imap::AppendMessage& message) {
  const auto most = conversation.options().max_message_size;
  if (message.size == 0) return no("", "a message has at least one byte");
  if (message.size > most || intake.size > most - message.size)
    return no("TOOBIG", fmt::format("a message may have {} bytes", most));
  if (intake.messages.size() >= max_messages) return no("LIMIT", "too many messages at once");
  if (conversation.store().low_space()) return no("OVERQUOTA", "the disk is nearly full");
  const auto account = conversation.store().read().account(conversation.account());
  if (!account) return no("", "the account is gone");
  if (account->quota != 0 && account->used + intake.size + message.size > account->quota)
    return no("OVERQUOTA", "the account is full");
  return done();
}

// After a message was read and could not be kept: the rest of the command still stands in the way.
async::Task<Outcome> skip_rest(Conversation& conversation, Failure failure) {
  auto skipped = co_await conversation.skip_rest();
  if (!skipped) co_return skipped;
  co_return std::unexpected(std::move(failure));
}

// Reads the literal to its end even when it cannot be kept: the next command stands behind it.
async::Task<Outcome> receive(Conversation& conversation, std::uint64_t size, spool::Spool& spool) {
  auto& connection = conversation.session().connection;
  Result<> kept = ok();
  while (size > 0) {
    const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(size, read_size));
    const auto until = conversation.deadline(Conversation::literal_timeout);
    const auto bytes = co_await connection.read_some(most, until);
    if (!bytes) co_return unread(bytes.error());
    size -= bytes->size();
    if (kept) kept = co_await spool.append(*bytes);
  }
  if (!kept) co_return co_await skip_rest(conversation, store_failure(kept.error()).error());
  co_return done();
}

async::Task<Outcome> take_message(Conversation& conversation, const imap::AppendMessage& message,
                                  Intake& intake) {
  auto flags = parse_flags(message.flags);
  Outcome checked =
      flags ? check_room(conversation, intake, message) : Outcome(std::unexpected(flags.error()));
  if (!checked) {
    auto dropped = co_await conversation.drop_messages(message);
    if (!dropped) co_return dropped;
    co_return checked;
  }
  if (message.synchronizing) {
    auto invited = co_await conversation.invite("send the message");
    if (!invited) co_return invited;
  }
  const auto& parts = conversation.parts();
  spool::Spool spool(parts.store, parts.pool, conversation.options().spool_budget);
  auto received = co_await receive(conversation, message.size, spool);
  if (!received) co_return received;
  auto spooled = co_await spool.finish();
  if (!spooled) co_return co_await skip_rest(conversation, store_failure(spooled.error()).error());

  store::NewMessage fresh;
  fresh.body = std::move(spooled->body);
  fresh.summary = std::move(spooled->summary);
  fresh.flags = std::move(*flags);
  fresh.received = message.date ? message.date->seconds : unix_seconds(parts.clock.wall());
  fresh.received_zone = message.date ? message.date->zone : std::int16_t{0};
  intake.size += message.size;
  intake.messages.push_back(std::move(fresh));
  co_return done();
}

// The text after a message: the command's end, or the head of the next message.
async::Task<std::expected<std::optional<imap::AppendMessage>, Failure>>
read_next(Conversation& conversation) {
  imap::ReaderStep step;
  auto read = co_await conversation.read_on(step);
  if (!read) co_return std::unexpected(std::move(read).error());
  const bool failed = step.kind == imap::ReaderStep::Kind::failed;
  if (failed)
    co_return std::unexpected(conversation.misunderstood(step.error, step.literal_follows).error());
  auto next = conversation.reader().next_message();
  if (next) co_return std::move(*next);
  const bool follows = step.kind == imap::ReaderStep::Kind::message && !step.synchronizing;
  co_return std::unexpected(conversation.misunderstood(next.error(), follows).error());
}

std::string appenduid(const store::Mailbox& mailbox,
                      const std::vector<store::Placement>& placements) {
  std::vector<std::uint32_t> uids;
  for (const auto& placement : placements) uids.push_back(placement.uid);
  auto code = fmt::format("APPENDUID {} ", mailbox.uidvalidity);
  imap::append_sequence_set(code, std::span<const std::uint32_t>(uids));
  return code;
}

} // namespace

async::Task<Outcome> run_append(Conversation& conversation, const imap::Command& command) {
  const auto& append = std::get<imap::Append>(command.body);
  const auto mailbox = find_mailbox(conversation.store().read(), conversation.account(),
                                    append.mailbox, "TRYCREATE");
  if (!mailbox) {
    auto dropped = co_await conversation.drop_messages(append.message);
    if (!dropped) co_return dropped;
    co_return std::unexpected(mailbox.error());
  }
  Intake intake{.mailbox = mailbox->id, .size = 0, .messages = {}};
  std::optional<imap::AppendMessage> next = append.message;
  while (next) {
    auto taken = co_await take_message(conversation, *next, intake);
    if (!taken) co_return taken;
    auto following = co_await read_next(conversation);
    if (!following) co_return std::unexpected(std::move(following).error());
    next = std::move(*following);
  }
  const auto placements = co_await store::append(conversation.store(), conversation.account(),
                                                 mailbox->id, std::move(intake.messages));
  if (!placements) co_return store_failure(placements.error(), "TRYCREATE");
  co_return done(appenduid(*mailbox, *placements));
}

} // namespace mox::imapserver
