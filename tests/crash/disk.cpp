#include "crash/disk.h"

#include "crash/unsynced_file.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace mox::test {

std::string_view name_of(Loss loss) {
  switch (loss) {
  case Loss::all: return "all unsynced lost";
  case Loss::none: return "none lost";
  case Loss::some_writes: return "some writes lost";
  case Loss::torn: return "last write torn";
  case Loss::sectors: return "some sectors lost";
  case Loss::other_files: return "other files' unsynced lost";
  }
  return "";
}

namespace {

using NodeId = std::size_t;
using Entries = std::map<std::string, NodeId>;

// A change of a folder's entries: takes one away, adds one, or both at once.
struct EntryChange {
  std::uint64_t serial = 0;
  std::string removed;
  std::string added;
  NodeId node = 0;
};

void apply_change(Entries& entries, const EntryChange& change) {
  if (!change.removed.empty()) entries.erase(change.removed);
  if (!change.added.empty()) entries[change.added] = change.node;
}

struct Folder {
  Entries durable;
  Entries current;
  std::vector<EntryChange> changes;

  void change(EntryChange change) {
    apply_change(current, change);
    changes.push_back(std::move(change));
  }

  void sync_before(std::uint64_t serial) {
    const auto rest = std::ranges::find_if_not(
        changes, [&](const EntryChange& change) { return change.serial < serial; });
    for (auto change = changes.begin(); change != rest; ++change) apply_change(durable, *change);
    changes.erase(changes.begin(), rest);
  }

  Entries after_power_cut(Loss loss, std::mt19937_64& random) const {
    const auto kept = loss == Loss::all    ? 0
                      : loss == Loss::none ? changes.size()
                                           : random() % (changes.size() + 1);
    auto entries = durable;
    for (std::size_t i = 0; i < kept; ++i) apply_change(entries, changes[i]);
    return entries;
  }
};

struct Node {
  bool is_folder = false;
  Folder folder;
  UnsyncedFile file;
};

std::pair<std::string_view, std::string_view> split(std::string_view path) {
  const auto slash = path.rfind('/');
  if (slash == std::string_view::npos) return {{}, path};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

struct Sync {
  std::uint64_t serial = 0;
  NodeId node = 0;
};

} // namespace

struct Disk::State {
  std::vector<std::unique_ptr<Node>> nodes;
  std::map<std::uint64_t, NodeId> inodes;
  std::map<std::uint64_t, Sync> syncs;
  std::uint64_t serial = 0;

  State() { add_node(true); }

  NodeId add_node(bool is_folder) {
    nodes.push_back(std::make_unique<Node>());
    nodes.back()->is_folder = is_folder;
    return nodes.size() - 1;
  }

  // Node 0 is the root.
  std::optional<NodeId> find(std::string_view path) const {
    NodeId at = 0;
    while (!path.empty()) {
      const auto slash = std::min(path.find('/'), path.size());
      const auto& entries = nodes[at]->folder.current;
      const auto found = entries.find(std::string(path.substr(0, slash)));
      if (found == entries.end()) return std::nullopt;
      at = found->second;
      path.remove_prefix(std::min(slash + 1, path.size()));
    }
    return at;
  }

  // The folder that holds `path`'s entry; the recorder saw it made or found it there.
  Folder* folder_of(std::string_view path) const {
    const auto found = find(split(path).first);
    return found && nodes[*found]->is_folder ? &nodes[*found]->folder : nullptr;
  }

  UnsyncedFile* file_of(std::uint64_t inode) const {
    const auto found = inodes.find(inode);
    return found == inodes.end() ? nullptr : &nodes[found->second]->file;
  }

