// Puts the traffic of traffic.h on a store, and compares a store with what it must hold.
#pragma once

#include "clock/clock.h"
#include "crash/traffic.h"
#include "random/random.h"
#include "result/result.h"
#include "store/store.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace mox::test {

// Small segments, so that there are many and some are compacted; expunged messages are not kept.
store::Options options_for_crashes(const std::filesystem::path& folder);

// Time that goes a thousand times as fast, since the store counts seconds of what it keeps.
class FastClock final : public Clock {
public:
  WallTime wall() const override {
    return WallTime(std::chrono::seconds(1'800'000'000) + 1000 * (steady() - begin_));
  }

  SteadyTime steady() const override { return std::chrono::steady_clock::now(); }

private:
  SteadyTime begin_ = std::chrono::steady_clock::now();
};

// One lane's work on an open store. Blocks.
class Lane {
public:
  Lane(store::Store& store, const Traffic& traffic, std::size_t number);

  Result<> run(const Operation& operation);

private:
  Result<> open_account();
  Result<> deliver(const Operation& operation);
  Result<> find_mailboxes();
  Result<store::NewMessage> message(std::uint32_t number) const;

  store::Store& store_;
  const Traffic& traffic_;
  std::size_t number_;
  bool found_ = false;
  store::AccountId account_{};
  store::MailboxId mailboxes_[2]{};
};

// What is wrong with the store, when a program has said `marks`; empty when nothing is. Each lane
// may have done the one operation more that it was at.
std::string compare(const store::Store& store, const Traffic& traffic,
                    const std::vector<std::string>& marks);
// Opens the store in `folder`, verifies and compares it, and has it take one more message.
std::string open_and_compare(const std::filesystem::path& folder, const Traffic& traffic,
                             const std::vector<std::string>& marks);

} // namespace mox::test
