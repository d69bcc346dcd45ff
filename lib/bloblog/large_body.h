// A body that is a file of its own, written and synced before its change is queued.
#pragma once

#include "bloblog/location.h"
#include "bloblog/segments.h"
#include "random/random.h"
#include "result/result.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

namespace mox::bloblog {

// On any thread, each body by one. When the object goes away before finish(), or finish() fails,
// the file is removed. After finish() it is the caller's to refer to, or to remove by
// Segments::remove_large; one that a crash leaves behind falls to remove_unreferenced_large.
class LargeBody {
public:
  static Result<LargeBody> begin(Segments& segments, Random& random);
  LargeBody(LargeBody&&) noexcept;
  LargeBody& operator=(LargeBody&&) = delete;
  ~LargeBody();

  // ErrorKind::invalid beyond 4 GiB.
  Result<> append(std::string_view chunk);
  // What was appended so far, in order, in chunks of any size.
  Result<> replay(const std::function<void(std::string_view)>& into);
  // The file and its name are on disk when this returns.
  Result<Location> finish();

private:
  LargeBody();
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace mox::bloblog
