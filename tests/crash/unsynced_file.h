// A file's durable bytes and the writes since. Pure.
#pragma once

#include "crash/content.h"
#include "crash/disk.h"

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace mox::test {

class UnsyncedFile {
public:
  UnsyncedFile() = default;

  explicit UnsyncedFile(Content content) : durable_(content), current_(std::move(content)) {}

  void write(std::uint64_t serial, std::uint64_t offset, std::string_view bytes, bool durable);
  void truncate(std::uint64_t serial, std::uint64_t size);
  // Changes before `serial` are durable.
  void sync_before(std::uint64_t serial);

  const Content& current() const { return current_; }

  bool has_unsynced() const { return !changes_.empty(); }

  // The serial of the last change; 0 when there is none.
  std::uint64_t last_change() const { return last_change_; }

  // `loss` is none of `other_files`, which the disk resolves.
  Content after_power_cut(Loss loss, std::mt19937_64& random) const;

private:
  static constexpr std::uint64_t sector = 512;

  struct Change {
    std::uint64_t serial = 0;
    bool is_truncate = false;
    bool durable = false;     // by O_DSYNC: later than those before it, yet on disk
    std::uint64_t offset = 0; // of a write; the size of a truncation
    std::string bytes;

    std::uint64_t end() const { return offset + bytes.size(); }
  };

  // Which changes each sector has seen, and which truncations have happened.
  class Choice;
  Choice choose(Loss loss, std::mt19937_64& random) const;

  Content durable_;
  Content current_;
  std::vector<Change> changes_;
  std::uint64_t last_change_ = 0;
};

} // namespace mox::test
