// Index rows that delivery left for later: sorted over thousands of messages, they fall on few
// pages. A message waits until all of its rows are there, so that one that got some of them before
// a crash gets them again, and readers, who look in both places, miss none meanwhile.
#include "store/background.h"
#include "store/indexes.h"
#include "store/store_state.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <span>
#include <utility>
#include <vector>

namespace mox::store {

namespace {

constexpr std::size_t max_messages = 8192;

using IndexRow = std::pair<std::uint64_t, MessageId>;

// What waited at one moment; the rows in the order of their tables.
struct Waiting {
  std::size_t messages = 0;
  MessageId end{}; // after the last of them
  std::array<std::vector<IndexRow>, indexes.size()> rows;
};

Result<Waiting> waiting_rows(const database::Database& database, AccountId account) try {
  Waiting waiting;
  const auto transaction = database.read();
  const auto row = transaction->get(Key(account, Table::account));
  if (!row) return waiting;
  const auto owner = decode_account(*row);
  waiting.end = MessageId{owner.indexed};
  if (owner.indexed == owner.next_message) return waiting;
  auto cursor = transaction->cursor();
  for (bool there = cursor->seek(Key(account, Table::content).u64(owner.indexed));
       there && in_table(cursor->key(), account, Table::content) && waiting.messages < max_messages;
       there = cursor->next(), ++waiting.messages) {
    const auto id = key_u64(cursor->key(), key_body);
    const auto record = decode_content(cursor->value());
    for (std::size_t i = 0; i < indexes.size(); ++i) {
      const auto number = indexes[i].number(record);
      if (number != 0) waiting.rows[i].emplace_back(number, MessageId{id});
    }
    waiting.end = MessageId{id + 1};
  }
  for (auto& rows : waiting.rows) std::ranges::sort(rows);
  return waiting;
} catch (const database::Failure& failure) {

  return std::unexpected(failure.error());
}

// How many rows one change puts. In a small index hundreds fall on one page and cost little, in a
// large one each is on a page of its own; what the last ones took decides. A delivery waits for two
// at most.
class SliceSize {
public:
  std::size_t rows() const { return rows_; }

  // So few may be for pages that are not in memory.
  bool is_small() const { return rows_ <= first; }

  void took(std::chrono::steady_clock::duration time) {
    if (time > std::chrono::milliseconds(6)) {
      rows_ = std::max<std::size_t>(rows_ / 2, 64);
    } else if (time < std::chrono::milliseconds(3)) {
      rows_ = std::min<std::size_t>(rows_ * 2, 1024);
    }
  }

private:
  static constexpr std::size_t first = 256;
  std::size_t rows_ = first;
};

// Has the pages on which the rows will fall read here, so that the writer need not wait for them.
Result<> read_pages(const database::Database& database, AccountId account, Table table,
                    std::span<const IndexRow> rows) try {
  const auto transaction = database.read();
  const auto cursor = transaction->cursor();
  for (const auto& [number, message] : rows) {
    cursor->seek(Key(account, table).u64(number).message(message));
  }
  return ok();
} catch (const database::Failure& failure) {

  return std::unexpected(failure.error());
}

Result<> put_rows(Store::State& store, AccountId account, Table table,
                  std::span<const IndexRow> rows, SliceSize& size, const Stopping& stopping) {
  while (!rows.empty() && !stopping()) {
    const auto slice = rows.first(std::min(rows.size(), size.rows()));
    if (size.is_small()) MOX_TRY(read_pages(*store.database, account, table, slice));
    const auto begin = std::chrono::steady_clock::now();
    MOX_TRY(run_change(store, [&](Txn& transaction) {
      auto& db = transaction.state().db;
      auto cursor = db.write_cursor();
      for (const auto& [number, message] : slice) {
        // It may have been deleted for good since.
        if (!db.get(Key(account, Table::content).message(message))) continue;
        cursor->put(Key(account, table).u64(number).message(message), {});
      }
      return ok();
    }));
    size.took(std::chrono::steady_clock::now() - begin);
    rows = rows.subspan(slice.size());
  }
  return ok();
}

Result<> end_waiting(Store::State& store, AccountId account, MessageId end) {
  return run_change(store, [&](Txn& transaction) -> Result<> {
    auto& state = transaction.state();
    MOX_TRY_ASSIGN(owner, state.account(account));
    owner.indexed = static_cast<std::uint64_t>(end);
    state.put(account, owner);
    return ok();
  });
}

} // namespace

Result<> run_change(Store::State& store, std::move_only_function<Result<>(Txn&)> change) {
  auto outcome = store.writer->run(std::move(change), false);
  if (outcome.bug) std::rethrow_exception(outcome.bug);
  return outcome.result;
}

Result<> merge_indexes(Store::State& store, AccountId account, const Stopping& stopping) {
  SliceSize size;
  for (;;) {
    MOX_TRY_ASSIGN(waiting, waiting_rows(*store.database, account));
    if (waiting.messages == 0) return ok();
    for (std::size_t i = 0; i < indexes.size(); ++i) {
      MOX_TRY(put_rows(store, account, indexes[i].table, waiting.rows[i], size, stopping));
    }
    if (stopping()) return ok();
    MOX_TRY(end_waiting(store, account, waiting.end));
    if (waiting.messages < max_messages) return ok();
  }
}

} // namespace mox::store
