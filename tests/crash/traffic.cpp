#include "crash/traffic.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <random>

namespace mox::test {

namespace {

constexpr std::uint16_t some_flags[] = {1, 4, 5, 32}; // \Seen, \Flagged, both, $Forwarded
constexpr std::uint32_t appended = 3;
constexpr std::uint32_t all_uids = 0xFFFFFFFF;

// A second delivery of what the first operations of a lane need anyway.
Action draw_action(std::mt19937_64& random) {
  const auto number = random() % 100;
  if (number < 38) return Action::deliver;
  if (number < 44) return Action::deliver_both;
  if (number < 52) return Action::append;
  if (number < 64) return Action::flags;
  if (number < 72) return Action::copy;
  if (number < 80) return Action::move;
  if (number < 97) return Action::expunge;
  return Action::maintain;
}

std::uint32_t messages_in(Action action) {
  switch (action) {
  case Action::deliver:
  case Action::deliver_both: return 1;
  case Action::append: return appended;
  default: return 0;
  }
}

} // namespace

void LaneState::apply(const Operation& operation) {
  auto& from = mailboxes_[operation.from];
  auto& to = mailboxes_[operation.to()];
  const auto begin = from.entries.lower_bound(operation.first);
  const auto end = from.entries.upper_bound(operation.last);
  switch (operation.action) {
  case Action::open_account: exists_ = true; break;
  case Action::deliver_both: to.add({.message = operation.message}); [[fallthrough]];
  case Action::deliver: from.add({.message = operation.message}); break;
  case Action::append:
    for (std::uint32_t i = 0; i < appended; ++i) from.add({.message = operation.message + i});
    break;
  case Action::flags:
    for (auto entry = begin; entry != end; ++entry) entry->second.flags |= operation.flags;
    break;
  case Action::copy:
  case Action::move:
    for (auto entry = begin; entry != end; ++entry) to.add(entry->second);
    if (operation.action == Action::copy) break;
    [[fallthrough]];
  case Action::expunge: from.entries.erase(begin, end); break;
  case Action::copy_all:
    for (const auto& [uid, entry] : Mailbox(from.entries)) from.add(entry);
    break;
  case Action::maintain: break;
  }
}

std::string mark_of(const Ended& ended) {
  return fmt::format("{}{}", ended.done ? "done " : "failed ", ended.lane);
}

std::vector<std::vector<bool>> ended_operations(const std::vector<std::string>& marks,
                                                std::size_t lanes) {
  std::vector<std::vector<bool>> ended(lanes);
  for (const std::string_view mark : marks) {
    const bool done = mark.starts_with("done ");
    if (!done && !mark.starts_with("failed ")) continue;
    const auto number = mark.substr(mark.find(' ') + 1);
    std::size_t lane = lanes;
    std::from_chars(number.data(), number.data() + number.size(), lane);
    if (lane < lanes) ended[lane].push_back(done);
  }
  return ended;
}

std::vector<Operation> operations_of(const Traffic& traffic, std::size_t lane) {
  std::vector<Operation> operations{{.action = Action::open_account}};
  if (is_bulk(traffic, lane)) {
    operations.push_back({.action = Action::append, .message = 0});
    // 3 messages become 3 * 2^11.
    for (int i = 0; i < 11; ++i) operations.push_back({.action = Action::copy_all});
    return operations;
  }
  std::seed_seq seeds{traffic.seed, static_cast<std::uint64_t>(lane)};
  std::mt19937_64 random(seeds);
  std::uint32_t message = 0;
  while (operations.size() < traffic.operations) {
    // All that the lane has goes at once, so that there are segments to compact.
    if (operations.size() == traffic.operations / 2 - 3) {
      for (const std::size_t mailbox : {0U, 1U}) {
        operations.push_back({.action = Action::expunge, .from = mailbox, .last = all_uids});
      }
      operations.push_back({.action = Action::maintain});
      continue;
    }
    Operation operation{.action = draw_action(random)};
    operation.from = random() % 2;
    operation.first = static_cast<std::uint32_t>(1 + random() % (2 * operations.size() + 1));
    operation.last = operation.first + static_cast<std::uint32_t>(random() % 12);
    operation.flags = some_flags[random() % std::size(some_flags)];
    operation.message = message;
    message += messages_in(operation.action);
    operations.push_back(operation);
  }
  return operations;
}

bool is_bulk(const Traffic& traffic, std::size_t lane) {
  return lane == traffic.lanes;
}

std::size_t lanes_of(const Traffic& traffic) {
  return traffic.lanes + (traffic.bulk ? 1 : 0);
}

std::string account_of(std::size_t lane) {
  return fmt::format("account{}", lane % 2);
}

std::string mailbox_of(std::size_t lane, std::size_t number) {
  return fmt::format("lane{}-{}", lane, number);
}

std::string message_of(const Traffic& traffic, std::size_t lane, std::uint32_t number) {
  constexpr std::array<std::size_t, 6> sizes{10, 100, 1000, 4000, 4000, 20'000};
  std::seed_seq seeds{traffic.seed, static_cast<std::uint64_t>(lane), std::uint64_t{number}};
  std::mt19937_64 random(seeds);
  const bool large = !is_bulk(traffic, lane) && (lane + number) % 32 == 3;
  const auto size = large ? 300'000 + random() % 1000 : sizes[random() % sizes.size()];
  auto text = fmt::format("From: lane{0}@example.org\r\nSubject: message {1}\r\n"
                          "Message-ID: <{0}.{1}@example.org>\r\n\r\n",
                          lane, number);
  while (text.size() < size) text += fmt::format("{:016x}{:016x}\r\n", random(), random());
  return text;
}

} // namespace mox::test
