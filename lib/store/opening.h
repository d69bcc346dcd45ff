// Opening a store's files: lock, database, format, blob log.
#pragma once

#include "database/database.h"
#include "store/format.h"
#include "store/store.h"

namespace mox::store {

// Fills owner, database, segments, log and workshop. Quick: nothing is scanned.
Result<> open_files(Store::State& state);
// The format stamp: corrupt when there is none, unsupported when it is of a newer version.
Result<FormatRecord> read_format(const database::ReadTransaction& transaction);
// Removes the rows of large COPYs that a crash cut short.
Result<> discard_left_stagings(Store::State& state);

} // namespace mox::store
