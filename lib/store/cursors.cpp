// The two readers that go through many messages: placements by UID, contents by message id.
#include "database/database.h"
#include "store/format.h"
#include "store/more_keywords.h"
#include "store/snapshot.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>

namespace mox::store {

struct PlacementCursor::State {
  const database::ReadTransaction& transaction;
  AccountId account;
  MailboxId mailbox;
  std::string prefix;
  std::unique_ptr<database::Cursor> cursor;
  // Rows from here on belong to a COPY that is not complete.
  std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t messages = 0; // as the mailbox counts them
  Uid uid = 0;                // where the cursor stands; 0: nowhere

  bool stand(bool there);
  std::optional<Placement> take();
};

bool PlacementCursor::State::stand(bool there) {
  uid = 0;
  if (!there) return false;
  const auto key = cursor->key();
  if (key.size() != prefix.size() + 4 ||
      std::memcmp(key.data(), prefix.data(), prefix.size()) != 0) {
    return false;
  }
  const auto here = key_u32(key, prefix.size());
  if (here >= limit) return false;
  uid = here;
  return true;
}

std::optional<Placement> PlacementCursor::State::take() {
  if (uid == 0) return std::nullopt;
  const auto record = decode_placement(cursor->value());
  Placement placement{.uid = uid,
                      .message = record.message,
                      .modseq = record.modseq,
                      .flags = {record.flags, {record.keywords, {}}},
                      .saved = record.saved};
  if (record.more_keywords) {
    placement.flags.keywords.more = read_more_keywords(transaction, account, mailbox, uid);
  }
  return placement;
}

PlacementCursor::PlacementCursor(const database::ReadTransaction& transaction, AccountId account,
                                 MailboxId mailbox)
    : state_(new State{.transaction = transaction,
                       .account = account,
                       .mailbox = mailbox,
                       .prefix{std::string_view(Key(account, Table::placement).mailbox(mailbox))},
                       .cursor = transaction.cursor()}) {
  const auto row = transaction.get(Key(account, Table::mailbox).mailbox(mailbox));
  // A deleted mailbox has no placements, though their rows stay for a while.
  state_->limit = 0;
  if (!row) return;
  const auto record = decode_mailbox(*row);
  state_->messages = record.mailbox.counts.messages;
  state_->limit = std::numeric_limits<std::uint64_t>::max();
  if (record.staged_from != 0) state_->limit = record.staged_from;
}

PlacementCursor::~PlacementCursor() = default;
PlacementCursor::PlacementCursor(PlacementCursor&&) noexcept = default;

std::optional<Placement> PlacementCursor::seek(Uid uid) {
  auto& state = *state_;
  if (state.uid != 0 && state.uid == uid) return state.take();
  // The neighbour is often the one that is wanted, and costs less than a search.
  if (state.uid != 0 && state.uid < uid) {
    if (!state.stand(state.cursor->next())) return std::nullopt;
    if (state.uid >= uid) return state.take();
  }
  state.stand(
      state.cursor->seek(Key(state.account, Table::placement).mailbox(state.mailbox).u32(uid)));
  return state.take();
}

std::optional<Placement> PlacementCursor::next() {
  auto& state = *state_;
  if (state.uid == 0) return std::nullopt;
  state.stand(state.cursor->next());
  return state.take();
}

std::uint32_t PlacementCursor::message_size() const {
  return decode_placement(state_->cursor->value()).size;
}

UidSet Snapshot::uids(AccountId account, MailboxId mailbox) const {
  PlacementCursor placements(*transaction_, account, mailbox);
  auto& state = *placements.state_;
  UidSet set;
  Uid first = 0;
  Uid last = 0;
  // A mailbox without holes is known from its ends and its count.
  const Key key = Key(account, Table::placement).mailbox(mailbox);
  const auto above = std::min<std::uint64_t>(state.limit, std::numeric_limits<Uid>::max());
  state.stand(state.cursor->seek_below(Key(key).u32(static_cast<Uid>(above))));
  const Uid highest = state.uid;
  state.stand(state.cursor->seek(Key(key).u32(0)));
  if (state.uid != 0 && highest >= state.uid && highest - state.uid + 1 == state.messages) {
    set.append(state.uid, highest);
    return set;
  }
  for (; state.uid != 0; state.stand(state.cursor->next())) {
    if (first != 0 && state.uid == last + 1) {
      last = state.uid;
      continue;
    }
    if (first != 0) set.append(first, last);
    first = last = state.uid;
  }
  if (first != 0) set.append(first, last);
  return set;
}

namespace {

// Rows of one table by message id.
class RowReader {
public:
  RowReader(const database::ReadTransaction& transaction, AccountId account, Table table)
      : account_(account), table_(table), cursor_(transaction.cursor()) {}

  std::optional<std::string_view> find(MessageId message) {
    const Key key(Key(account_, table_).message(message));
    const std::string_view want = key;
    if (there_ && cursor_->key() < want) {
      there_ = cursor_->next();
      if (!there_) return std::nullopt;
      if (cursor_->key() >= want) return take(want);
    }
    there_ = cursor_->seek(want);
    return take(want);
  }

private:
  std::optional<std::string_view> take(std::string_view want) const {
    if (!there_ || cursor_->key() != want) return std::nullopt;
    return cursor_->value();
  }

  AccountId account_;
  Table table_;
  std::unique_ptr<database::Cursor> cursor_;
  bool there_ = false;
};

} // namespace

struct MessageReader::State {
  RowReader contents;
  RowReader renderings;
};

MessageReader::MessageReader(const database::ReadTransaction& transaction, AccountId account)
    : state_(new State{{transaction, account, Table::content},
                       {transaction, account, Table::rendering}}) {}

MessageReader::~MessageReader() = default;
MessageReader::MessageReader(MessageReader&&) noexcept = default;

std::optional<Content> MessageReader::content(MessageId message) {
  const auto row = state_->contents.find(message);
  if (!row) return std::nullopt;
  return decode_content(*row).content;
}

std::optional<Rendering> MessageReader::rendering(MessageId message) {
  const auto row = state_->renderings.find(message);
  if (!row) return std::nullopt;
  return decode_rendering(*row);
}

} // namespace mox::store
