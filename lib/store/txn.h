// The changes that one closure makes, on the writer thread, all or none.
//
// A closure has one modseq for each account that it changes, taken at its first change there; reads
// through snapshot() see the closure's own changes.
#pragma once

#include "message/summary.h"
#include "result/result.h"
#include "store/snapshot.h"
#include "store/types.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mox::store {

class Body;

struct NewMessage {
  std::string prefix;         // headers to stand before the body
  std::shared_ptr<Body> body; // from Store::prepare; may be shared by several messages
  // Of the body alone, except for fields that the prefix adds (Date, Message-ID at submission).
  // Shared by all recipients, whose prefixes differ.
  std::shared_ptr<const message::Summary> summary;
  NamedFlags flags;
  std::int64_t received = 0;
  std::int16_t received_zone = 0;
};

enum class FlagsChange : std::uint8_t { set, add, remove };

struct Changed {
  Modseq modseq = 0;          // of this change; 0 when nothing changed
  std::vector<UidRange> uids; // those that changed
  std::vector<Uid> failed;    // newer than `unchanged_since`
};

struct Moved {
  std::uint32_t uidvalidity = 0; // of the destination
  std::vector<UidRange> from;    // as they were, ascending
  std::vector<UidRange> to;      // in the same order
  Modseq modseq = 0;
};

class Txn {
public:
  const Snapshot& snapshot() const;
  // The modseq that changes of `account` in this closure get.
  Modseq modseq(AccountId account);

  // Accounts. `name` is unique.
  Result<AccountId> create_account(std::string_view name);
  Result<> set_quota(AccountId account, std::uint64_t bytes);
  // Nobody finds it any more: its name is free, its credentials are gone, and its messages go when
  // what is expunged goes.
  Result<> retire_account(AccountId account);
  // Moves a login to `account`; exists when another account has it.
  Result<> add_login(AccountId account, std::string_view login);
  Result<> remove_login(AccountId account, std::string_view login);
  // Adds, or replaces the one of the same kind and name. Returns its id. A public key that another
  // credential has gives ErrorKind::exists.
  Result<std::uint32_t> set_credential(AccountId account, Credential credential);
  // Notes the hour. Does nothing when it is noted, or when the credential is gone.
  Result<> credential_used(AccountId account, std::uint32_t id);
  Result<> remove_credential(AccountId account, std::uint32_t id);
  // Counts it with those that were like it; `account` 0: nobody's. Texts may have 512 bytes. Where
  // there are too many, the oldest that ended alike make room. Of a retired account it is
  // forgotten.
  Result<> add_login_attempt(AccountId account, const LoginAttempt& attempt);

  // Mailboxes. `name` must be valid and normalised (imap::normalise_mailbox_name). A missing parent
  // is made too. Returns all that were made, parents first. Special use is taken away from a
  // mailbox that had it.
  Result<std::vector<Mailbox>> create_mailbox(AccountId account, std::string_view name,
                                              std::uint8_t special_use);

  // With its children. Inbox: its messages move to the new mailbox (RFC 9051 section 6.3.6).
  struct Renamed {
    std::vector<Mailbox> renamed; // with their new names; of Inbox none
    std::vector<Mailbox> created; // missing parents; for Inbox also the new mailbox
  };

  Result<Renamed> rename_mailbox(AccountId account, std::string_view from, std::string_view to);
  // refused when it has children or is Inbox. Its messages are expunged.
  Result<> delete_mailbox(AccountId account, std::string_view name);
  Result<> subscribe(AccountId account, std::string_view name);
  Result<> unsubscribe(AccountId account,
                       std::string_view name); // not_found when it was not subscribed

  // Messages.
  // full when over quota. Returns the placement.
  Result<Placement> add_message(AccountId account, MailboxId mailbox, const NewMessage& message);
  // One slice of a change of flags: `uids` that are not there are passed over.
  Result<Changed> change_flags(AccountId account, MailboxId mailbox, std::span<const UidRange> uids,
                               FlagsChange how, const NamedFlags& flags,
                               Modseq unchanged_since = ~Modseq{0});
  Result<Moved> copy(AccountId account, MailboxId from, MailboxId to,
                     std::span<const UidRange> uids);
  Result<Moved> move(AccountId account, MailboxId from, MailboxId to,
                     std::span<const UidRange> uids);
  // Removes those of `uids`; with `only_deleted`, only those with \Deleted. Returns what was
  // removed.
  Result<Changed> expunge(AccountId account, MailboxId mailbox, std::span<const UidRange> uids,
                          bool only_deleted);

  struct State;
  explicit Txn(State& state);

  // For the store's own operations.
  State& state() const { return state_; }

private:
  State& state_;
};

} // namespace mox::store
