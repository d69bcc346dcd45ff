// The redo record: what a group changed in the database, in the log behind the group's bodies.
//
// The log's sync makes both safe at once, so the database's own commit need not wait for its last
// flush (database::Durability::with_next). A crash may then lose commits of the database, at most
// two; open() repeats them from the log.
#pragma once

#include "bloblog/segments.h"
#include "bloblog/writer.h"
#include "database/database.h"
#include "database/journal.h"
#include "result/result.h"

#include <cstddef>

namespace mox::store {

// A group that changes more is committed with all flushes: it is a long piece of work, and its
// record would only fill the log.
inline constexpr std::size_t max_redo = 256U << 10U;

// Appends what `journal` holds of the group whose first record is at `begin`. False when it cannot
// be used: the journal was given up, the group went on into another segment, or there is no room
// for one. What is wrong with the log for good is said by its sync.
bool append_redo(bloblog::Writer& log, bloblog::Position begin, database::Journal& journal);

// Says that the group with a redo record, whose first record is at `begin`, was refused by the
// database after the log's sync: it will not be repeated.
Result<> append_refusal(bloblog::Writer& log, bloblog::Position begin);

// Repeats what the log has behind the tail that the database knows, group by group, up to the first
// that is not whole: that one was never acknowledged. How many.
//
// What it finds may only be in memory, when a sync failed or never came: it is written once more
// first.
Result<std::size_t> repeat_groups(database::Database& database, bloblog::Segments& segments);

} // namespace mox::store