  std::string add(const Event& event, NodeId node);
  std::string rename(const Event& event);
  std::string link(const Event& event);
  std::string remove(const Event& event);
  std::string know(const Event& event);
  std::string write(const Event& event);
  std::string begin_sync(const Event& event);
  std::string end_sync(const Event& event);
};

namespace {

std::string unknown(std::string_view what, const Event& event) {
  return std::string(what) + " of something unknown: " + event.path + " " + event.other;
}

} // namespace

std::string Disk::State::add(const Event& event, NodeId node) {
  auto* folder = folder_of(event.path);
  if (folder == nullptr) return unknown("creation", event);
  folder->change({.serial = serial,
                  .removed = {},
                  .added = std::string(split(event.path).second),
                  .node = node});
  return {};
}

std::string Disk::State::rename(const Event& event) {
  auto* from = folder_of(event.path);
  auto* to = folder_of(event.other);
  const auto node = find(event.path);
  if (from == nullptr || to == nullptr || !node) return unknown("rename", event);
  const std::string removed(split(event.path).second);
  const std::string added(split(event.other).second);
  if (from == to) {
    to->change({.serial = serial, .removed = removed, .added = added, .node = *node});
    return {};
  }
  // Between two folders a crash may show both names, or, against every journal's promise, neither.
  to->change({.serial = serial, .removed = {}, .added = added, .node = *node});
  from->change({.serial = serial, .removed = removed, .added = {}, .node = 0});
  return {};
}

std::string Disk::State::link(const Event& event) {
  auto* to = folder_of(event.other);
  const auto node = find(event.path);
  if (to == nullptr || !node) return unknown("link", event);
  to->change({.serial = serial,
              .removed = {},
              .added = std::string(split(event.other).second),
              .node = *node});
  return {};
}

std::string Disk::State::remove(const Event& event) {
  auto* folder = folder_of(event.path);
  if (folder == nullptr || !find(event.path)) return unknown("removal", event);
  folder->change(
      {.serial = serial, .removed = std::string(split(event.path).second), .added = {}, .node = 0});
  return {};
}

std::string Disk::State::know(const Event& event) {
  const auto found = find(event.path);
  if (found) {
    inodes[event.inode] = *found;
    return {};
  }
  // Without a name: made by O_TMPFILE, or removed while open. Nothing of it can be in an image.
  inodes[event.inode] = add_node(false);
  return {};
}

std::string Disk::State::write(const Event& event) {
  auto* file = file_of(event.inode);
  if (file == nullptr) return unknown("write", event);
  if (event.type == EventType::truncate)
    file->truncate(serial, event.number);
  else
    file->write(serial, event.number, event.data, (event.flags & Event::synced) != 0);
  return {};
}

std::string Disk::State::begin_sync(const Event& event) {
  if (event.inode != 0) {
    const auto found = inodes.find(event.inode);
    if (found == inodes.end()) return unknown("sync", event);
    syncs[event.number] = {.serial = serial, .node = found->second};
    return {};
  }
  const auto folder = find(event.path);
  if (!folder) return unknown("sync", event);
  syncs[event.number] = {.serial = serial, .node = *folder};
  return {};
}

std::string Disk::State::end_sync(const Event& event) {
  const auto found = syncs.find(event.number);
  if (found == syncs.end()) return "end of a sync that never began";
  if ((event.flags & Event::failed) == 0) {
    auto& node = *nodes[found->second.node];
    node.file.sync_before(found->second.serial);
    node.folder.sync_before(found->second.serial);
  }
  syncs.erase(found);
  return {};
}

Disk::Disk() : state_(std::make_unique<State>()) {}

Disk::~Disk() = default;

Disk::Disk(const Tree& tree) : Disk() {
  for (const auto& [path, content] : tree) {
    const bool is_folder = path.ends_with('/');
    const auto name = std::string_view(path).substr(0, path.size() - (is_folder ? 1 : 0));
    auto* folder = state_->folder_of(name);
    if (folder == nullptr) continue;
    const auto node = state_->add_node(is_folder);
    if (!is_folder) state_->nodes[node]->file = UnsyncedFile(content);
    folder->durable[std::string(split(name).second)] = node;
    folder->current[std::string(split(name).second)] = node;
  }
}

std::string Disk::apply(const Event& event) {
  ++state_->serial;
  switch (event.type) {
  case EventType::create: {
    const auto node = state_->add_node(false);
    state_->inodes[event.inode] = node;
    return state_->add(event, node);
  }
  case EventType::make_folder: return state_->add(event, state_->add_node(true));
  case EventType::known: return state_->know(event);
  case EventType::rename: return state_->rename(event);
  case EventType::link: return state_->link(event);
  case EventType::remove: return state_->remove(event);
  case EventType::write:
  case EventType::truncate: return state_->write(event);
  case EventType::sync_begin: return state_->begin_sync(event);
  case EventType::sync_end: return state_->end_sync(event);
  case EventType::mark: return {};
  case EventType::unseen: return event.data + " of " + event.path + " cannot be followed";
  }
  return "event of unknown type";
}

namespace {

// `entries_of` and `content_of` say what a node holds.
template <class EntriesOf, class ContentOf>
void gather(Tree& tree, const std::vector<std::unique_ptr<Node>>& nodes, NodeId folder,
            const std::string& prefix, const EntriesOf& entries_of, const ContentOf& content_of) {
  for (const auto& [name, id] : entries_of(nodes[folder]->folder)) {
    const auto path = prefix + name;
    if (nodes[id]->is_folder) {
      tree[path + "/"];
      gather(tree, nodes, id, path + "/", entries_of, content_of);
    } else {
      tree[path] = content_of(nodes[id]->file);
    }
  }
}

} // namespace

Tree Disk::current() const {
  Tree tree;
  gather(
      tree, state_->nodes, 0, "", [](const Folder& folder) { return folder.current; },
      [](const UnsyncedFile& file) { return file.current(); });
  return tree;
}

Tree Disk::after_power_cut(Loss loss, std::mt19937_64& random) const {
  std::uint64_t last = 0;
  for (const auto& node : state_->nodes) last = std::max(last, node->file.last_change());
  const auto loss_of = [&](const UnsyncedFile& file) {
    if (loss != Loss::other_files) return loss;
    return file.last_change() == last ? Loss::none : Loss::all;
  };
  Tree tree;
  gather(
      tree, state_->nodes, 0, "",
      [&](const Folder& folder) {
        return folder.after_power_cut(loss == Loss::other_files ? Loss::none : loss, random);
      },
      [&](const UnsyncedFile& file) { return file.after_power_cut(loss_of(file), random); });
  return tree;
}

Tree Disk::after_power_cut_within(const Event& write, Loss loss, std::mt19937_64& random) {
  auto* file = state_->file_of(write.inode);
  if (file == nullptr) return after_power_cut(loss, random);
  const auto before = *file;
  file->write(state_->serial + 1, write.number, write.data, false);
  auto tree = after_power_cut(loss, random);
  *file = before;
  return tree;
}

bool Disk::has_unsynced() const {
  return std::ranges::any_of(state_->nodes, [](const auto& node) {
    return node->file.has_unsynced() || !node->folder.changes.empty();
  });
}

} // namespace mox::test
