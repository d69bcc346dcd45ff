// The bytes of a message on their way into the store.
#pragma once

#include "bloblog/location.h"
#include "bloblog/segments.h"
#include "store/types.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace mox::store {

// Made by Store::prepare and then shared by all messages with these bytes; the first change that
// uses it turns it into a blob. A large body that no change ever used is removed with the object.
class Body {
public:
  explicit Body(std::string bytes) : bytes_(std::move(bytes)), size_(bytes_.size()) {}

  Body(std::shared_ptr<bloblog::Segments> segments, const bloblog::Location& large)
      : segments_(std::move(segments)), large_(large), size_(large.length) {}

  ~Body() {
    if (large_ && blob_ == BlobId{}) (void)segments_->remove_large(*large_);
  }

  Body(const Body&) = delete;
  Body& operator=(const Body&) = delete;

  std::uint64_t size() const { return size_; }

  // What it holds in memory.
  std::size_t memory() const { return bytes_.size(); }

private:
  friend class BodyBlobs;
  std::string bytes_;
  std::shared_ptr<bloblog::Segments> segments_;
  std::optional<bloblog::Location> large_;
  std::uint64_t size_ = 0;
  BlobId blob_{}; // once a change that uses it is on disk; of the writer thread
};

} // namespace mox::store
