#include "store/verify.h"

#include "store/opening.h"
#include "store/proof.h"
#include "store/store_state.h"

#include <fmt/format.h>

namespace mox::store {

Result<Verification> verify(const std::filesystem::path& folder) {
  try {
    MOX_TRY_ASSIGN(database, database::open_lmdb({.folder = folder, .read_only = true}));
    // Records of an unknown version would all look like damage.
    MOX_TRY(read_format(*database->read()));
    MOX_TRY_ASSIGN(segments, bloblog::Segments::open({.folder = folder / "blobs"}));
    return prove(*database, *segments);
  } catch (const database::Failure& failure) {
    return std::unexpected(failure.error());
  }
}

Result<Verification> Store::verify() const {
  try {
    return prove(*state_->database, *state_->segments);
  } catch (const database::Failure& failure) {
    return std::unexpected(failure.error());
  }
}

} // namespace mox::store
