#include "crash/traffic_on_store.h"

#include "message/parser.h"
#include "message/summary.h"
#include "store/operations.h"
#include "support/run_task.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace mox::test {

store::Options options_for_crashes(const std::filesystem::path& folder) {
  store::Options options;
  options.folder = folder;
  options.keep_expunged = std::chrono::seconds(0);
  options.min_free_space = 0;
  options.map_size = std::uint64_t{1} << 30U;
  options.segment_size = 128U << 10U;
  return options;
}

namespace {

using store::Txn;

template <class T, class Run> Result<T> change(store::Store& store, Run run) {
  return store.write_blocking<T>([&](Txn& transaction) -> Result<T> { return run(transaction); });
}

template <class T> Result<> without_value(const Result<T>& result) {
  if (!result) return std::unexpected(result.error());
  return ok();
}

} // namespace

Lane::Lane(store::Store& store, const Traffic& traffic, std::size_t number)
    : store_(store), traffic_(traffic), number_(number) {}

Result<> Lane::open_account() {
  return change<void>(store_, [&](Txn& transaction) -> Result<> {
    auto account = transaction.snapshot().find_account(account_of(number_));
    if (!account) {
      MOX_TRY_ASSIGN(made, transaction.create_account(account_of(number_)));
      account = made;
    }
    for (std::size_t i = 0; i < 2; ++i) {
      MOX_TRY_ASSIGN(mailbox, transaction.create_mailbox(*account, mailbox_of(number_, i), 0));
    }
    return ok();
  });
}

Result<> Lane::find_mailboxes() {
  if (found_) return ok();
  const auto snapshot = store_.read();
  const auto account = snapshot.find_account(account_of(number_));
  if (!account) return failure(ErrorKind::not_found, "the lane's account was not made");
  account_ = *account;
  for (std::size_t i = 0; i < 2; ++i) {
    const auto mailbox = snapshot.find_mailbox(account_, mailbox_of(number_, i));
    if (!mailbox) return failure(ErrorKind::not_found, "the lane's mailbox was not made");
    mailboxes_[i] = mailbox->id;
  }
  found_ = true;
  return ok();
}

