#include "store/proof_mailboxes.h"

#include <set>
#include <utility>

namespace mox::store {

namespace {

class MailboxesProof {
public:
  explicit MailboxesProof(const AccountInProof& account) : account_(account) {}

  MailboxesInProof run(Verification& totals);

private:
  void check(MailboxId id, const MailboxRecord& record);
  void check_name(MailboxId id, std::string_view name) const;
  void check_numbers(MailboxId id, const Mailbox& mailbox);
  void check_names() const;
  void add_unreadable(MailboxId id);
  std::optional<std::string_view> staging_row(MailboxId id) const;

  template <class... Values>
  void wrong(fmt::format_string<Values...> text, Values&&... values) const {
    account_.findings.wrong("mailbox", text, std::forward<Values>(values)...);
  }

  const AccountInProof& account_;
  MailboxesInProof mailboxes_;
  std::set<std::uint32_t> uidvalidities_;
  unsigned uses_ = 0;
};

MailboxesInProof MailboxesProof::run(Verification& totals) {
  account_.rows.each_record(
      account_.id, Table::mailbox, decode_mailbox,
      [&](std::string_view key, const MailboxRecord& record) {
        ++totals.mailboxes;
        check(MailboxId{key_u32(key, key_body)}, record);
      },
      [&](std::string_view key) { add_unreadable(MailboxId{key_u32(key, key_body)}); });
  check_names();
  return std::move(mailboxes_);
}

void MailboxesProof::check(MailboxId id, const MailboxRecord& record) {
  const auto& mailbox = record.mailbox;
  check_name(id, mailbox.name);
  check_numbers(id, mailbox);
  const auto row = staging_row(id);
  const auto staging = row ? if_readable(decode_staging, *row) : std::nullopt;
  if ((record.staged_from != 0) != row.has_value() ||
      (staging && staging->first != record.staged_from)) {
    wrong("{} {} and its staged rows do not agree", account_.name, mailbox.name);
  }
  mailboxes_.emplace(
      id, MailboxInProof{.name = mailbox.name,
                         .mailbox = mailbox,
                         .staged_from = record.staged_from,
                         .staged = staging ? std::optional(staging->counts) : std::nullopt});
}

void MailboxesProof::check_name(MailboxId id, std::string_view name) const {
  const auto& rows = account_.rows;
  const auto number = static_cast<std::uint32_t>(id);
  const auto back = rows.by_name(account_.id, Table::mailbox_name, name);
  if (!back || if_readable(decode_u32, *back).value_or(number) != number) {
    wrong("{} {} is not found by its name", account_.name, name);
  }
  if (const auto slash = name.rfind('/');
      slash != std::string_view::npos &&
      !rows.by_name(account_.id, Table::mailbox_name, name.substr(0, slash))) {
    wrong("{} {} has no parent", account_.name, name);
  }
}

void MailboxesProof::check_numbers(MailboxId id, const Mailbox& mailbox) {
  const auto name = fmt::format("{} {}", account_.name, mailbox.name);
  const auto& record = account_.record;
  if ((record && mailbox.modseq > record->modseq) || mailbox.created > mailbox.modseq ||
      mailbox.created == 0) {
    wrong("{} has a wrong modseq", name);
  }
  if (record && mailbox.floor > record->log_floor) wrong("{} has a floor too high", name);
  if (record && static_cast<std::uint32_t>(id) >= record->next_mailbox) {
    wrong("the id of {} is too high", name);
  }
  if ((record && mailbox.uidvalidity >= record->next_uidvalidity) ||
      !uidvalidities_.insert(mailbox.uidvalidity).second) {
    wrong("the UIDVALIDITY of {} is too high or not its own", name);
  }
  if ((uses_ & mailbox.special_use) != 0) wrong("{} shares a special use", name);
  uses_ |= mailbox.special_use;
}

void MailboxesProof::check_names() const {
  account_.rows.each_record(
      account_.id, Table::mailbox_name, decode_u32, [&](std::string_view key, std::uint32_t id) {
        if (!mailboxes_.contains(MailboxId{id})) {
          wrong("the name {} {} has no mailbox", account_.name, key.substr(key_body));
        }
      });
}

// Its messages can be checked all the same.
void MailboxesProof::add_unreadable(MailboxId id) {
  MailboxInProof mailbox;
  mailbox.name = fmt::format("mailbox {}", static_cast<std::uint32_t>(id));
  if (const auto row = staging_row(id)) {
    const auto staging = if_readable(decode_staging, *row);
    if (staging) mailbox.staged = staging->counts;
    // Nobody knows any more which rows are: those of all UIDs may be.
    mailbox.staged_from = staging ? staging->first : 1;
  }
  mailboxes_.emplace(id, std::move(mailbox));
}

std::optional<std::string_view> MailboxesProof::staging_row(MailboxId id) const {
  return account_.rows.get(
      Key(no_account, Table::staging).u32(static_cast<std::uint32_t>(account_.id)).mailbox(id));
}

} // namespace

MailboxesInProof prove_mailboxes(const AccountInProof& account, Verification& totals) {
  return MailboxesProof(account).run(totals);
}

} // namespace mox::store
