// The engine in memory: a treap whose nodes never change, so that a snapshot is a pointer to a
// root.
#include "database/database.h"

#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace mox::database {

namespace {

struct Entry {
  std::string key;
  std::string value;
};

struct Node;
using Tree = std::shared_ptr<const Node>;

struct Node {
  std::shared_ptr<Entry> entry;
  std::uint64_t priority = 0;
  Tree left;
  Tree right;

  std::string_view key() const { return entry->key; }
};

// The priority is a hash of the key, which makes the shape depend on the keys alone.
std::uint64_t priority_of(std::string_view key) {
  std::uint64_t hash = std::hash<std::string_view>{}(key);
  hash ^= hash >> 31U;
  hash *= 0x9E3779B97F4A7C15ULL;
  return hash ^ (hash >> 29U);
}

Tree with_children(const Node& node, Tree left, Tree right) {
  return std::make_shared<const Node>(
      Node{node.entry, node.priority, std::move(left), std::move(right)});
}

// Entries below `key`, and those at or above it.
std::pair<Tree, Tree> split(const Tree& tree, std::string_view key) {
  if (!tree) return {};
  if (tree->key() < key) {
    auto [left, right] = split(tree->right, key);
    return {with_children(*tree, tree->left, std::move(left)), std::move(right)};
  }
  auto [left, right] = split(tree->left, key);
  return {std::move(left), with_children(*tree, std::move(right), tree->right)};
}

Tree merge(const Tree& left, const Tree& right) {
  if (!left) return right;
  if (!right) return left;
  if (left->priority >= right->priority) {
    return with_children(*left, left->left, merge(left->right, right));
  }
  return with_children(*right, merge(left, right->left), right->right);
}

const Node* find(const Tree& tree, std::string_view key) {
  const Node* node = tree.get();
  while (node != nullptr) {
    const int order = key.compare(node->key());
    if (order == 0) return node;
    node = (order < 0 ? node->left : node->right).get();
  }
  return nullptr;
}

Tree insert(const Tree& tree, const std::shared_ptr<Entry>& entry, std::uint64_t priority) {
  if (!tree) return std::make_shared<const Node>(Node{entry, priority, {}, {}});
  const int order = std::string_view(entry->key).compare(tree->key());
  if (order == 0)
    return std::make_shared<const Node>(Node{entry, priority, tree->left, tree->right});
  if (tree->priority < priority) {
    auto [left, right] = split(tree, entry->key);
    return std::make_shared<const Node>(Node{entry, priority, std::move(left), std::move(right)});
  }
  if (order < 0) return with_children(*tree, insert(tree->left, entry, priority), tree->right);
  return with_children(*tree, tree->left, insert(tree->right, entry, priority));
}

// `key` must be there.
Tree remove(const Tree& tree, std::string_view key) {
  const int order = key.compare(tree->key());
  if (order == 0) return merge(tree->left, tree->right);
  if (order < 0) return with_children(*tree, remove(tree->left, key), tree->right);
  return with_children(*tree, tree->left, remove(tree->right, key));
}

// What a transaction looks at: the root, and how often it was changed by this transaction.
struct View {
  Tree root;
  std::uint64_t changes = 0;
};

// Walks with a stack of the ancestors at which it turned left; after a change it finds its place
// again by key.
template <class Base> class MemoryCursorOf : public Base {
public:
  explicit MemoryCursorOf(const View& view) : view_(&view) {}

  bool seek(std::string_view key) override { return descend(std::string(key), false); }

  bool seek_below(std::string_view key) override {
    const Node* best = nullptr;
    const Node* node = view_->root.get();
    while (node != nullptr) {
      if (node->key() < key) {
        best = node;
        node = node->right.get();
      } else {
        node = node->left.get();
      }
    }
    if (best == nullptr) return stand_on_none();
    return descend(best->entry->key, false);
  }

  bool next() override {
    if (!standing_ && !erased_) return false;
    if (erased_ || changes_ != view_->changes) return descend(std::string(place_), true);
    const Node* node = path_.back()->right.get();
    path_.pop_back();
    push_left(node);
    return stand();
  }

  bool previous() override {
    if (!standing_ && !erased_) return false;
    return seek_below(std::string(place_));
  }

protected:
  bool descend(std::string key, bool above) {
    path_.clear();
    const Node* node = view_->root.get();
    while (node != nullptr) {
      if (node->key() < key || (above && node->key() == key)) {
        node = node->right.get();
      } else {
        path_.push_back(node);
        node = node->left.get();
      }
    }
    changes_ = view_->changes;
    return stand();
  }

  void push_left(const Node* node) {
    for (; node != nullptr; node = node->left.get()) path_.push_back(node);
  }

  bool stand() {
    erased_ = false;
    if (path_.empty()) return stand_on_none();
    standing_ = true;
    place_ = path_.back()->entry->key;
    this->key_ = path_.back()->entry->key;
    this->value_ = path_.back()->entry->value;
    return true;
  }

  bool stand_on_none() {
    standing_ = erased_ = false;
    this->key_ = this->value_ = {};
    return false;
  }

  const View* view_;
  std::vector<const Node*> path_;
  std::string place_;
  std::uint64_t changes_ = 0;
  bool standing_ = false;
  bool erased_ = false;
};

using MemoryCursor = MemoryCursorOf<Cursor>;

void check_key(std::string_view key) {
  if (key.empty() || key.size() > max_key_size) throw std::logic_error("database: bad key size");
}

class MemoryWrite final : public WriteTransaction {
public:
  explicit MemoryWrite(Tree root) { view_.root = std::move(root); }

