// Rows of the database in words, for errors that an administrator reads.
#pragma once

#include "database/database.h"
#include "store/format.h"

#include <string>
#include <string_view>

namespace mox::store {

// Of a key that has both account and table.
Table table_of(std::string_view key);

// "placement", "mailbox name"
std::string_view table_words(Table table);

// "UID 3 in Inbox of mjl", for a key that is whole. Names are looked up; a number stands for one
// that cannot be found.
std::string row_words(const database::ReadTransaction& transaction, std::string_view key);

// "of mjl", "of account 1", or "of the whole store"
std::string owner_words(const database::ReadTransaction& transaction, AccountId account);

} // namespace mox::store
