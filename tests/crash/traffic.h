// What the crash tests have a store do, and what must be in it afterwards. Pure.
//
// Each lane is a thread's work on mailboxes of its own, one operation after the other, all drawn
// from a seed: so whoever knows how many operations a lane has done knows what it must find.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mox::test {

struct Traffic {
  std::uint64_t seed = 1;
  std::size_t lanes = 8;
  std::size_t operations = 80; // of each lane
  // One lane more, whose COPYs are so large that the store stages them.
  bool bulk = true;
};

enum class Action : std::uint8_t {
  open_account, // makes the account, unless another lane did, and the lane's mailboxes
  deliver,      // one message, to one mailbox
  deliver_both, // one body, to both mailboxes in one change
  append,       // three messages in one change
  flags,        // to all of `uids`
  copy,
  move,
  expunge,
  copy_all, // the bulk lane's: the whole mailbox into itself
  maintain, // the background's work, now
};

struct Operation {
  Action action = Action::deliver;
  std::size_t from = 0; // of the lane's two mailboxes
  std::uint32_t first = 1;
  std::uint32_t last = 1;    // UIDs
  std::uint16_t flags = 0;   // of store::Flag
  std::uint32_t message = 0; // the number of the first one that is delivered

  std::size_t to() const { return 1 - from; }
};

// What a lane's mailboxes hold.
class LaneState {
public:
  struct Entry {
    std::uint32_t message = 0;
    std::uint16_t flags = 0;

    bool operator==(const Entry&) const = default;
  };

  using Mailbox = std::map<std::uint32_t, Entry>; // by UID

  void apply(const Operation& operation);

  bool exists() const { return exists_; }

  const Mailbox& mailbox(std::size_t number) const { return mailboxes_[number].entries; }

private:
  struct State {
    Mailbox entries;
    std::uint32_t uidnext = 1;

    void add(Entry entry) { entries[uidnext++] = entry; }
  };

  State mailboxes_[2];
  bool exists_ = false;
};

// An operation that ended: `done` says whether it happened; else it failed and left nothing.
struct Ended {
  std::size_t lane = 0;
  bool done = true;
};

std::string mark_of(const Ended& ended);
// What a program said, in order, by lane.
std::vector<std::vector<bool>> ended_operations(const std::vector<std::string>& marks,
                                                std::size_t lanes);

std::vector<Operation> operations_of(const Traffic& traffic, std::size_t lane);

bool is_bulk(const Traffic& traffic, std::size_t lane);
std::size_t lanes_of(const Traffic& traffic);
std::string account_of(std::size_t lane);
std::string mailbox_of(std::size_t lane, std::size_t number);
// A message as it is delivered: some are so large that the store keeps them in files of their own.
std::string message_of(const Traffic& traffic, std::size_t lane, std::uint32_t number);

} // namespace mox::test
