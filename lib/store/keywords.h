// Numbers of keywords within an account.
#pragma once

#include "store/txn_state.h"

namespace mox::store {

// Keywords of a mailbox are few; strangers' clients must not make them many.
inline constexpr std::size_t max_keywords = 4096;
inline constexpr std::size_t max_keyword_size = 100;

// The numbers of `names`. With `make`, a new name gets the next number: ErrorKind::full when the
// account has too many, invalid for an empty or overlong name. Without, unknown names are left out.
Result<KeywordSet> number_keywords(Txn::State& state, AccountId account,
                                   std::span<const std::string> names, bool make);

// Adds those of `set` to the mailbox's list; true when it grew.
bool add_keywords(Mailbox& mailbox, const KeywordSet& set);

} // namespace mox::store
