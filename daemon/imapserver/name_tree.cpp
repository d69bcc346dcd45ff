#include "imapserver/name_tree.h"

#include <utility>

namespace mox::imapserver {

template <class Mark> void NameTree::mark_parents(std::string_view name, Mark mark) {
  for (auto slash = name.rfind('/'); slash != name.npos; slash = name.rfind('/')) {
    name = name.substr(0, slash);
    mark(entries_[std::string(name)]);
  }
}

NameTree::NameTree(std::vector<store::Mailbox> mailboxes,
                   const std::vector<std::string>& subscriptions)
    : mailboxes_(std::move(mailboxes)) {
  for (const auto& mailbox : mailboxes_) {
    entries_[mailbox.name].mailbox = &mailbox;
    const bool special = mailbox.special_use != 0;
    mark_parents(mailbox.name, [special](NameEntry& parent) {
      parent.has_children = true;
      parent.special_use_below |= special;
    });
  }
  for (const auto& name : subscriptions) {
    entries_[name].subscribed = true;
    mark_parents(name, [](NameEntry& parent) { parent.subscribed_below = true; });
  }
}

} // namespace mox::imapserver
