// Index rows that delivery left for later: sorted, they fall on few pages.
#include "store/background.h"
#include "store/format.h"
#include "store/store_state.h"

#include <algorithm>
#include <utility>

namespace mox::store {

namespace {

constexpr std::size_t rows_a_slice = 1000;

using IndexRow = std::pair<std::uint64_t, MessageId>;

void put_sorted(Txn::State& state, AccountId account, Table table, std::vector<IndexRow>& rows) {
  std::ranges::sort(rows);
  auto cursor = state.db.write_cursor();
  for (const auto& [hash, message] : rows) {
    cursor->put(Key(account, table).u64(hash).message(message), {});
  }
}

// False when nothing is left.
bool merge_slice(Txn::State& state, AccountId account) {
  const Key prefix(account, Table::pending);
  std::vector<IndexRow> subjects;
  std::vector<IndexRow> senders;
  std::size_t count = 0;
  {
    auto cursor = state.db.write_cursor();
    for (bool there = cursor->seek(prefix);
         there && cursor->key().starts_with(prefix) && count < rows_a_slice;
         there = cursor->next(), ++count) {
      const MessageId message{key_u64(cursor->key(), key_body)};
      const auto record = decode_pending(cursor->value());
      if (record.subject_hash != 0) subjects.emplace_back(record.subject_hash, message);
      if (record.sender_hash != 0) senders.emplace_back(record.sender_hash, message);
      cursor->erase();
    }
  }
  put_sorted(state, account, Table::subject, subjects);
  put_sorted(state, account, Table::sender, senders);
  return count == rows_a_slice;
}

} // namespace

Result<> run_change(Store::State& store, std::move_only_function<Result<>(Txn&)> change) {
  auto outcome = store.writer->run(std::move(change), false);
  if (outcome.bug) std::rethrow_exception(outcome.bug);
  return outcome.result;
}

Result<> merge_pending(Store::State& store, AccountId account, const Stopping& stopping) {
  for (bool more = true; more && !stopping();) {
    MOX_TRY(run_change(store, [&](Txn& transaction) {
      more = merge_slice(transaction.state(), account);
      return ok();
    }));
  }
  return ok();
}

} // namespace mox::store
