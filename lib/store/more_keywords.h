// Keywords of a placement with numbers above 63, in a table of their own.
#pragma once

#include "database/database.h"
#include "store/types.h"

#include <vector>

namespace mox::store {

std::vector<std::uint16_t> read_more_keywords(const database::ReadTransaction& transaction,
                                              AccountId account, MailboxId mailbox, Uid uid);
// Removes the row when `numbers` is empty.
void write_more_keywords(database::WriteTransaction& transaction, AccountId account,
                         MailboxId mailbox, Uid uid, const std::vector<std::uint16_t>& numbers);

} // namespace mox::store
