// Messages as the API's JSON objects.
#pragma once

#include "async/task.h"
#include "json/writer.h"
#include "localapi/stored_message.h"
#include "result/result.h"
#include "store/store.h"

#include <string>

namespace mox::localapi {

// What lists show of a message: one object.
Result<> write_entry(json::Writer& json, const store::Store& store, const store::Snapshot& snapshot,
                     const StoredMessage& message);

// All of it: the members of an entry, its texts and attachments, and what `mox message parse`
// prints. ErrorKind::not_found when there is no such message.
async::Task<Result<json::Writer>> describe_message(const store::Store& store, Place place);

} // namespace mox::localapi
