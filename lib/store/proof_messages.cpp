#include "store/proof_messages.h"

#include "store/indexes.h"
#include "store/row_words.h"

#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace mox::store {

namespace {

class MessagesProof {
public:
  MessagesProof(const AccountInProof& account, PlacedMessages placed, BlobProof& blobs)
      : account_(account), placed_(std::move(placed)), blobs_(blobs) {}

  void run();

private:
  void check_contents();
  void check_content(std::uint64_t id, const ContentRecord& record);
  void check_parts(std::uint64_t id, const Content& content) const;
  void check_renderings() const;
  void check_threads() const;
  void check_index(const Index& index);

  bool waits(std::uint64_t id) const { return !account_.record || id >= account_.record->indexed; }

  const ContentRecord* find(std::uint64_t id) const {
    const auto found = contents_.find(id);
    return found == contents_.end() ? nullptr : &found->second;
  }

  template <class... Values>
  void wrong(std::string_view kind, fmt::format_string<Values...> text, Values&&... values) const {
    account_.findings.wrong(kind, text, std::forward<Values>(values)...);
  }

  const AccountInProof& account_;
  PlacedMessages placed_;
  BlobProof& blobs_;
  std::unordered_map<std::uint64_t, ContentRecord> contents_;
  // Rows of these are held against nothing.
  std::unordered_set<std::uint64_t> unreadable_;
};

void MessagesProof::run() {
  check_contents();
  check_renderings();
  check_threads();
  if (const auto& record = account_.record; record && record->indexed > record->next_message) {
    wrong("account", "{} has rows in the indexes up to message {}, but {} came", account_.name,
          record->indexed - 1, record->next_message - 1);
  }
  for (const auto& index : indexes) check_index(index);
}

void MessagesProof::check_contents() {
  account_.rows.each_record(
      account_.id, Table::content, decode_content,
      [&](std::string_view key, const ContentRecord& record) {
        const auto id = key_u64(key, key_body);
        contents_.emplace(id, record);
        check_content(id, record);
        blobs_.add_content(account_, MessageId{id}, record);
        check_parts(id, record.content);
      },
      [&](std::string_view key) {
        unreadable_.insert(key_u64(key, key_body));
        blobs_.add_unreadable_content();
      });
  for (const auto& [id, references] : placed_.references) {
    if (!contents_.contains(id) && !unreadable_.contains(id)) {
      wrong("content", "message {} of {} is placed but has no content", id, account_.name);
    }
  }
}

void MessagesProof::check_content(std::uint64_t id, const ContentRecord& record) {
  const auto& content = record.content;
  const auto found = placed_.references.find(id);
  const auto references = found == placed_.references.end() ? 0 : found->second;
  if (content.references != references && !placed_.lost.explain(references, content.references)) {
    wrong("content", "message {} of {} has {} references, its record says {}", id, account_.name,
          references, content.references);
  }
  if (account_.record && id >= account_.record->next_message) {
    wrong("content", "message id {} is too high", id);
  }
  if (const auto size = placed_.sizes.find(id);
      size != placed_.sizes.end() && size->second != content.size) {
    wrong("content", "message {} of {} has {} bytes, its placement says {}", id, account_.name,
          content.size, size->second);
  }
}

void MessagesProof::check_parts(std::uint64_t id, const Content& content) const {
  const auto& rows = account_.rows;
  const auto rendering_row = rows.get(Key(account_.id, Table::rendering).u64(id));
  const auto blob_row =
      rows.get(Key(no_account, Table::blob).u64(static_cast<std::uint64_t>(content.blob)));
  if (!rendering_row || !blob_row) {
    wrong("content", "message {} of {} has no rendering or no blob", id, account_.name);
    return;
  }
  const auto rendering = if_readable(decode_rendering, *rendering_row);
  const auto blob = if_readable(decode_blob, *blob_row);
  if (rendering && blob && rendering->prefix.size() + blob->location.length != content.size) {
    wrong("content", "message {} of {} is not as large as its parts", id, account_.name);
  }
}

void MessagesProof::check_renderings() const {
  account_.rows.each_record(
      account_.id, Table::rendering, decode_rendering, [&](std::string_view key, const Rendering&) {
        const auto id = key_u64(key, key_body);
        if (find(id) == nullptr && !unreadable_.contains(id)) {
          wrong("rendering", "message {} of {} has no content", id, account_.name);
        }
      });
}

void MessagesProof::check_threads() const {
  for (const auto& [id, record] : contents_) {
    const auto thread = static_cast<std::uint64_t>(record.content.thread);
    // A thread is named after its first message, which may be gone.
    if (thread == 0 || thread > id) wrong("thread", "message {} has no thread", id);
  }
}

// Each message that does not wait has its row, and every row belongs to a message.
void MessagesProof::check_index(const Index& index) {
  const auto name = table_words(index.table);
  std::size_t expected = 0;
  for (const auto& [id, record] : contents_) {
    const auto number = index.number(record);
    if (waits(id) || number == 0) continue;
    ++expected;
    if (!account_.rows.has(Key(account_.id, index.table).u64(number).u64(id))) {
      wrong(name, "message {} of {} is not found by its own", id, account_.name);
    }
  }
  std::size_t count = 0;
  account_.rows.each(account_.id, index.table, [&](std::string_view key, std::string_view) {
    const auto id = key_u64(key, key_body + 8);
    if (unreadable_.contains(id)) return;
    const auto* waiting = waits(id) ? find(id) : nullptr;
    if (waiting == nullptr || index.number(*waiting) != key_u64(key, key_body)) ++count;
  });
  if (count != expected) wrong(name, "rows of {} belong to no message", account_.name);
}

} // namespace

void prove_messages(const AccountInProof& account, PlacedMessages placed, BlobProof& blobs) {
  MessagesProof(account, std::move(placed), blobs).run();
}

} // namespace mox::store
