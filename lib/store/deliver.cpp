#include "store/deliver.h"

#include "store/blobs.h"
#include "store/keywords.h"
#include "store/more_keywords.h"
#include "store/threads.h"

namespace mox::store {

namespace {

constexpr std::uint64_t max_message_size = 0xFFFFFFFF;

// Everything that is kept by message id.
Result<ContentRecord> make_content(Txn::State& state, AccountId account, MailboxId mailbox,
                                   MessageId id, const NewMessage& message) {
  const auto& summary = *message.summary;
  const auto hash = [&](std::string_view text) {
    return text.empty() ? 0 : keyed_hash(state.workshop.hash_key, text);
  };
  ContentRecord record;
  auto& content = record.content;
  content.size = message.prefix.size() + message.body->size();
  content.references = 1;
  content.received = message.received;
  content.received_zone = message.received_zone;
  content.message_id_hash = hash(summary.message_id);
  content.subject_hash = hash(summary.subject_base);
  record.sender_hash = hash(summary.from);
  record.mailbox = mailbox;
  const ThreadFacts facts{mailbox, content.received, content.message_id_hash, content.subject_hash};
  content.thread = find_thread(state, account, facts, summary)
                       .value_or(ThreadId{static_cast<std::uint64_t>(id)});
  MOX_TRY_ASSIGN(blob, BodyBlobs::refer(state, message.body));
  content.blob = blob;
  return record;
}

void put_rendering(Txn::State& state, AccountId account, MessageId id, const NewMessage& message) {
  const auto& summary = *message.summary;
  const Rendering rendering{message.prefix, summary.envelope, summary.bodystructure,
                            summary.preview, summary.structure};
  encode_rendering(rendering, state.db.reserve(Key(account, Table::rendering).message(id),
                                               rendering_size(rendering)));
}

// Its rows in the indexes follow later.
void note_waiting(Txn::State& state, AccountId account, const Content& content) {
  state.has_unindexed = true;
  for (const auto hash : {content.message_id_hash, content.subject_hash}) {
    if (hash != 0) state.workshop.waiting.add(account, hash);
  }
}

} // namespace

Result<> check_room(const Txn::State& state, const AccountRecord& account, std::uint64_t bytes) {
  if (account.quota != 0 && account.used + bytes > account.quota) {
    return failure(ErrorKind::full, "the account is over its quota");
  }
  if (state.workshop.low_space()) return failure(ErrorKind::full, "the disk is nearly full");
  return ok();
}

Result<> check_uids(const MailboxRecord& mailbox, std::uint64_t count) {
  const auto end = std::uint64_t{mailbox.mailbox.uidnext} + count;
  if (end > 0xFFFFFFFE) {
    return failure(ErrorKind::full,
                   "the mailbox has used all its UIDs; move its messages to a new one");
  }
  if (mailbox.staged_from != 0 && end > mailbox.staged_from) {
    return failure(ErrorKind::temporary, "a large copy into the mailbox is under way");
  }
  return ok();
}

Result<Placement> add_message(Txn::State& state, AccountId account, MailboxId mailbox_id,
                              const NewMessage& message) {
  if (!message.body || !message.summary) throw std::logic_error("a message without body");
  const auto size = message.prefix.size() + message.body->size();
  if (size >= max_message_size) return failure(ErrorKind::invalid, "the message is too large");
  MOX_TRY_ASSIGN(mailbox, state.mailbox(account, mailbox_id));
  MOX_TRY(check_uids(mailbox, 1));
  {
    MOX_TRY_ASSIGN(before, state.account(account));
    MOX_TRY(check_room(state, before, size));
  }
  MOX_TRY_ASSIGN(keywords, number_keywords(state, account, message.flags.keywords, true));
  MOX_TRY_ASSIGN(owner, state.account(account));
  const MessageId id{owner.next_message++};
  const Uid uid = mailbox.mailbox.uidnext++;
  const auto modseq = state.stamp(account, owner);

  MOX_TRY_ASSIGN(content, make_content(state, account, mailbox_id, id, message));
  MOX_TRY_ASSIGN(placing, append_placing(state, {.account = account,
                                                 .mailbox = mailbox_id,
                                                 .uid = uid,
                                                 .message = id,
                                                 .blob = content.content.blob,
                                                 .received = message.received,
                                                 .received_zone = message.received_zone,
                                                 .account_name = owner.name,
                                                 .mailbox_name = mailbox.mailbox.name,
                                                 .prefix = message.prefix}));
  content.placing = placing;
  const auto content_row = encode(content);
  state.db.put(Key(account, Table::content).message(id), {content_row.data(), content_row.size()});
  put_rendering(state, account, id, message);
  note_waiting(state, account, content.content);

  const PlacementRecord record{.more_keywords = !keywords.more.empty(),
                               .flags = message.flags.system,
                               .size = static_cast<std::uint32_t>(size),
                               .modseq = modseq,
                               .message = id,
                               .saved = state.now,
                               .keywords = keywords.bits};
  const auto placement_row = encode(record);
  state.db.put(Key(account, Table::placement).mailbox(mailbox_id).u32(uid),
               {placement_row.data(), placement_row.size()});
  if (record.more_keywords) {
    write_more_keywords(state.db, account, mailbox_id, uid, keywords.more);
  }
  state.log(account, modseq, ChangeKind::added, mailbox_id, {uid, uid});
  if (add_keywords(mailbox.mailbox, keywords)) {
    state.log(account, modseq, ChangeKind::mailbox_changed, mailbox_id, {});
  }
  count_in(mailbox.mailbox.counts, record);
  mailbox.mailbox.modseq = modseq;
  owner.used += size;
  state.put(account, owner);
  state.put(account, mailbox);
  return Placement{.uid = uid,
                   .message = id,
                   .modseq = modseq,
                   .flags = {record.flags, std::move(keywords)},
                   .saved = state.now};
}

} // namespace mox::store
