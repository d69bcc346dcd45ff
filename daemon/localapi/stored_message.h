// One message of the store at one moment, as the API shows it.
#pragma once

#include "localapi/place.h"
#include "localapi/trace.h"
#include "message/section.h"
#include "message/structure.h"
#include "result/result.h"
#include "store/snapshot.h"
#include "store/store.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mox::localapi {

// Belongs to the snapshot that it was found in.
struct StoredMessage {
  Place place;
  store::Placement placement;
  store::Content content;
  store::Rendering rendering;
  std::string mailbox; // its name
};

// Nothing when there is no such message, or no more.
std::optional<StoredMessage> find_message(const store::Snapshot& snapshot, const Place& place);

// The header section, with the fields that our server added, as far as it is kept apart.
Result<std::string> read_header(const store::Store& store, const store::Snapshot& snapshot,
                                const StoredMessage& message);

// All recipients of the SMTP transaction that the message came in. Each has a message of his own,
// and these stand side by side, on one body; those that were deleted count for as long as the store
// remembers them.
std::vector<std::string> recipients_of(const store::Snapshot& snapshot,
                                       const StoredMessage& message);

bool is_attachment(const message::Part& part);

// The first text of that kind that is no attachment, or null.
const message::Part* find_text(const message::Structure& structure, std::string_view subtype);

// The name by which the API knows an account: what its user logs in as.
std::string inbox_name(const store::Snapshot& snapshot, store::AccountId account);

// "2026-11-21T23:15:00Z" (RFC 3339 section 5.6).
std::string format_time(std::int64_t seconds);

} // namespace mox::localapi
