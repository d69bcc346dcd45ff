// A consistent view of the store at one moment, for reading on any thread.
//
// Hold it for moments only: an old snapshot keeps old pages of the database alive. Views that it
// returns (Rendering) are valid until it is renewed or destroyed. Never kept across a wait.
#pragma once

#include "result/result.h"
#include "store/types.h"
#include "store/uid_set.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace mox::database {
class ReadTransaction;
class Cursor;
} // namespace mox::database

namespace mox::store {

class Store;

// Reads placements of one mailbox in the order of their UIDs.
class PlacementCursor {
public:
  PlacementCursor(const database::ReadTransaction& transaction, AccountId account,
                  MailboxId mailbox);
  ~PlacementCursor();
  PlacementCursor(PlacementCursor&&) noexcept;

  // The first placement at or after `uid`; nothing past the end. Going forward in small steps is
  // cheap: about 20 ns a placement.
  std::optional<Placement> seek(Uid uid);
  std::optional<Placement> next();
  // RFC822.SIZE of the message it stands on, without a look at its content.
  std::uint32_t message_size() const;

private:
  friend class Snapshot;
  struct State;
  std::unique_ptr<State> state_;
};

// Reads contents and renderings by message id; fastest when ids come in ascending order.
class MessageReader {
public:
  MessageReader(const database::ReadTransaction& transaction, AccountId account);
  ~MessageReader();
  MessageReader(MessageReader&&) noexcept;

  std::optional<Content> content(MessageId message);
  std::optional<Rendering> rendering(MessageId message);

private:
  struct State;
  std::unique_ptr<State> state_;
};

enum class ChangeKind : std::uint8_t {
  added = 1,           // `uids` came into `mailbox`
  flags = 2,           // flags of messages among `uids` changed; their modseq tells which
  expunged = 3,        // `uids` left `mailbox`: those among them that it no longer has
  mailbox_created = 4, //
  mailbox_renamed = 5, // `name` is the old name
  mailbox_deleted = 6, // `name` was its name
  mailbox_changed = 7, // special use, counts by repair
  subscribed = 8,      // `name`
  unsubscribed = 9,    // `name`
};

// A row of the change log. A later row may tell of the same object again: a reader takes the
// object's present state, and rows of the past never harm.
struct ChangeRow {
  Modseq modseq = 0;
  ChangeKind kind{};
  MailboxId mailbox{};
  UidRange uids;
  std::string_view name;
};

class Snapshot {
public:
  explicit Snapshot(std::unique_ptr<database::ReadTransaction> transaction);
  // Reads inside a write transaction.
  explicit Snapshot(const database::ReadTransaction& transaction);
  ~Snapshot();
  Snapshot(Snapshot&&) noexcept;

  // Moves to the newest state; views taken before are void.
  void renew();

  std::vector<Account> accounts() const;
  std::optional<Account> account(AccountId id) const;
  std::optional<AccountId> find_account(std::string_view name) const;
  // `login` is a canonical address.
  std::optional<AccountId> find_login(std::string_view login) const;
  std::vector<Credential> credentials(AccountId account) const;

  struct KeyOwner {
    AccountId account{};
    Credential credential;
  };

  // Of the public key with this fingerprint.
  std::optional<KeyOwner> find_public_key(std::string_view fingerprint) const;
  // Those of an account, or of nobody (0), the newest `limit` of them first.
  std::vector<LoginAttempt> login_attempts(AccountId account, std::size_t limit) const;
  // Names by number.
  std::vector<std::string> keywords(AccountId account) const;

  std::vector<Mailbox> mailboxes(AccountId account) const; // by name
  std::optional<Mailbox> mailbox(AccountId account, MailboxId id) const;
  std::optional<Mailbox> find_mailbox(AccountId account, std::string_view name) const;
  std::vector<std::string> subscriptions(AccountId account) const; // sorted
  bool subscribed(AccountId account, std::string_view name) const;

  UidSet uids(AccountId account, MailboxId mailbox) const;
  std::optional<Placement> placement(AccountId account, MailboxId mailbox, Uid uid) const;
  PlacementCursor placements(AccountId account, MailboxId mailbox) const;
  MessageReader messages(AccountId account) const;
  // A removed message's placement as it was, while it is kept for undelete; its modseq is that of
  // the removal.
  std::optional<Placement> expunged(AccountId account, MailboxId mailbox, Uid uid) const;
  // Members of a thread, oldest first.
  std::vector<MessageId> thread(AccountId account, ThreadId thread) const;
  // Messages whose Message-ID, base subject or sender has this keyed hash, newest first, at most
  // `limit`. Different texts may share a hash.
  std::vector<MessageId> with_message_id(AccountId account, std::uint64_t hash,
                                         std::size_t limit) const;
  std::vector<MessageId> with_subject(AccountId account, std::uint64_t hash,
                                      std::size_t limit) const;
  // The same without looking through those that wait for their rows.
  std::vector<MessageId> with_indexed_message_id(AccountId account, std::uint64_t hash,
                                                 std::size_t limit) const;
  std::vector<MessageId> with_indexed_subject(AccountId account, std::uint64_t hash,
                                              std::size_t limit) const;
  std::vector<MessageId> with_sender(AccountId account, std::uint64_t hash,
                                     std::size_t limit) const;
  // The store's keyed hash of a text, for those above; never 0.
  std::uint64_t hash(std::string_view text) const;

  // Visits the account's log after `since` in order, until `visit` returns false.
  void changes(AccountId account, Modseq since,
               const std::function<bool(const ChangeRow&)>& visit) const;
  // Rows at or below it have been trimmed: a reader that stands there must compare whole states.
  Modseq log_floor(AccountId account) const;

  const database::ReadTransaction& transaction() const { return *transaction_; }

private:
  std::unique_ptr<database::ReadTransaction> owned_;
  const database::ReadTransaction* transaction_;
};

} // namespace mox::store
