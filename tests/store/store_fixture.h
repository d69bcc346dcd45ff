// A store in a folder of its own, and messages to put into it.
#pragma once

#include "clock/clock.h"
#include "database/database.h"
#include "message/summary.h"
#include "random/random.h"
#include "store/store.h"
#include "support/catch.h"

#include <atomic>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace mox::store::test {

class TestFolder {
public:
  TestFolder();
  ~TestFolder();
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

private:
  std::filesystem::path path_;
};

// Time that stands still until it is moved.
class SetClock final : public Clock {
public:
  WallTime wall() const override { return WallTime(std::chrono::seconds(seconds_.load())); }

  SteadyTime steady() const override { return std::chrono::steady_clock::now(); }

  void advance(std::chrono::seconds by) { seconds_ += by.count(); }

  std::int64_t now() const { return seconds_; }

private:
  std::atomic<std::int64_t> seconds_ = 1'800'000'000;
};

// A store with the account "mjl" and its Inbox.
class World {
public:
  explicit World(Engine engine = Engine::lmdb, Options options = {});

  Store& operator*() const { return *store; }

  Store* operator->() const { return store.get(); }

  // Closes and opens again: LMDB only.
  void reopen();
  // Closes it and changes rows behind its back: LMDB only.
  void tamper(const std::function<void(database::WriteTransaction&)>& change);
  // The proof; the store must be clean.
  void check_clean() const;

  // Runs a change that must succeed.
  template <class Run> auto change(Run run) {
    using Answer = std::invoke_result_t<Run, Txn&>;
    auto result = store->write_blocking<typename Answer::value_type>(
        [&](Txn& transaction) { return run(transaction); });
    INFO((result ? std::string() : result.error().text));
    REQUIRE(result.has_value());
    if constexpr (!std::is_void_v<typename Answer::value_type>) return *std::move(result);
  }

  // Runs a change that must fail, and returns its error.
  template <class Run> Error failing(Run run) {
    using Answer = std::invoke_result_t<Run, Txn&>;
    auto result = store->write_blocking<typename Answer::value_type>(
        [&](Txn& transaction) { return run(transaction); });
    REQUIRE_FALSE(result.has_value());
    return result.error();
  }

  NewMessage message(std::string_view text, std::string_view prefix = {}) const;
  Placement deliver(MailboxId mailbox, std::string_view text, NamedFlags flags = {});
  // `count` small messages in one change.
  void fill(MailboxId mailbox, std::size_t count, const NamedFlags& flags = {});
  // Prefix and body.
  std::string read(const Placement& placement) const;
  MailboxId mailbox(std::string_view name) const;
  MailboxId make(std::string_view name);
  Mailbox state_of(MailboxId mailbox) const;
  std::vector<Uid> uids(MailboxId mailbox) const;
  // "1:seen 2 3:deleted,k1"
  std::string listing(MailboxId mailbox) const;
  // "Inbox Sent Sent/2025"
  std::string names() const;
  // Rows of the change log above `since`: "2 added 1:1-3, 4 subscribed Sent" (kind, mailbox:UIDs).
  std::string changes(Modseq since = 0) const;
  Modseq modseq() const;
  std::uint64_t used() const;

  TestFolder folder;
  SetClock clock;
  SystemRandom random;
  Options options;
  std::vector<std::string> said;
  std::atomic<int> failures = 0;
  std::atomic<int> commits = 0;           // groups
  std::atomic<int> changes_committed = 0; // their members
  std::unique_ptr<Store> store;
  AccountId account{};
  MailboxId inbox{};

private:
  void open();
};

// "From: a@b\r\nSubject: s\r\nMessage-ID: <id>\r\n...\r\n\r\nbody"
std::string mail(std::string_view id, std::string_view subject, std::string_view more = {},
                 std::string_view body = "hello\r\n");

std::vector<UidRange> range(Uid first, Uid last);

} // namespace mox::store::test
