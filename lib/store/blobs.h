// Blobs and their references, and the records in the blob log that let messages be rebuilt.
#pragma once

#include "store/txn_state.h"

namespace mox::store {

// Turns bodies into blobs.
class BodyBlobs {
public:
  // One more reference to the blob of `body`; the first one makes it.
  static Result<BlobId> refer(Txn::State& state, const std::shared_ptr<Body>& body);

  // The closure that made `blob` of `body` is on disk.
  static void settle(Body& body, BlobId blob) { body.blob_ = blob; }

private:
  static Result<BlobId> make(Txn::State& state, const std::shared_ptr<Body>& body);
};

// One reference less; the last one ends the blob.
void drop_blob(Txn::State& state, BlobId blob);

// What a placing record in the blob log says.
struct Placing {
  AccountId account{};
  MailboxId mailbox{};
  Uid uid = 0;
  MessageId message{};
  BlobId blob{};
  std::int64_t received = 0;
  std::int16_t received_zone = 0;
  std::string_view account_name;
  std::string_view mailbox_name;
  std::string_view prefix;
};

Result<bloblog::Location> append_placing(Txn::State& state, const Placing& placing);
// Views into `payload`.
Result<Placing> decode_placing(std::string_view payload);

// What a removal record says: the message is gone for good.
struct Removal {
  AccountId account{};
  MessageId message{};
  std::uint32_t placed_in = 0; // segment of its placing record
};

Result<> append_removal(Txn::State& state, const Removal& removal);
Result<Removal> decode_removal(std::string_view payload);

} // namespace mox::store
