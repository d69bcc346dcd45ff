// The proof itself, on an open database and blob log.
#pragma once

#include "bloblog/segments.h"
#include "database/database.h"
#include "store/verify.h"

namespace mox::store {

// Takes one snapshot for the rows; of the blobs, those that a compaction moves meanwhile are looked
// up again. Memory: about 200 bytes for each message of the largest account, 40 for each blob.
Result<Verification> prove(const database::Database& database, bloblog::Segments& segments);

} // namespace mox::store
