// What the contents of an account's messages say, and the indexes in which they are found.
#pragma once

#include "store/proof_blobs.h"
#include "store/proof_placements.h"

namespace mox::store {

void prove_messages(const AccountInProof& account, PlacedMessages placed, BlobProof& blobs);

} // namespace mox::store
