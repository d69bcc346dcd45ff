#include "store/login_attempts.h"

#include "store/accounts.h"
#include "store/background.h"
#include "store/keyed_hash.h"
#include "store/store_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace mox::store {

namespace {

constexpr std::size_t longest_text = 512;
constexpr std::size_t rows_a_slice = 500;
// So many of a full list go at once: each time all of it is looked through.
constexpr std::size_t share_to_drop = 40;

Key total_key() {
  return {no_account, Table::login_attempts};
}

Key row_key(AccountId account, std::uint64_t hash) {
  return Key(account, Table::login_attempt).u64(hash);
}

Key counts_key(AccountId account) {
  return {account, Table::login_attempt_counts};
}

// Of all that makes attempts alike.
std::uint64_t hash_of(const Txn::State& state, LoginAttempt attempt) {
  attempt.first = 0;
  attempt.last = 0;
  attempt.count = 0;
  return keyed_hash(state.workshop.hash_key, encode(attempt));
}

Result<> check(const LoginAttempt& attempt) {
  for (const auto* text :
       {&attempt.login, &attempt.remote, &attempt.local, &attempt.tls, &attempt.client_key,
        &attempt.protocol, &attempt.program, &attempt.mechanism, &attempt.result}) {
    if (text->size() > longest_text) {
      return failure(ErrorKind::invalid, fmt::format("a text of a login attempt has {} bytes, at "
                                                     "most {} are allowed",
                                                     text->size(), longest_text));
    }
  }
  return ok();
}

// How many rows there are, while a closure changes them.
class Numbers {
public:
  Numbers(Txn::State& state, AccountId account) : state_(state), account_(account) {
    if (const auto row = state.db.get(counts_key(account))) {
      counts_ = decode_login_attempt_counts(*row);
    }
    if (const auto row = state.db.get(total_key())) total_ = decode_u64(*row);
  }

  void add(bool succeeded) {
    ++of(succeeded);
    ++total_;
  }

  void take(bool succeeded) {
    auto& count = of(succeeded);
    count -= std::min(count, 1U);
    total_ -= std::min<std::uint64_t>(total_, 1);
  }

  // One more of the kind must take the place of others. When there are too many in all, that falls
  // to those that the account has; its first one always finds room.
  bool full(bool succeeded) {
    const auto& limits = state_.workshop.login_attempts;
    const auto count = of(succeeded);
    return count >= limits.account || (count != 0 && total_ >= limits.all);
  }

  void put() const {
    if (counts_.succeeded == 0 && counts_.failed == 0) {
      state_.db.erase(counts_key(account_));
    } else {
      state_.db.put(counts_key(account_), encode(counts_));
    }
    state_.db.put(total_key(), encode_u64(total_));
  }

private:
  std::uint32_t& of(bool succeeded) { return succeeded ? counts_.succeeded : counts_.failed; }

  Txn::State& state_;
  AccountId account_;
  LoginAttemptCounts counts_;
  std::uint64_t total_ = 0;
};

struct Row {
  std::int64_t last = 0;
  std::uint64_t hash = 0;
};

// visit(hash, attempt)
template <class Visit>
void each_attempt(const database::ReadTransaction& transaction, AccountId account, Visit visit) {
  const Key prefix(account, Table::login_attempt);
  const auto cursor = transaction.cursor();
  for (bool there = cursor->seek(prefix); there && cursor->key().starts_with(prefix);
       there = cursor->next()) {
    visit(key_u64(cursor->key(), key_body), decode_login_attempt(cursor->value()));
  }
}

void drop_oldest(Txn::State& state, AccountId account, bool succeeded, Numbers& numbers) {
  std::vector<Row> rows;
  each_attempt(state.db, account, [&](std::uint64_t hash, const LoginAttempt& attempt) {
    if (attempt.succeeded() == succeeded) rows.push_back({attempt.last, hash});
  });
  if (rows.empty()) return;
  const auto count = std::max<std::size_t>(rows.size() / share_to_drop, 1);
  std::ranges::nth_element(rows, rows.begin() + static_cast<std::ptrdiff_t>(count - 1), {},
                           &Row::last);
  for (const auto& row : std::span(rows).first(count)) {
    state.db.erase(row_key(account, row.hash));
    numbers.take(succeeded);
  }
}

// False when there is none to keep them for.
bool has_rows(const Txn::State& state, AccountId account) {
  if (account == no_account) return true;
  const auto record = state.account(account);
  return record && record->name != retired_name(account);
}

Result<> trim_slice(Txn::State& state, AccountId account, std::int64_t cutoff,
                    std::span<const std::uint64_t> hashes) {
  Numbers numbers(state, account);
  for (const auto hash : hashes) {
    const auto key = row_key(account, hash);
    const auto row = state.db.get(key);
    if (!row) continue;
    const auto attempt = decode_login_attempt(*row);
    if (attempt.last > cutoff) continue; // it came back
    numbers.take(attempt.succeeded());
    state.db.erase(key);
  }
  numbers.put();
  return ok();
}

} // namespace

Result<> add_login_attempt(Txn::State& state, AccountId account, const LoginAttempt& attempt) {
  MOX_TRY(check(attempt));
  if (!has_rows(state, account)) return ok();
  const auto key = row_key(account, hash_of(state, attempt));
  if (const auto row = state.db.get(key)) {
    auto known = decode_login_attempt(*row);
    known.first = std::min(known.first, attempt.first);
    known.last = std::max(known.last, attempt.last);
    known.count += attempt.count;
    state.db.put(key, encode(known));
    return ok();
  }
  Numbers numbers(state, account);
  const bool succeeded = attempt.succeeded();
  if (numbers.full(succeeded)) drop_oldest(state, account, succeeded, numbers);
  state.db.put(key, encode(attempt));
  numbers.add(succeeded);
  numbers.put();
  return ok();
}

void remove_login_attempts(Txn::State& state, AccountId account) {
  Numbers numbers(state, account);
  bool any = false;
  const Key prefix(account, Table::login_attempt);
  {
    const auto cursor = state.db.write_cursor();
    for (bool there = cursor->seek(prefix); there && cursor->key().starts_with(prefix);
         there = cursor->next()) {
      numbers.take(decode_login_attempt(cursor->value()).succeeded());
      cursor->erase();
      any = true;
    }
  }
  if (any) numbers.put();
}

Result<> trim_login_attempts(Store::State& store, AccountId account, std::int64_t cutoff,
                             const Stopping& stopping) {
  std::vector<std::uint64_t> old;
  each_attempt(*store.database->read(), account,
               [&](std::uint64_t hash, const LoginAttempt& attempt) {
                 if (attempt.last <= cutoff) old.push_back(hash);
               });
  std::span<const std::uint64_t> left = old;
  while (!left.empty() && !stopping()) {
    const auto slice = left.first(std::min(left.size(), rows_a_slice));
    MOX_TRY(run_change(store, [&](Txn& transaction) {
      return trim_slice(transaction.state(), account, cutoff, slice);
    }));
    left = left.subspan(slice.size());
  }
  return ok();
}

} // namespace mox::store
