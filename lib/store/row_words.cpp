#include "store/row_words.h"

#include "store/damaged_record.h"
#include "store/snapshot.h"
#include "text/base64.h"

#include <fmt/format.h>

#include <optional>

namespace mox::store {

namespace {

// The name under which a table of names has a number.
std::optional<std::string> find_name(const database::ReadTransaction& transaction,
                                     std::string_view names, std::uint32_t number) {
  auto cursor = transaction.cursor();
  for (bool there = cursor->seek(names); there && cursor->key().starts_with(names);
       there = cursor->next()) {
    if (if_readable(decode_u32, cursor->value()) == number) {
      return std::string(cursor->key().substr(key_body));
    }
  }
  return std::nullopt;
}

std::string account_words(const database::ReadTransaction& transaction, AccountId account) {
  if (const auto row = transaction.get(Key(account, Table::account))) {
    if (auto record = if_readable(decode_account, *row)) return std::move(record->name);
  }
  const auto number = static_cast<std::uint32_t>(account);
  const auto name = find_name(transaction, Key(no_account, Table::account_name), number);
  return name ? *name : fmt::format("account {}", number);
}

// "Inbox", or "mailbox 1"
std::string mailbox_words(const database::ReadTransaction& transaction, AccountId account,
                          MailboxId mailbox) {
  if (const auto row = transaction.get(Key(account, Table::mailbox).mailbox(mailbox))) {
    if (auto record = if_readable(decode_mailbox, *row)) return std::move(record->mailbox.name);
  }
  const auto number = static_cast<std::uint32_t>(mailbox);
  const auto name = find_name(transaction, Key(account, Table::mailbox_name), number);
  return name ? *name : fmt::format("mailbox {}", number);
}

// "Inbox of mjl"
std::string place_words(const database::ReadTransaction& transaction, AccountId account,
                        MailboxId mailbox) {
  return fmt::format("{} {}", mailbox_words(transaction, account, mailbox),
                     owner_words(transaction, account));
}

std::string store_row_words(const database::ReadTransaction& transaction, Table table,
                            std::string_view body) {
  const auto place = [&](std::size_t at) {
    return place_words(transaction, AccountId{key_u32(body, at)}, MailboxId{key_u32(body, at + 4)});
  };
  switch (table) {
  case Table::meta: return fmt::format("its {}", body);
  case Table::counters: return "its counters";
  case Table::blob: return fmt::format("blob {}", key_u64(body, 0));
  case Table::segment: return fmt::format("segment {}", key_u32(body, 0));
  case Table::large: return fmt::format("file {:x}", key_u64(body, 0));
  case Table::public_key: return text::base64url_encode(body);
  case Table::login_attempts: return "its number";
  case Table::login_attempt: return fmt::format("{:x} of nobody", key_u64(body, 0));
  case Table::login_attempt_counts: return "those of nobody";
  case Table::staging: return place(0);
  case Table::erasure:
    return fmt::format("that of UIDs from {} in {}, of time {},", key_u32(body, 12), place(4),
                       key_u32(body, 0));
  default: return std::string(body);
  }
}

std::string change_words(std::string_view body, std::string_view mailbox) {
  const auto modseq = key_u64(body, 0);
  switch (static_cast<ChangeKind>(body.at(8))) {
  case ChangeKind::added:
  case ChangeKind::flags:
  case ChangeKind::expunged:
    return fmt::format("modseq {}, UIDs from {} in {}", modseq, key_u32(body, 13), mailbox);
  case ChangeKind::subscribed:
  case ChangeKind::unsubscribed: return fmt::format("modseq {}, a subscription", modseq);
  default: return fmt::format("modseq {}, {}", modseq, mailbox);
  }
}

// Without the account.
std::string account_row_words(const database::ReadTransaction& transaction, AccountId account,
                              Table table, std::string_view body) {
  const auto mailbox = [&](std::size_t at) {
    return mailbox_words(transaction, account, MailboxId{key_u32(body, at)});
  };
  switch (table) {
  case Table::mailbox: return mailbox(0);
  case Table::credential: return fmt::format("number {}", key_u32(body, 0));
  case Table::login_attempt: return fmt::format("{:x}", key_u64(body, 0));
  case Table::login_attempt_counts: return "those";
  case Table::placement:
  case Table::more_keywords:
  case Table::expunged: return fmt::format("UID {} in {}", key_u32(body, 4), mailbox(0));
  case Table::content:
  case Table::rendering: return fmt::format("message {}", key_u64(body, 0));
  case Table::change: return change_words(body, mailbox(9));
  default: return std::string(body);
  }
}

} // namespace

Table table_of(std::string_view key) {
  return static_cast<Table>(key.at(key_body - 1));
}

std::string_view table_words(Table table) {
  switch (table) {
  case Table::meta: return "store";
  case Table::account_name: return "account name";
  case Table::login: return "login";
  case Table::blob: return "blob";
  case Table::counters: return "store";
  case Table::segment: return "segment";
  case Table::erasure: return "erasure";
  case Table::staging: return "staging";
  case Table::large: return "large body";
  case Table::public_key: return "public key";
  case Table::login_attempts: return "login attempts";
  case Table::account: return "account";
  case Table::mailbox: return "mailbox";
  case Table::mailbox_name: return "mailbox name";
  case Table::subscription: return "subscription";
  case Table::keyword: return "keyword";
  case Table::keyword_name: return "keyword name";
  case Table::credential: return "credential";
  case Table::login_attempt: return "login attempt";
  case Table::login_attempt_counts: return "login attempt counts";
  case Table::placement: return "placement";
  case Table::more_keywords: return "more keywords";
  case Table::expunged: return "expunged";
  case Table::content: return "content";
  case Table::rendering: return "rendering";
  case Table::message_id: return "message-id";
  case Table::thread: return "thread";
  case Table::subject: return "subject";
  case Table::sender: return "sender";
  case Table::change: return "log";
  }
  return "unknown";
}

std::string row_words(const database::ReadTransaction& transaction, std::string_view key) {
  const AccountId account{key_u32(key, 0)};
  const auto table = table_of(key);
  const auto body = key.substr(key_body);
  if (account == no_account) return store_row_words(transaction, table, body);
  if (table == Table::account) return account_words(transaction, account);
  return fmt::format("{} {}", account_row_words(transaction, account, table, body),
                     owner_words(transaction, account));
}

std::string owner_words(const database::ReadTransaction& transaction, AccountId account) {
  if (account == no_account) return "of the whole store";
  return "of " + account_words(transaction, account);
}

} // namespace mox::store
