// Makes system calls of the blob log fail, and counts them. The linker's --wrap routes them here.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace mox::test {

enum class Call : unsigned char { pwrite, fdatasync, fsync, ftruncate };

struct Faults {
  struct Entry {
    std::atomic<int> count{0};   // calls so far
    std::atomic<int> fail_at{0}; // the number of the call that fails, counted from 1; 0: none
    std::atomic<int> error{0};
  };

  std::array<Entry, 4> entries;

  Entry& of(Call call) { return entries.at(static_cast<std::size_t>(call)); }
};

Faults& faults();

// Fails the `nth` next call with `error`, and forgets it at the end of the scope.
class Failing {
public:
  Failing(Call call, int error, int nth = 1);
  ~Failing();
  Failing(const Failing&) = delete;
  Failing& operator=(const Failing&) = delete;

private:
  Faults::Entry& entry_;
};

// Where this thread wrote last.
struct LastWrite {
  std::uint64_t offset = 0;
  std::size_t size = 0;
};

LastWrite& last_write();

// How often `call` was made since this began.
class Counting {
public:
  explicit Counting(Call call) : entry_(faults().of(call)), before_(entry_.count) {}

  int count() const { return entry_.count - before_; }

private:
  Faults::Entry& entry_;
  int before_;
};

} // namespace mox::test
