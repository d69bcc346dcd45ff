// What happened in a mailbox between a view and the present.
#pragma once

#include "imapserver/conversation.h"
#include "imapserver/view.h"
#include "store/snapshot.h"

namespace mox::imapserver {

struct Changes {
  View view;            // of the present
  UidRanges expunged;   // were in the old view and are gone
  UidRanges flagged;    // in both; their flags may have changed
  bool grew = false;    // there are new messages
  bool touched = false; // anything happened in this mailbox
};

// `selected.told` is left out of `flagged` where it holds.
Changes changes_since(const store::Store& store, const store::Snapshot& snapshot,
                      store::AccountId account, const Selected& selected);

} // namespace mox::imapserver