Result<store::NewMessage> Lane::message(std::uint32_t number) const {
  auto text = message_of(traffic_, number_, number);
  auto summary = std::make_shared<const message::Summary>(message::summarize(message::parse(text)));
  MOX_TRY_ASSIGN(body, store_.prepare_blocking(std::move(text)));
  return store::NewMessage{.prefix = "Delivered-To: someone@example.org\r\n",
                           .body = std::move(body),
                           .summary = std::move(summary),
                           .flags = {},
                           .received = 1'700'000'000};
}

Result<> Lane::deliver(const Operation& operation) {
  const std::uint32_t count = operation.action == Action::append ? 3 : 1;
  std::vector<store::NewMessage> messages;
  for (std::uint32_t i = 0; i < count; ++i) {
    MOX_TRY_ASSIGN(one, message(operation.message + i));
    messages.push_back(std::move(one));
  }
  return change<void>(store_, [&](Txn& transaction) -> Result<> {
    for (const auto& one : messages) {
      MOX_TRY(transaction.add_message(account_, mailboxes_[operation.from], one));
      if (operation.action != Action::deliver_both) continue;
      MOX_TRY(transaction.add_message(account_, mailboxes_[operation.to()], one));
    }
    return ok();
  });
}

Result<> Lane::run(const Operation& operation) {
  if (operation.action == Action::open_account) return open_account();
  if (operation.action == Action::maintain) return store_.maintain();
  MOX_TRY(find_mailboxes());
  const store::UidRange uids[] = {{operation.first, operation.last}};
  const auto from = mailboxes_[operation.from];
  const auto to = mailboxes_[operation.to()];
  switch (operation.action) {
  case Action::flags:
    return without_value(change<store::Changed>(store_, [&](Txn& transaction) {
      return transaction.change_flags(account_, from, uids, store::FlagsChange::add,
                                      {.system = operation.flags, .keywords = {}});
    }));
  case Action::copy:
    return without_value(change<store::Moved>(
        store_, [&](Txn& transaction) { return transaction.copy(account_, from, to, uids); }));
  case Action::move:
    return without_value(change<store::Moved>(
        store_, [&](Txn& transaction) { return transaction.move(account_, from, to, uids); }));
  case Action::expunge:
    return without_value(change<store::Changed>(store_, [&](Txn& transaction) {
      return transaction.expunge(account_, from, uids, false);
    }));
  case Action::copy_all: {
    Loop loop;
    return without_value(
        loop.run(store::copy(store_, account_, from, from, {{1, ~store::Uid{0}}})));
  }
  default: return deliver(operation);
  }
}

namespace {

// What one lane has, against what it may have.
class Comparison {
public:
  Comparison(const store::Store& store, const Traffic& traffic, std::size_t lane)
      : store_(store), traffic_(traffic), lane_(lane), snapshot_(store.read()) {}

  std::string check(const LaneState& least, const LaneState& most) {
    find();
    if (auto problem = differs(least); !problem.empty()) {
      if (!differs(most).empty()) return fmt::format("lane {}: {}", lane_, problem);
    }
    return check_bytes();
  }

private:
  void find() {
    account_ = snapshot_.find_account(account_of(lane_));
    if (!account_) return;
    for (std::size_t i = 0; i < 2; ++i) {
      const auto mailbox = snapshot_.find_mailbox(*account_, mailbox_of(lane_, i));
      if (mailbox) read(*mailbox, i);
      exists_ = exists_ && mailbox.has_value();
    }
  }

  void read(const store::Mailbox& mailbox, std::size_t number) {
    auto reader = snapshot_.messages(*account_);
    auto cursor = snapshot_.placements(*account_, mailbox.id);
    for (auto one = cursor.seek(1); one; one = cursor.next()) {
      const auto rendering = reader.rendering(one->message);
      const auto message = rendering ? number_of(rendering->envelope) : no_message;
      entries_[number].push_back({one->uid, {message, one->flags.system}});
      messages_[one->message] = message;
    }
  }

  // The subject is "message <number>".
  static std::uint32_t number_of(std::string_view envelope) {
    constexpr std::string_view before = "\"message ";
    const auto at = envelope.find(before);
    if (at == std::string_view::npos) return no_message;
    return static_cast<std::uint32_t>(
        std::strtoul(std::string(envelope.substr(at + before.size())).c_str(), nullptr, 10));
  }

  std::string differs(const LaneState& wanted) const {
    if (wanted.exists() != (account_.has_value() && exists_)) {
      return wanted.exists() ? "its mailboxes are missing" : "mailboxes that were never made";
    }
    for (std::size_t i = 0; i < 2; ++i) {
      if (auto problem = differs(wanted.mailbox(i), entries_[i]); !problem.empty()) {
        return fmt::format("mailbox {}: {}", i, problem);
      }
    }
    return {};
  }

  using Entries = std::vector<std::pair<store::Uid, LaneState::Entry>>;

  std::string differs(const LaneState::Mailbox& wanted, const Entries& have) const {
    if (wanted.size() != have.size()) {
      return fmt::format("{} messages instead of {}", have.size(), wanted.size());
    }
    auto at = have.begin();
    for (const auto& [uid, entry] : wanted) {
      // A staged COPY leaves room between its UIDs and the others.
      const bool same = entry == at->second && (uid == at->first || is_bulk(traffic_, lane_));
      if (!same) {
        return fmt::format("uid {} is message {} with flags {}, instead of uid {}, {}, {}",
                           at->first, at->second.message, at->second.flags, uid, entry.message,
                           entry.flags);
      }
      ++at;
    }
    return {};
  }

  std::string check_bytes() const {
    if (!account_) return {};
    auto reader = snapshot_.messages(*account_);
    for (const auto& [id, number] : messages_) {
      const auto content = reader.content(id);
      const auto rendering = reader.rendering(id);
      if (!content || !rendering) return fmt::format("lane {}: a message has no rows", lane_);
      std::string bytes(content->size, '\0');
      const auto result = store_.read_message(snapshot_, *content, *rendering, 0, bytes);
      if (!result) return fmt::format("lane {}: {}", lane_, result.error().text);
      if (bytes != std::string(rendering->prefix) + message_of(traffic_, lane_, number)) {
        return fmt::format("lane {}: message {} has other bytes", lane_, number);
      }
    }
    return {};
  }

  static constexpr std::uint32_t no_message = ~std::uint32_t{0};

  const store::Store& store_;
  const Traffic& traffic_;
  std::size_t lane_;
  store::Snapshot snapshot_;
  std::optional<store::AccountId> account_;
  bool exists_ = true;
  Entries entries_[2];
  std::map<store::MessageId, std::uint32_t> messages_;
};

} // namespace

std::string compare(const store::Store& store, const Traffic& traffic,
                    const std::vector<std::string>& marks) {
  const auto ended = ended_operations(marks, lanes_of(traffic));
  for (std::size_t lane = 0; lane < ended.size(); ++lane) {
    const auto operations = operations_of(traffic, lane);
    LaneState state;
    std::size_t at = 0;
    for (const bool done : ended[lane]) {
      if (done) state.apply(operations.at(at));
      ++at;
    }
    auto more = state;
    if (at < operations.size()) more.apply(operations[at]);
    auto problem = Comparison(store, traffic, lane).check(state, more);
    if (!problem.empty()) return problem;
  }
  return {};
}

std::string open_and_compare(const std::filesystem::path& folder, const Traffic& traffic,
                             const std::vector<std::string>& marks) {
  const SystemClock clock;
  SystemRandom random;
  auto opened = store::Store::open(options_for_crashes(folder), clock, random, {});
  if (!opened) return "it does not open: " + opened.error().text;
  auto& store = **opened;
  const auto proof = store.verify();
  if (!proof) return "it cannot be verified: " + proof.error().text;
  if (!proof->errors.empty()) return "it is not consistent: " + proof->errors.front();
  auto problem = compare(store, traffic, marks);
  if (!problem.empty() || ended_operations(marks, 1)[0].empty()) return problem;
  const auto more = Lane(store, traffic, 0).run({.action = Action::deliver, .message = 3});
  if (!more) return "it takes no more messages: " + more.error().text;
  return {};
}

} // namespace mox::test
