// Index rows that delivery left for later: sorted over thousands of messages, they fall on few
// pages. A message waits until both of its rows are there, so that one that is merged halfway is
// merged again after a crash, and readers, who look in both places, miss none meanwhile.
#include "store/background.h"
#include "store/format.h"
#include "store/store_state.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

namespace mox::store {

namespace {

// Rows on pages of their own make some 8 ms of a commit.
constexpr std::size_t index_rows_a_slice = 500;
// Rows that follow one another.
constexpr std::size_t waiting_rows_a_slice = 2000;
constexpr std::size_t max_messages = 8192;

using IndexRow = std::pair<std::uint64_t, MessageId>;

// What waited at one moment; the rows in the order of their indexes.
struct Waiting {
  std::vector<MessageId> messages;
  std::vector<IndexRow> subjects;
  std::vector<IndexRow> senders;
};

Result<Waiting> waiting_rows(const database::Database& database, AccountId account) try {
  Waiting waiting;
  const Key prefix(account, Table::pending);
  const auto transaction = database.read();
  auto cursor = transaction->cursor();
  for (bool there = cursor->seek(prefix);
       there && cursor->key().starts_with(prefix) && waiting.messages.size() < max_messages;
       there = cursor->next()) {
    const MessageId message{key_u64(cursor->key(), key_body)};
    const auto record = decode_pending(cursor->value());
    waiting.messages.push_back(message);
    if (record.subject_hash != 0) waiting.subjects.emplace_back(record.subject_hash, message);
    if (record.sender_hash != 0) waiting.senders.emplace_back(record.sender_hash, message);
  }
  std::ranges::sort(waiting.subjects);
  std::ranges::sort(waiting.senders);
  return waiting;
} catch (const database::Failure& failure) {

  return std::unexpected(failure.error());
}

// `change` is called with the transaction and each slice in turn.
template <class Row, class Change>
Result<> in_slices(Store::State& store, std::span<const Row> rows, std::size_t slice_size,
                   const Stopping& stopping, Change change) {
  while (!rows.empty() && !stopping()) {
    const auto slice = rows.first(std::min(rows.size(), slice_size));
    MOX_TRY(run_change(store, [&](Txn& transaction) {
      change(transaction.state(), slice);
      return ok();
    }));
    rows = rows.subspan(slice.size());
  }
  return ok();
}

Result<> put_index(Store::State& store, AccountId account, Table table,
                   std::span<const IndexRow> rows, const Stopping& stopping) {
  return in_slices(store, rows, index_rows_a_slice, stopping, [&](Txn::State& state, auto slice) {
    auto cursor = state.db.write_cursor();
    for (const auto& [hash, message] : slice) {
      // It may have been deleted for good since.
      if (!state.db.get(Key(account, Table::pending).message(message))) continue;
      cursor->put(Key(account, table).u64(hash).message(message), {});
    }
  });
}

Result<> end_waiting(Store::State& store, AccountId account, std::span<const MessageId> messages,
                     const Stopping& stopping) {
  return in_slices(store, messages, waiting_rows_a_slice, stopping,
                   [&](Txn::State& state, auto slice) {
                     for (const auto message : slice) {
                       state.db.erase(Key(account, Table::pending).message(message));
                     }
                   });
}

} // namespace

Result<> run_change(Store::State& store, std::move_only_function<Result<>(Txn&)> change) {
  auto outcome = store.writer->run(std::move(change), false);
  if (outcome.bug) std::rethrow_exception(outcome.bug);
  return outcome.result;
}

Result<> merge_pending(Store::State& store, AccountId account, const Stopping& stopping) {
  for (;;) {
    MOX_TRY_ASSIGN(waiting, waiting_rows(*store.database, account));
    MOX_TRY(put_index(store, account, Table::subject, waiting.subjects, stopping));
    MOX_TRY(put_index(store, account, Table::sender, waiting.senders, stopping));
    if (stopping()) return ok();
    MOX_TRY(end_waiting(store, account, waiting.messages, stopping));
    if (stopping() || waiting.messages.size() < max_messages) return ok();
  }
}

} // namespace mox::store
