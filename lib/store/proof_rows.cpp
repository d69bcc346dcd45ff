#include "store/proof_rows.h"

#include "store/row_words.h"

namespace mox::store {

namespace {

// Of the numbers after account and table; names may be of any length.
std::size_t smallest_key(Table table) {
  switch (table) {
  case Table::meta:
  case Table::account_name:
  case Table::login:
  case Table::public_key:
  case Table::login_attempts:
  case Table::login_attempt_counts:
  case Table::counters:
  case Table::account:
  case Table::mailbox_name:
  case Table::subscription:
  case Table::keyword_name: return key_body;
  case Table::keyword: return key_body + 2;
  case Table::segment:
  case Table::mailbox:
  case Table::credential: return key_body + 4;
  case Table::blob:
  case Table::login_attempt:
  case Table::large:
  case Table::staging:
  case Table::placement:
  case Table::more_keywords:
  case Table::expunged:
  case Table::content:
  case Table::rendering: return key_body + 8;
  case Table::erasure:
  case Table::message_id:
  case Table::thread:
  case Table::subject:
  case Table::sender: return key_body + 16;
  case Table::change: return key_body + 17;
  }
  return key_body;
}

std::string kind_of_damage(Table table) {
  return fmt::format("damaged {} record", table_words(table));
}

} // namespace

std::optional<std::string_view> ProofRows::by_name(AccountId account, Table table,
                                                   std::string_view name) const {
  if (name.size() > max_name_size) return std::nullopt;
  return get(name_key(account, table, name));
}

void ProofRows::report_damage(std::string_view key) const {
  const auto kind = kind_of_damage(table_of(key));
  if (findings_.count(kind)) {
    findings_.list(kind, fmt::format("{} cannot be read", row_words(transaction_, key)));
  }
}

bool ProofRows::has_whole_key(Table table, std::string_view key) const {
  if (key.size() >= smallest_key(table)) return true;
  const auto kind = kind_of_damage(table);
  if (findings_.count(kind)) {
    findings_.list(kind, fmt::format("a key {} is cut short",
                                     owner_words(transaction_, AccountId{key_u32(key, 0)})));
  }
  return false;
}

} // namespace mox::store
