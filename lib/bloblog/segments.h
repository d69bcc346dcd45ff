// The files of the blob log in one folder: which there are, open descriptors for readers, removal.
#pragma once

#include "bloblog/location.h"
#include "file/descriptor.h"
#include "result/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

namespace mox::bloblog {

struct Options {
  std::filesystem::path folder; // made when it does not exist; nothing else may stand in it
  std::uint32_t segment_size = 64U << 20U;
  std::size_t open_files = 64; // descriptors kept for readers
  // False only where nothing needs to outlive a power cut, as with `localserve --in-memory`.
  bool durable = true;
};

// Thread-safe. Must outlive writers, readers and guards made from it.
class Segments {
public:
  // Makes the folders and lists what is there; changes nothing else.
  static Result<std::unique_ptr<Segments>> open(Options options);
  ~Segments();
  Segments(const Segments&) = delete;
  Segments& operator=(const Segments&) = delete;

  const Options& options() const;
  // Numbers of the segments that exist, sorted; the writer's active one is the last.
  std::vector<std::uint32_t> list() const;
  // File numbers of the large bodies that exist, sorted; reads the folder.
  Result<std::vector<std::uint64_t>> list_large() const;

  std::filesystem::path path_of(std::uint32_t segment) const;
  std::filesystem::path path_of_large(std::uint64_t file_number) const;

  // Removes a sealed segment or a large body that nothing refers to any more, or notes it for later
  // while removal is frozen. A reader that has it open goes on; one that comes later gets
  // ErrorKind::not_found, and must look up the location again in a newer snapshot.
  // The removal is not synced: when a crash undoes it, it is found and removed again.
  Result<> remove(std::uint32_t segment);
  Result<> remove_large(const Location& location);

  // Removes the large bodies for which `is_referenced` is false, and returns how many. Only before
  // the first LargeBody is begun: a body in the making is referenced by nothing yet.
  Result<std::size_t>
  remove_unreferenced_large(const std::function<bool(std::uint64_t file_number)>& is_referenced);

  // While one of these lives, no file is removed; the removals asked for meanwhile happen when the
  // last one goes. For backups.
  class Freeze {
  public:
    Freeze(Freeze&& other) noexcept;
    Freeze& operator=(Freeze&&) = delete;
    ~Freeze();

  private:
    friend class Segments;
    explicit Freeze(Segments* segments);
    Segments* segments_;
  };

  Freeze freeze();

private:
  friend class Writer;
  friend class Reader;
  friend class LargeBody;

  explicit Segments(Options options);
  // From the cache, or opened; of a segment or, by a large location, of a large body's file.
  Result<std::shared_ptr<const file::Descriptor>> descriptor(const Location& location);
  // What list() tells; the file is the writer's affair.
  void add(std::uint32_t segment);
  void forget(std::uint32_t segment);
  void unfreeze();
  Result<> remove_or_wait(const Location& location);

  struct State;
  std::unique_ptr<State> state_;
};

} // namespace mox::bloblog
