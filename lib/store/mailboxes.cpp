#include "store/mailboxes.h"

#include "store/expunge.h"
#include "store/transfer.h"

#include <fmt/format.h>

namespace mox::store {

namespace {

constexpr char separator = '/';

Result<> check_name(std::string_view name) {
  if (name.empty() || name.size() > max_name_size) {
    return failure(ErrorKind::invalid,
                   fmt::format("a mailbox name has 1 to {} bytes", max_name_size));
  }
  if (name.front() == separator || name.back() == separator ||
      name.find("//") != std::string_view::npos) {
    return failure(ErrorKind::invalid, "a level of the mailbox name is empty");
  }
  return ok();
}

std::optional<MailboxId> find(const Txn::State& state, AccountId account, std::string_view name) {
  const auto row = state.db.get(name_key(account, Table::mailbox_name, name));
  if (!row) return std::nullopt;
  return MailboxId{decode_u32(*row)};
}

// The names of `name`'s children, at all depths.
std::vector<std::pair<std::string, MailboxId>> children(const Txn::State& state, AccountId account,
                                                        std::string_view name) {
  std::vector<std::pair<std::string, MailboxId>> all;
  const auto prefix = name_key(account, Table::mailbox_name, std::string(name) + separator);
  auto cursor = state.db.cursor();
  for (bool there = cursor->seek(prefix); there && cursor->key().starts_with(prefix);
       there = cursor->next()) {
    all.emplace_back(cursor->key().substr(key_body), MailboxId{decode_u32(cursor->value())});
  }
  return all;
}

Mailbox make(Txn::State& state, AccountId account, AccountRecord& owner, std::string_view name) {
  const auto modseq = state.stamp(account, owner);
  MailboxRecord record;
  auto& mailbox = record.mailbox;
  mailbox.id = MailboxId{owner.next_mailbox++};
  mailbox.name = name;
  mailbox.uidvalidity = owner.next_uidvalidity++;
  mailbox.created = mailbox.modseq = modseq;
  mailbox.owner = account;
  state.put(account, record);
  state.db.put(name_key(account, Table::mailbox_name, name),
               encode_u32(static_cast<std::uint32_t>(mailbox.id)));
  state.log(account, modseq, ChangeKind::mailbox_created, mailbox.id, {});
  return mailbox;
}

// The missing parents of `name`, and itself.
std::vector<Mailbox> make_with_parents(Txn::State& state, AccountId account, AccountRecord& owner,
                                       std::string_view name) {
  std::vector<Mailbox> made;
  for (std::size_t end = name.find(separator);; end = name.find(separator, end + 1)) {
    const auto level = name.substr(0, end);
    if (!find(state, account, level)) made.push_back(make(state, account, owner, level));
    if (end == std::string_view::npos) return made;
  }
}

// Each use belongs to one mailbox.
void take_special_use(Txn::State& state, AccountId account, Modseq modseq, MailboxId keeper,
                      std::uint8_t use) {
  for (const auto& mailbox : state.snapshot.mailboxes(account)) {
    if (mailbox.id == keeper || (mailbox.special_use & use) == 0) continue;
    auto record = *state.mailbox(account, mailbox.id);
    record.mailbox.special_use &= static_cast<std::uint8_t>(~use);
    record.mailbox.modseq = modseq;
    state.put(account, record);
    state.log(account, modseq, ChangeKind::mailbox_changed, mailbox.id, {});
  }
}

Result<Txn::Renamed> rename_inbox(Txn::State& state, AccountId account, MailboxId from,
                                  std::string_view to) {
  Txn::Renamed result;
  {
    MOX_TRY_ASSIGN(owner, state.account(account));
    result.created = make_with_parents(state, account, owner, to);
    state.put(account, owner);
  }
  const UidRange all{1, ~Uid{0}};
  auto whole = Slice::unlimited();
  auto& destination = result.created.back();
  MOX_TRY(move_slice(state, account, from, destination.id, {&all, 1}, no_row_limit, whole));
  destination = *state.snapshot.mailbox(account, destination.id);
  return result;
}

Mailbox rename_one(Txn::State& state, AccountId account, Modseq modseq, MailboxId id,
                   std::string_view from, const std::string& to) {
  auto record = *state.mailbox(account, id);
  record.mailbox.name = to;
  record.mailbox.modseq = modseq;
  state.put(account, record);
  state.db.erase(name_key(account, Table::mailbox_name, from));
  state.db.put(name_key(account, Table::mailbox_name, to),
               encode_u32(static_cast<std::uint32_t>(id)));
  state.log(account, modseq, ChangeKind::mailbox_renamed, id, {}, from);
  return record.mailbox;
}

} // namespace

Result<std::vector<Mailbox>> create_mailbox(Txn::State& state, AccountId account,
                                            std::string_view name, std::uint8_t special_use) {
  MOX_TRY(check_name(name));
  MOX_TRY_ASSIGN(owner, state.account(account));
  if (find(state, account, name)) {
    return failure(ErrorKind::exists, "a mailbox of that name exists");
  }
  auto made = make_with_parents(state, account, owner, name);
  state.put(account, owner);
  if (special_use != 0) {
    auto& mailbox = made.back();
    take_special_use(state, account, mailbox.modseq, mailbox.id, special_use);
    mailbox.special_use = special_use;
    state.put(account, MailboxRecord{.mailbox = mailbox});
  }
  return made;
}

Result<Txn::Renamed> rename_mailbox(Txn::State& state, AccountId account, std::string_view from,
                                    std::string_view to) {
  MOX_TRY(check_name(from));
  MOX_TRY(check_name(to));
  const auto id = find(state, account, from);
  if (!id) return failure(ErrorKind::not_found, "no such mailbox");
  if (find(state, account, to)) {
    return failure(ErrorKind::exists, "a mailbox of that name exists");
  }
  if (from == inbox) return rename_inbox(state, account, *id, to);
  if (to.starts_with(std::string(from) + separator)) {
    return failure(ErrorKind::invalid, "a mailbox cannot move into itself");
  }
  const auto below = children(state, account, from);
  for (const auto& [name, child] : below) {
    MOX_TRY(check_name(std::string(to) + name.substr(from.size())));
  }
  MOX_TRY_ASSIGN(owner, state.account(account));
  const auto modseq = state.stamp(account, owner);
  Txn::Renamed result;
  if (const auto parent = to.rfind(separator); parent != std::string_view::npos) {
    result.created = make_with_parents(state, account, owner, to.substr(0, parent));
  }
  state.put(account, owner);
  result.renamed.push_back(rename_one(state, account, modseq, *id, from, std::string(to)));
  for (const auto& [name, child] : below) {
    result.renamed.push_back(rename_one(state, account, modseq, child, name,
                                        std::string(to) + name.substr(from.size())));
  }
  return result;
}

Result<> delete_mailbox(Txn::State& state, AccountId account, std::string_view name) {
  MOX_TRY(check_name(name));
  const auto id = find(state, account, name);
  if (!id) return failure(ErrorKind::not_found, "no such mailbox");
  if (name == inbox) return failure(ErrorKind::refused, "Inbox cannot be deleted");
  if (!children(state, account, name).empty()) {
    return failure(ErrorKind::refused, "the mailbox has children");
  }
  return remove_mailbox(state, account, *id);
}

Result<> remove_mailbox(Txn::State& state, AccountId account, MailboxId id) {
  MOX_TRY_ASSIGN(record, state.mailbox(account, id));
  MOX_TRY_ASSIGN(owner, state.account(account));
  const auto modseq = state.stamp(account, owner);
  owner.used -= record.mailbox.counts.size;
  state.put(account, owner);
  const auto& name = record.mailbox.name;
  state.db.erase(Key(account, Table::mailbox).mailbox(id));
  state.db.erase(name_key(account, Table::mailbox_name, name));
  // Its rows are out of reach without it, so they can stay until their time has come.
  schedule_erasure(state, account, id, 0, {.last = ~Uid{0}, .whole_mailbox = true});
  state.log(account, modseq, ChangeKind::mailbox_deleted, id, {}, name);
  return ok();
}

Result<> subscribe(Txn::State& state, AccountId account, std::string_view name) {
  MOX_TRY(check_name(name));
  MOX_TRY_ASSIGN(owner, state.account(account));
  const auto key = name_key(account, Table::subscription, name);
  if (state.db.get(key)) return ok();
  const auto modseq = state.stamp(account, owner);
  state.put(account, owner);
  state.db.put(key, {});
  state.log(account, modseq, ChangeKind::subscribed, {}, {}, name);
  return ok();
}

Result<> unsubscribe(Txn::State& state, AccountId account, std::string_view name) {
  MOX_TRY(check_name(name));
  MOX_TRY_ASSIGN(owner, state.account(account));
  if (!state.db.get(name_key(account, Table::subscription, name))) {
    return failure(ErrorKind::not_found, "not subscribed");
  }
  const auto modseq = state.stamp(account, owner);
  state.put(account, owner);
  state.db.erase(name_key(account, Table::subscription, name));
  state.log(account, modseq, ChangeKind::unsubscribed, {}, {}, name);
  return ok();
}

} // namespace mox::store
