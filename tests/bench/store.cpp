// links: store message clock random database file
//
// bench_store FOLDER [SECONDS [MESSAGES]]: deliveries through lib/store alone, in turn with the
// floor in the same run, and which part of the floor they reach.
#include "store/store.h"

#include "bare_store.h"
#include "clock/clock.h"
#include "load.h"
#include "message/parser.h"
#include "message/summary.h"
#include "random/random.h"

#include <cstdlib>

namespace {

using namespace mox;
using namespace mox::bench;

constexpr std::size_t prefix_size = 400;

template <class T> T require(Result<T> result) {
  if (result) return *std::move(result);
  std::fputs((result.error().text + "\n").c_str(), stderr);
  std::_Exit(1);
}

std::string message_of_4_kb() {
  std::string text = "From: Some One <someone@sender.example>\r\nTo: mox@localhost\r\n"
                     "Subject: a message to measure with\r\nMIME-Version: 1.0\r\n"
                     "Date: Thu, 01 Jan 2026 12:00:00 +0000\r\n"
                     "Message-ID: <0@sender.example>\r\nContent-Type: text/plain\r\n\r\n";
  while (text.size() < 4096)
    text += "words of no meaning, in lines of about seventy bytes each\r\n";
  return text;
}

// A store with one account and its Inbox.
class Target {
public:
  explicit Target(const std::filesystem::path& folder) {
    store::Options options;
    options.folder = folder;
    store_ = require(store::Store::open(std::move(options), clock_, random_, {}));
    account_ = require(store_->write_blocking<store::AccountId>(
        [](store::Txn& transaction) { return transaction.create_account("mox"); }));
    inbox_ = require(store_->write_blocking<store::MailboxId>(
        [this](store::Txn& transaction) -> Result<store::MailboxId> {
          MOX_TRY_ASSIGN(made, transaction.create_mailbox(account_, "Inbox", 0));
          return made.front().id;
        }));
  }

  bool deliver() {
    return store_
        ->write_blocking<void>(
            [message = make()](store::Txn& transaction) { return add(transaction, message); })
        .has_value();
  }

  void fill(std::size_t messages) {
    constexpr std::size_t at_once = 2000;
    for (std::size_t i = 0; i < messages; i += at_once) {
      std::vector<Message> all;
      for (std::size_t j = 0; j < at_once; ++j) all.push_back(make());
      const auto result = store_->write_blocking<void>([&](store::Txn& transaction) -> Result<> {
        for (const auto& one : all) MOX_TRY(add(transaction, one));
        return ok();
      });
      if (!result) std::_Exit(1);
    }
    if (!store_->maintain()) std::_Exit(1);
  }

private:
  struct Message {
    store::AccountId account{};
    store::MailboxId mailbox{};
    store::NewMessage message;
  };

  static Result<> add(store::Txn& transaction, const Message& one) {
    MOX_TRY(transaction.add_message(one.account, one.mailbox, one.message));
    return ok();
  }

  // Parsing is not the store's work, so it is done once.
  Message make() {
    auto summary = std::make_shared<message::Summary>(summary_);
    summary->message_id = fmt::format("{}@sender.example", ++number_);
    return {account_,
            inbox_,
            {.prefix = std::string(prefix_size, 'p'),
             .body = require(store_->prepare_blocking(text_)),
             .summary = std::move(summary),
             .flags = {},
             .received = 1'800'000'000}};
  }

  SystemClock clock_;
  SystemRandom random_;
  std::string text_ = message_of_4_kb();
  message::Summary summary_ = message::summarize(message::parse(text_));
  std::unique_ptr<store::Store> store_;
  store::AccountId account_{};
  store::MailboxId inbox_{};
  std::atomic<std::uint64_t> number_ = 0;
};

Run run_store(const std::filesystem::path& folder, std::chrono::milliseconds time,
              std::size_t threads, std::size_t messages) {
  std::filesystem::remove_all(folder);
  Target target(folder);
  target.fill(messages);
  return run_for(time, threads, [&](std::size_t) { return target.deliver(); });
}

Run run_floor(const std::filesystem::path& folder, std::chrono::milliseconds time,
              std::size_t threads, std::size_t messages) {
  std::filesystem::remove_all(folder);
  BareStore store(folder, 4096, prefix_size);
  store.fill(messages);
  return run_for(time, threads, [&](std::size_t) {
    store.deliver();
    return true;
  });
}

} // namespace

int main(int count, char** words) {
  if (count < 2) {
    std::fputs("bench_store FOLDER [SECONDS [MESSAGES]]\n", stderr);
    return 2;
  }
  const auto number = [&](int index, unsigned long long otherwise) {
    return count > index ? std::strtoull(words[index], nullptr, 10) : otherwise;
  };
  const std::chrono::seconds time(number(2, 3));
  const auto messages = number(3, 0);
  const auto folder = std::filesystem::path(words[1]) / "measured";
  const auto what = messages == 0 ? std::string("4 KB, a fresh store")
                                  : fmt::format("4 KB, a store of {}", messages);
  for (const std::size_t threads : {1U, 8U, 32U}) {
    std::vector<Run> floor;
    std::vector<Run> ours;
    for (int i = 0; i < 3; ++i) {
      floor.push_back(run_floor(folder, time, threads, messages));
      ours.push_back(run_store(folder, time, threads, messages));
    }
    const auto part = median(ours).per_second / median(floor).per_second;
    print_runs("floor-delivery", what, threads, std::move(floor));
    print_runs("store-delivery", what, threads, std::move(ours),
               fmt::format(", \"of_floor\": {:.2f}", part));
  }
  std::filesystem::remove_all(folder);
  return 0;
}
