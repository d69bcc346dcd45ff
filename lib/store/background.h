// The jobs of the maintenance thread, each cut into small closures.
#pragma once

#include "store/store.h"

#include <atomic>

namespace mox::store {

// Asked between slices; true when the store closes.
using Stopping = std::function<bool()>;

// Runs a closure of the store's own, beyond the limits of waiting changes.
Result<> run_change(Store::State& store, std::move_only_function<Result<>(Txn&)> change);

// Gives the messages of one account that wait for them their rows in the indexes.
Result<> merge_indexes(Store::State& store, AccountId account, const Stopping& stopping);
// Deletes for good what was expunged before `cutoff` (unix seconds).
Result<> delete_expunged(Store::State& store, std::int64_t cutoff, const Stopping& stopping);
// Trims the account's change log: rows older than `cutoff`, and the oldest where there are too
// many.
Result<> trim_log(Store::State& store, AccountId account, std::int64_t cutoff,
                  const Stopping& stopping);
// Forgets the login attempts of an account, or of nobody (0), that were not seen since `cutoff`.
Result<> trim_login_attempts(Store::State& store, AccountId account, std::int64_t cutoff,
                             const Stopping& stopping);
// Empties and removes the segments of the blob log that are more than half dead.
Result<> compact(Store::State& store, const Stopping& stopping);

} // namespace mox::store
