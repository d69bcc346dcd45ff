#include "store/more_keywords.h"

#include "store/format.h"

namespace mox::store {

std::vector<std::uint16_t> read_more_keywords(const database::ReadTransaction& transaction,
                                              AccountId account, MailboxId mailbox, Uid uid) {
  const auto row = transaction.get(Key(account, Table::more_keywords).mailbox(mailbox).u32(uid));
  if (!row) return {};
  return decode_numbers(*row);
}

void write_more_keywords(database::WriteTransaction& transaction, AccountId account,
                         MailboxId mailbox, Uid uid, const std::vector<std::uint16_t>& numbers) {
  const Key key(Key(account, Table::more_keywords).mailbox(mailbox).u32(uid));
  if (numbers.empty()) {
    transaction.erase(key);
  } else {
    transaction.put(key, encode_numbers(numbers));
  }
}

} // namespace mox::store
