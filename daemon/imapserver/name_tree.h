// The names of an account's mailboxes and subscriptions, as LIST and LSUB look at them. Pure.
#pragma once

#include "store/types.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mox::imapserver {

struct NameEntry {
  const store::Mailbox* mailbox = nullptr; // null: there is none
  bool subscribed = false;
  bool has_children = false;
  bool subscribed_below = false;
  bool special_use_below = false;
};

class NameTree {
public:
  NameTree(std::vector<store::Mailbox> mailboxes, const std::vector<std::string>& subscriptions);
  NameTree(const NameTree&) = delete;
  NameTree& operator=(const NameTree&) = delete;

  // By name: mailboxes, subscribed names, and the parents of both.
  const std::map<std::string, NameEntry, std::less<>>& entries() const { return entries_; }

private:
  template <class Mark> void mark_parents(std::string_view name, Mark mark);

  std::vector<store::Mailbox> mailboxes_;
  std::map<std::string, NameEntry, std::less<>> entries_;
};

} // namespace mox::imapserver
