// The FETCH response of one message.
#pragma once

#include "imap/fetch_item.h"
#include "imapserver/flags.h"
#include "message/section.h"
#include "message/structure.h"
#include "store/snapshot.h"
#include "store/store.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mox::imapserver {

// What FETCH asks for.
struct FetchPlan {
  std::vector<imap::FetchItem> items; // less uid, flags and modseq
  bool uid = false;
  bool flags = false;
  bool modseq = false;
  bool sets_seen = false;
  // What has to be looked up for `items`, beside the placement.
  bool content = false;
  bool rendering = false;
};

FetchPlan plan_fetch(std::span<const imap::FetchItem> items, bool by_uid);

// Bytes of a literal that are sent from their file, because they are many.
struct LargePiece {
  std::string before; // goes out first
  store::Store::FileRange range;
};

// Writes responses from one snapshot.
class FetchWriter {
public:
  // All must outlive it.
  FetchWriter(const store::Store& store, const store::Snapshot& snapshot, store::AccountId account,
              const FetchPlan& plan);

  // Adds the response to `output`, its end too; when large pieces come out of it, they stand
  // between `large` and what `output` gets afterwards. `size` is RFC822.SIZE. False when the
  // message is gone. ErrorKind::refused when the response would take too much memory.
  Result<bool> write(std::uint32_t number, const store::Placement& placement, std::uint32_t size,
                     std::string& output, std::vector<LargePiece>& large);

private:
  struct Message {
    const store::Placement& placement;
    std::uint32_t size;
    store::Content content;
    store::Rendering rendering;
    std::optional<message::Structure> structure; // decoded when it is needed
    std::size_t held = 0;                        // bytes that stand before large pieces
  };

  Result<> write_item(const imap::FetchItem& item, Message& message, std::string& output,
                      std::vector<LargePiece>& large);
  Result<> write_section(const imap::FetchItem& item, Message& message, std::string& output,
                         std::vector<LargePiece>& large);
  std::optional<message::Range> find_range(const imap::FetchItem& item, Message& message) const;
  Result<> write_fields(const imap::FetchItem& item, const Message& message, message::Range range,
                        std::string& output);
  Result<> write_bytes(Message& message, message::Range range, std::string& output,
                       std::vector<LargePiece>& large);
  Result<> append_bytes(const Message& message, message::Range range, std::string& output);

  const store::Store& store_;
  const store::Snapshot& snapshot_;
  const FetchPlan& plan_;
  FlagNames names_;
  store::MessageReader messages_;
};

} // namespace mox::imapserver
