// Makes the file of the next segment ahead of need, on a thread of its own.
#pragma once

#include "bloblog/segments.h"
#include "file/descriptor.h"
#include "result/result.h"

#include <cstdint>
#include <memory>

namespace mox::bloblog {

// A segment's file with its header, durable together with its name.
struct NewSegment {
  file::Descriptor file;
  std::uint32_t number = 0;
  // Bytes of it have been written ahead, as zeros; to overwrite them is cheaper to sync than to
  // grow a file (README.md).
  bool filled = false;
};

// Used by one thread, the writer's.
class NextSegment {
public:
  explicit NextSegment(Segments& segments);
  // Removes a file that was prepared and not taken.
  ~NextSegment();
  NextSegment(const NextSegment&) = delete;
  NextSegment& operator=(const NextSegment&) = delete;

  // Starts making the file, filled where that pays; does nothing when it is under way or there. A
  // failure is forgotten: take() tries again and reports.
  void prepare(std::uint32_t number);
  // The prepared file is there and need not be waited for.
  bool ready() const;
  // The prepared file, waited for with its filling broken off; else one made now, not filled.
  Result<NewSegment> take(std::uint32_t number);
  // Gives back one that was taken and holds nothing of worth.
  void put_back(NewSegment segment);

private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace mox::bloblog
