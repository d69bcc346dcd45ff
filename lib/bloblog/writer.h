// The writing end of the blob log: gathers the records of a batch, then writes and syncs them at
// once.
#pragma once

#include "bloblog/location.h"
#include "bloblog/record.h"
#include "bloblog/segments.h"
#include "result/result.h"

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>

namespace mox::bloblog {

// One thread at a time uses a writer, and one writer exists per folder. It keeps a thread of its
// own that makes the next segment's file ahead of need.
//
// The life of a batch, in the caller's database transaction:
//   append(...) per record, with `cut(mark)` for a change that is undone
//   flush_and_sync()             the records are on disk
//   put tail() into the database, in the same transaction, and commit it
// A crash between the two leaves records that the database does not know; open() removes them.
//
// After a failure of writing or syncing every later call fails with the same error: what is on disk
// is no longer known.
class Writer {
public:
  // `tail` is what the database holds: {0, 0} for a new log, for which the caller commits the
  // returned writer's tail() before anything is acknowledged.
  //
  // Cuts the active segment to the tail and removes segments beyond it. ErrorKind::corrupt, and
  // nothing changed, when the log ends before its tail, or when so much stands beyond it that no
  // crash explains it: then an older database, or none, was put beside a newer log.
  static Result<std::unique_ptr<Writer>> open(Segments& segments, Position tail);
  // Drops what was appended and not flushed.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // Adds a record, of which `pieces` in a row are the payload; copies them. The location may go
  // into the database, but is readable only after flush_and_sync(). A full buffer is written,
  // unsynced. ErrorKind::invalid for a payload above `largest_record`.
  Result<Location> append(Kind kind, std::uint64_t id, std::span<const std::string_view> pieces);
  Result<Location> append(Kind kind, std::uint64_t id, std::string_view payload);
  // Notes in the log that blob `id` is the large body at `body`; call it when a blob row is made
  // for one. The returned location is the note's, for the count of live bytes.
  Result<Location> append_large(std::uint64_t id, const Location& body);

  // The place of the next record.
  Position tail() const;
  // Takes back all records appended since `mark`, a former tail() of this batch.
  void cut(Position mark);
  // Bytes that this batch has appended so far.
  std::uint64_t pending_bytes() const;

  // Everything appended so far is on disk when this returns. Does nothing for an empty batch.
  Result<> flush_and_sync();

  // Ends the active segment, which is never written again, and goes on in a new one. For backups;
  // only between batches. The new tail() must be committed before the sealed segment is linked.
  Result<> seal_active();

private:
  Writer();
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace mox::bloblog
