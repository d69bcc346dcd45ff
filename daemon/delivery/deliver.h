// Puts one received message into the mailboxes of its recipients.
#pragma once

#include "async/task.h"
#include "delivery/directory.h"
#include "message/summary.h"
#include "result/result.h"
#include "store/store.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace mox::store {
class Body;
}

namespace mox::delivery {

struct Recipient {
  Destination destination;
  std::string prefix; // header fields to stand before the message in this mailbox
};

// All recipients or none, in one change of the store: nobody could tell the sender of a part that
// failed. A mailbox that does not exist is made, and subscribed. `bytes` is what `body` holds in
// memory. Returns when all is on disk.
// ErrorKind::full: over quota; ErrorKind::temporary: may work later.
async::Task<Result<>> deliver(store::Store& store, std::vector<Recipient> recipients,
                              std::shared_ptr<store::Body> body,
                              std::shared_ptr<const message::Summary> summary, std::size_t bytes,
                              std::int64_t received);

} // namespace mox::delivery
