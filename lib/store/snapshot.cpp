#include "store/snapshot.h"

#include "database/database.h"
#include "store/format.h"
#include "store/indexes.h"
#include "store/more_keywords.h"

#include <algorithm>

namespace mox::store {

namespace {

// Calls `visit(key, value)` for the rows whose keys begin with `prefix`, until it returns false.
template <class Visit>
void each_row(const database::ReadTransaction& transaction, std::string_view prefix, Visit visit) {
  auto cursor = transaction.cursor();
  for (bool there = cursor->seek(prefix); there && cursor->key().starts_with(prefix);
       there = cursor->next()) {
    if (!visit(cursor->key(), cursor->value())) return;
  }
}

Account account_of(AccountId id, std::string_view row) {
  auto record = decode_account(row);
  return {.id = id,
          .name = std::move(record.name),
          .quota = record.quota,
          .used = record.used,
          .modseq = record.modseq,
          .next_uidvalidity = record.next_uidvalidity};
}

bool fits_in_key(std::string_view name) {
  return !name.empty() && name.size() <= max_name_size;
}

} // namespace

Snapshot::Snapshot(std::unique_ptr<database::ReadTransaction> transaction)
    : owned_(std::move(transaction)), transaction_(owned_.get()) {}

Snapshot::Snapshot(const database::ReadTransaction& transaction) : transaction_(&transaction) {}

Snapshot::~Snapshot() = default;
Snapshot::Snapshot(Snapshot&&) noexcept = default;

void Snapshot::renew() {
  owned_->renew();
}

std::vector<Account> Snapshot::accounts() const {
  std::vector<Account> all;
  each_row(*transaction_, Key(no_account, Table::account_name),
           [&](std::string_view, std::string_view value) {
             if (auto found = account(AccountId{decode_u32(value)})) all.push_back(*found);
             return true;
           });
  return all;
}

std::optional<Account> Snapshot::account(AccountId id) const {
  const auto row = transaction_->get(Key(id, Table::account));
  if (!row) return std::nullopt;
  return account_of(id, *row);
}

std::optional<AccountId> Snapshot::find_account(std::string_view name) const {
  if (!fits_in_key(name)) return std::nullopt;
  const auto row = transaction_->get(name_key(no_account, Table::account_name, name));
  if (!row) return std::nullopt;
  return AccountId{decode_u32(*row)};
}

std::optional<AccountId> Snapshot::find_login(std::string_view login) const {
  if (!fits_in_key(login)) return std::nullopt;
  const auto row = transaction_->get(name_key(no_account, Table::login, login));
  if (!row) return std::nullopt;
  return AccountId{decode_u32(*row)};
}

std::optional<Snapshot::KeyOwner> Snapshot::find_public_key(std::string_view fingerprint) const {
  if (!fits_in_key(fingerprint)) return std::nullopt;
  const auto row = transaction_->get(name_key(no_account, Table::public_key, fingerprint));
  if (!row) return std::nullopt;
  const AccountId account{decode_u32(*row)};
  for (auto& credential : credentials(account)) {
    if (credential.kind == CredentialKind::public_key && credential.secret == fingerprint) {
      return KeyOwner{.account = account, .credential = std::move(credential)};
    }
  }
  return std::nullopt;
}

std::vector<Credential> Snapshot::credentials(AccountId account) const {
  std::vector<Credential> all;
  each_row(*transaction_, Key(account, Table::credential),
           [&](std::string_view key, std::string_view value) {
             all.push_back(decode_credential(value));
             all.back().id = key_u32(key, key_body);
             return true;
           });
  return all;
}

std::vector<LoginAttempt> Snapshot::login_attempts(AccountId account, std::size_t limit) const {
  std::vector<LoginAttempt> all;
  each_row(*transaction_, Key(account, Table::login_attempt),
           [&](std::string_view, std::string_view value) {
             all.push_back(decode_login_attempt(value));
             return true;
           });
  std::ranges::sort(all, std::greater(), &LoginAttempt::last);
  if (all.size() > limit) all.resize(limit);
  return all;
}

std::vector<std::string> Snapshot::keywords(AccountId account) const {
  std::vector<std::string> names;
  each_row(*transaction_, Key(account, Table::keyword),
           [&](std::string_view, std::string_view value) {
             names.emplace_back(value);
             return true;
           });
  return names;
}

std::vector<Mailbox> Snapshot::mailboxes(AccountId account) const {
  std::vector<Mailbox> all;
  each_row(*transaction_, Key(account, Table::mailbox_name),
           [&](std::string_view, std::string_view value) {
             if (auto found = mailbox(account, MailboxId{decode_u32(value)})) {
               all.push_back(std::move(*found));
             }
             return true;
           });
  return all;
}

std::optional<Mailbox> Snapshot::mailbox(AccountId account, MailboxId id) const {
  const auto row = transaction_->get(Key(account, Table::mailbox).mailbox(id));
  if (!row) return std::nullopt;
  auto mailbox = decode_mailbox(*row).mailbox;
  mailbox.id = id;
  return mailbox;
}

std::optional<Mailbox> Snapshot::find_mailbox(AccountId account, std::string_view name) const {
  if (!fits_in_key(name)) return std::nullopt;
  const auto row = transaction_->get(name_key(account, Table::mailbox_name, name));
  if (!row) return std::nullopt;
  return mailbox(account, MailboxId{decode_u32(*row)});
}

std::vector<std::string> Snapshot::subscriptions(AccountId account) const {
  std::vector<std::string> names;
  each_row(*transaction_, Key(account, Table::subscription),
           [&](std::string_view key, std::string_view) {
             names.emplace_back(key.substr(key_body));
             return true;
           });
  return names;
}

bool Snapshot::subscribed(AccountId account, std::string_view name) const {
  return fits_in_key(name) &&
         transaction_->get(name_key(account, Table::subscription, name)).has_value();
}

std::optional<Placement> Snapshot::placement(AccountId account, MailboxId mailbox, Uid uid) const {
  auto found = placements(account, mailbox).seek(uid);
  if (!found || found->uid != uid) return std::nullopt;
  return found;
}

PlacementCursor Snapshot::placements(AccountId account, MailboxId mailbox) const {
  return {*transaction_, account, mailbox};
}

MessageReader Snapshot::messages(AccountId account) const {
  return {*transaction_, account};
}

std::optional<Placement> Snapshot::expunged(AccountId account, MailboxId mailbox, Uid uid) const {
  const auto row = transaction_->get(Key(account, Table::expunged).mailbox(mailbox).u32(uid));
  if (!row) return std::nullopt;
  const auto record = decode_expunged(*row).placement;
  Placement placement{.uid = uid,
                      .message = record.message,
                      .modseq = record.modseq,
                      .flags = {record.flags, {record.keywords, {}}},
                      .saved = record.saved};
  if (record.more_keywords) {
    placement.flags.keywords.more = read_more_keywords(*transaction_, account, mailbox, uid);
  }
  return placement;
}

namespace {

// A bound on the messages without rows that one look-up goes through.
constexpr std::size_t max_waiting_looked_at = 8192;

// Among those that wait, newest first; they are newer than all others.
std::vector<MessageId> waiting(const database::ReadTransaction& transaction, AccountId account,
                               const Index& index, std::uint64_t number, std::size_t limit) {
  std::vector<MessageId> found;
  const auto row = transaction.get(Key(account, Table::account));
  if (!row) return found;
  const Key first(Key(account, Table::content).u64(decode_account(*row).indexed));
  auto cursor = transaction.cursor();
  std::size_t looked_at = 0;
  for (bool there = cursor->seek_below(Key(account, Table::content).u64(~std::uint64_t{0}));
       there && cursor->key() >= std::string_view(first) && found.size() < limit &&
       looked_at < max_waiting_looked_at;
       there = cursor->previous(), ++looked_at) {
    if (index.number(decode_content(cursor->value())) != number) continue;
    found.push_back(MessageId{key_u64(cursor->key(), key_body)});
  }
  return found;
}

// Newest first.
std::vector<MessageId> indexed(const database::ReadTransaction& transaction, AccountId account,
                               const Index& index, std::uint64_t number, std::size_t limit) {
  std::vector<MessageId> found;
  const Key prefix(Key(account, index.table).u64(number));
  const Key end(Key(account, index.table).u64(number).u64(~std::uint64_t{0}));
  auto cursor = transaction.cursor();
  for (bool there = cursor->seek_below(end);
       there && found.size() < limit && cursor->key().starts_with(prefix);
       there = cursor->previous()) {
    found.push_back(MessageId{key_u64(cursor->key(), key_body + 8)});
  }
  return found;
}

// Both, without those twice that wait for some of their rows only.
std::vector<MessageId> all_of(const database::ReadTransaction& transaction, AccountId account,
                              const Index& index, std::uint64_t number, std::size_t limit) {
  auto found = waiting(transaction, account, index, number, limit);
  const auto count = std::ssize(found);
  for (const auto message : indexed(transaction, account, index, number, limit)) {
    if (found.size() == limit) break;
    if (std::find(found.begin(), found.begin() + count, message) == found.begin() + count) {
      found.push_back(message);
    }
  }
  return found;
}

} // namespace

std::vector<MessageId> Snapshot::thread(AccountId account, ThreadId thread) const {
  constexpr auto no_limit = ~std::size_t{0};
  auto members =
      all_of(*transaction_, account, by_thread, static_cast<std::uint64_t>(thread), no_limit);
  std::ranges::sort(members);
  return members;
}

std::vector<MessageId> Snapshot::with_message_id(AccountId account, std::uint64_t hash,
                                                 std::size_t limit) const {
  return all_of(*transaction_, account, by_message_id, hash, limit);
}

std::vector<MessageId> Snapshot::with_indexed_message_id(AccountId account, std::uint64_t hash,
                                                         std::size_t limit) const {
  return indexed(*transaction_, account, by_message_id, hash, limit);
}

std::vector<MessageId> Snapshot::with_subject(AccountId account, std::uint64_t hash,
                                              std::size_t limit) const {
  return all_of(*transaction_, account, by_subject, hash, limit);
}

std::vector<MessageId> Snapshot::with_indexed_subject(AccountId account, std::uint64_t hash,
                                                      std::size_t limit) const {
  return indexed(*transaction_, account, by_subject, hash, limit);
}

std::vector<MessageId> Snapshot::with_sender(AccountId account, std::uint64_t hash,
                                             std::size_t limit) const {
  return all_of(*transaction_, account, by_sender, hash, limit);
}

std::uint64_t Snapshot::hash(std::string_view text) const {
  const auto row = transaction_->get(name_key(no_account, Table::meta, "format"));
  const auto format = row ? decode_format(*row) : std::nullopt;
  if (!format) throw database::Failure({ErrorKind::corrupt, "the store has no format record"});
  return keyed_hash(format->hash_key, text);
}

void Snapshot::changes(AccountId account, Modseq since,
                       const std::function<bool(const ChangeRow&)>& visit) const {
  const Key table(account, Table::change);
  auto cursor = transaction_->cursor();
  for (bool there = cursor->seek(Key(account, Table::change).u64(since + 1));
       there && cursor->key().starts_with(table); there = cursor->next()) {
    const auto key = cursor->key();
    const auto record = decode_change(cursor->value());
    const ChangeRow row{.modseq = key_u64(key, key_body),
                        .kind = static_cast<ChangeKind>(key.at(key_body + 8)),
                        .mailbox = MailboxId{key_u32(key, key_body + 9)},
                        .uids = {key_u32(key, key_body + 13), record.last},
                        .name = record.name};
    if (!visit(row)) return;
  }
}

Modseq Snapshot::log_floor(AccountId account) const {
  const auto row = transaction_->get(Key(account, Table::account));
  return row ? decode_account(*row).log_floor : 0;
}

} // namespace mox::store
