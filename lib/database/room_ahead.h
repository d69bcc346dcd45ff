// Room in a database's file for the pages of the commits to come.
#pragma once

#include <cstdint>

namespace mox::database {

// A commit that makes its file longer waits for the file system's own records as well as for its
// pages. So the file is made longer by many pages at a time, with zeros, and only then; what stands
// behind the pages in use means nothing to LMDB.
class RoomAhead {
public:
  // `file` is open for writing, and `limit` bytes are the most it may have.
  RoomAhead(int file, std::uint64_t page_size, std::uint64_t limit);

  // Before a commit and on its thread: so many pages are in use, and the commit adds about
  // `coming`. Without room on the disk nothing happens: it is the commit that needs it.
  void make(std::uint64_t used_pages, std::uint64_t coming_pages);

private:
  int file_;
  std::uint64_t page_size_;
  std::uint64_t limit_;
  std::uint64_t end_ = 0; // of the file
};

} // namespace mox::database
