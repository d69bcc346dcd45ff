// A delivery without what makes it one: the bytes, the rows and the syncs of lib/store, and nothing
// that decides anything. What it reaches is the limit for lib/store on a machine.
#pragma once

#include "database/database.h"
#include "file/file.h"
#include "random/random.h"

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace mox::bench {

class BareStore {
public:
  // `prefix` is the size of the headers that are added: SMTP has some, APPEND has none.
  BareStore(const std::filesystem::path& folder, std::size_t message, std::size_t prefix)
      : body_(message, 'x'), rendering_(450 + prefix, 'r'), placing_(80 + prefix, 'p') {
    std::filesystem::create_directories(folder);
    auto opened = database::open_lmdb({.folder = folder, .map_size = std::uint64_t{64} << 30U});
    database_ = require(std::move(opened));
    segment_ = require(file::open(folder / "segment", file::Access::create));
    const std::string zeros(1U << 20U, '\0');
    for (std::uint64_t at = 0; at < segment_size; at += zeros.size()) {
      require(file::write_at(segment_, at, zeros));
    }
    require(file::sync(segment_));
    writer_ = std::thread([this] { loop(); });
  }

  ~BareStore() {
    {
      const std::scoped_lock lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    writer_.join();
  }

  BareStore(const BareStore&) = delete;
  BareStore& operator=(const BareStore&) = delete;

  // Returns when the message is on disk.
  void deliver() {
    Waiting waiting;
    {
      const std::scoped_lock lock(mutex_);
      waiting_.push_back(&waiting);
    }
    wake_.notify_one();
    waiting.done.wait(false);
  }

  // Makes the database as large as it is with so many messages.
  void fill(std::size_t messages) {
    constexpr std::size_t at_once = 2000;
    for (std::size_t i = 0; i < messages; i += at_once) {
      require(database_->write([&](database::WriteTransaction& transaction) -> Result<> {
        for (std::size_t j = 0; j < at_once; ++j) put_rows(transaction);
        return ok();
      }));
    }
  }

private:
  static constexpr std::uint64_t segment_size = 64U << 20U;

  struct Waiting {
    std::atomic<bool> done = false;
  };

  template <class T> static T require(Result<T> result) {
    if (result) {
      if constexpr (std::is_void_v<T>) {
        return;
      } else {
        return *std::move(result);
      }
    }
    std::fputs((result.error().text + "\n").c_str(), stderr);
    std::_Exit(1);
  }

  void loop() {
    std::size_t last_group = 0;
    std::vector<Waiting*> group;
    for (;;) {
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [&] { return !waiting_.empty() || stopping_; });
        if (last_group > 1) {
          wake_.wait_for(lock, std::chrono::microseconds(100),
                         [&] { return waiting_.size() >= last_group || stopping_; });
        }
        if (waiting_.empty() && stopping_) return;
        group.swap(waiting_);
      }
      last_group = group.size();
      write(group.size());
      for (auto* one : group) {
        one->done = true;
        one->done.notify_one();
      }
      group.clear();
    }
  }

  void write(std::size_t messages) {
    require(database_->write([&](database::WriteTransaction& transaction) -> Result<> {
      std::string records;
      for (std::size_t i = 0; i < messages; ++i) {
        records.append(record_header, 'h').append(body_);
        records.append(record_header, 'h').append(placing_);
        put_rows(transaction);
      }
      put(transaction, {0, 4, 1}, 8);
      put(transaction, {0, 0, 1}, 25);
      if (at_ + records.size() > segment_size) at_ = 0;
      MOX_TRY(file::write_at(segment_, at_, records));
      at_ += records.size();
      return file::sync_data(segment_);
    }));
  }

  // Numbers of a key: account, table, then 8 bytes each.
  struct Place {
    std::uint32_t account = 1;
    std::uint8_t table = 0;
    std::uint64_t first = 0;
    std::uint64_t second = 0;
    bool has_second = false;
  };

  void put(database::WriteTransaction& transaction, const Place& place, std::size_t size) {
    std::array<char, 21> key{};
    const auto number = [&](std::size_t at, std::uint64_t value, std::size_t bytes) {
      for (std::size_t i = 0; i < bytes; ++i) {
        key[at + i] = static_cast<char>(value >> (8 * (bytes - 1 - i)));
      }
    };
    number(0, place.account, 4);
    number(4, place.table, 1);
    number(5, place.first, 8);
    number(13, place.second, 8);
    const std::string_view bytes(key.data(), place.has_second ? 21 : 13);
    std::ranges::fill(transaction.reserve(bytes, size), 'v');
  }

  // The sizes are those of lib/store/format.h.
  void put_rows(database::WriteTransaction& transaction) {
    const auto id = ++message_;
    const auto hash = id * 0x9E3779B97F4A7C15U;
    put(transaction, {.account = 0, .table = 3, .first = id}, 29);
    put(transaction, {.table = 40, .first = id}, 72);
    put(transaction, {.table = 41, .first = id}, rendering_.size());
    put(transaction, {.table = 42, .first = hash, .second = id, .has_second = true}, 0);
    put(transaction, {.table = 43, .first = id, .second = id, .has_second = true}, 0);
    put(transaction, {.table = 46, .first = id}, 17);
    put(transaction, {.table = 32, .first = id}, 32);
    put(transaction, {.table = 48, .first = 0, .second = id, .has_second = true}, 14);
    put(transaction, {.table = 48, .first = 1, .second = id, .has_second = true}, 0);
    put(transaction, {.table = 16}, 60);
    put(transaction, {.table = 17}, 110);
  }

  static constexpr std::size_t record_header = 32;

  std::string body_;
  std::string rendering_;
  std::string placing_;
  std::unique_ptr<database::Database> database_;
  file::Descriptor segment_;
  std::uint64_t at_ = 0;
  std::uint64_t message_ = 0;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Waiting*> waiting_;
  bool stopping_ = false;
  std::thread writer_;
};

} // namespace mox::bench