  std::optional<std::string_view> get(std::string_view key) const override {
    const Node* node = find(view_.root, key);
    if (node == nullptr) return std::nullopt;
    return node->entry->value;
  }

  std::unique_ptr<Cursor> cursor() const override { return std::make_unique<MemoryCursor>(view_); }

  std::unique_ptr<WriteCursor> write_cursor() override;

  void reset() override { throw std::logic_error("database: reset of a write transaction"); }

  void renew() override { throw std::logic_error("database: renew of a write transaction"); }

  void put(std::string_view key, std::string_view value) override {
    check_key(key);
    note_put(key, value);
    add(std::make_shared<Entry>(Entry{std::string(key), std::string(value)}));
  }

  std::span<char> reserve(std::string_view key, std::size_t size) override {
    check_key(key);
    auto entry = std::make_shared<Entry>(Entry{std::string(key), std::string(size, '\0')});
    note_reserve(key, size);
    note_reserved(entry->value);
    add(entry);
    return entry->value;
  }

  bool erase(std::string_view key) override {
    if (find(view_.root, key) == nullptr) return false;
    const std::string own(key);
    note_erase(own);
    view_.root = remove(view_.root, own);
    ++view_.changes;
    return true;
  }

  Result<> nested(const std::function<Result<>(WriteTransaction&)>& change) override {
    MemoryWrite child(view_.root);
    MOX_TRY(change(child));
    view_.root = child.view_.root;
    ++view_.changes;
    note_nested(child);
    return ok();
  }

  const Tree& root() const { return view_.root; }

private:
  void add(const std::shared_ptr<Entry>& entry) {
    view_.root = insert(view_.root, entry, priority_of(entry->key));
    ++view_.changes;
  }

  View view_;
};

class MemoryWriteCursor final : public MemoryCursorOf<WriteCursor> {
public:
  MemoryWriteCursor(const View& view, MemoryWrite& transaction)
      : MemoryCursorOf(view), transaction_(&transaction) {}

  void put(std::string_view key, std::string_view value) override {
    std::string own(key);
    transaction_->put(own, value);
    descend(std::move(own), false);
  }

  void replace(std::string_view value) override {
    if (!standing_) throw std::logic_error("database: replace without an entry");
    put(std::string(place_), value);
  }

  void erase() override {
    if (!standing_) throw std::logic_error("database: erase without an entry");
    transaction_->erase(place_);
    key_ = value_ = {};
    standing_ = false;
    erased_ = true;
  }

private:
  MemoryWrite* transaction_;
};

std::unique_ptr<WriteCursor> MemoryWrite::write_cursor() {
  return std::make_unique<MemoryWriteCursor>(view_, *this);
}

class MemoryDatabase final : public Database {
public:
  std::unique_ptr<ReadTransaction> read() const override;

  Result<> write(const std::function<Result<>(WriteTransaction&)>& change) override {
    MemoryWrite transaction(newest());
    MOX_TRY(change(transaction));
    const std::scoped_lock lock(mutex_);
    root_ = transaction.root();
    return ok();
  }

  std::string_view description() const override { return "in memory"; }

  Tree newest() const {
    const std::scoped_lock lock(mutex_);
    return root_;
  }

private:
  mutable std::mutex mutex_;
  Tree root_;
};

class MemoryRead final : public ReadTransaction {
public:
  explicit MemoryRead(const MemoryDatabase& database)
      : database_(&database), view_{database.newest(), 0} {}

  std::optional<std::string_view> get(std::string_view key) const override {
    const Node* node = find(view_.root, key);
    if (node == nullptr) return std::nullopt;
    return node->entry->value;
  }

  std::unique_ptr<Cursor> cursor() const override { return std::make_unique<MemoryCursor>(view_); }

  void reset() override { view_.root.reset(); }

  void renew() override { view_.root = database_->newest(); }

private:
  const MemoryDatabase* database_;
  View view_;
};

std::unique_ptr<ReadTransaction> MemoryDatabase::read() const {
  return std::make_unique<MemoryRead>(*this);
}

} // namespace

std::unique_ptr<Database> open_memory() {
  return std::make_unique<MemoryDatabase>();
}

} // namespace mox::database
