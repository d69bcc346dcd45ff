#include "sendmail/flush.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace mox::sendmail {

namespace {

bool has(const std::vector<RecipientState>& states, RecipientState state) {
  return std::ranges::find(states, state) != states.end();
}

class Round {
public:
  Round(const FlushPolicy& policy, const Clock& clock, const FlushTasks& tasks)
      : policy_(policy), clock_(clock), tasks_(tasks) {}

  void take(Result<std::optional<SpoolClaim>> claim) {
    if (!claim) {
      result.problems.push_back(std::move(claim).error());
    } else if (!*claim) {
      ++result.busy;
    } else if (auto done = handle(**claim); !done) {
      result.problems.push_back(std::move(done).error());
    }
  }

  FlushResult result;

private:
  Result<> handle(SpoolClaim& claim) {
    const SpoolEntry& entry = claim.entry();
    if (entry.status.state == SpoolState::failed) return handle_failed(claim);
    // A removal failed, or a crash came before it.
    if (!has(entry.envelope.states, RecipientState::waiting))
      return settle(claim, entry.status.reason, entry.envelope.states);
    if (is_due(entry.status)) return attempt(claim);
    ++result.waiting;
    return ok();
  }

  // A last try in the future is one of a clock that was wrong.
  bool is_due(const SpoolStatus& status) const {
    const auto age = seconds_since(status.last_try);
    return status.tries == 0 || age < 0 || age >= policy_.interval.count();
  }

  Result<> attempt(SpoolClaim& claim) {
    auto status = claim.entry().status;
    ++status.tries;
    status.last_try = unix_seconds(clock_.wall());
    MOX_TRY(claim.record(status, claim.entry().envelope.states));
    auto made = tasks_.send(claim);
    result.unreachable = made.unreachable;
    auto states = claim.entry().envelope.states;
    for (std::size_t i = 0; i < std::min(states.size(), made.states.size()); ++i)
      if (states[i] == RecipientState::waiting) states[i] = made.states[i];
    if (!has(states, RecipientState::waiting) || is_too_old(claim.entry()))
      return settle(claim, std::move(made.reason), states);
    ++result.waiting;
    return record(claim, SpoolState::waiting, std::move(made.reason), states);
  }

  // Nobody waits any more, or nobody will wait any longer. `states` is a copy: record() changes
  // those of the claim.
  Result<> settle(SpoolClaim& claim, std::string reason, std::vector<RecipientState> states) {
    const bool all_accepted =
        !has(states, RecipientState::waiting) && !has(states, RecipientState::refused);
    if (!all_accepted) {
      ++result.failed;
      return record(claim, SpoolState::failed, std::move(reason), states);
    }
    ++result.sent;
    auto removed = claim.remove();
    if (removed) return removed;
    // What cannot be removed must not be sent a second time.
    MOX_TRY(record(claim, SpoolState::waiting, removed.error().text, states));
    return removed;
  }

  Result<> handle_failed(const SpoolClaim& claim) {
    if (seconds_since(claim.entry().status.last_try) < policy_.keep_failed.count()) {
      ++result.failed;
      return ok();
    }
    MOX_TRY(tasks_.report(claim));
    ++result.reported;
    return claim.remove();
  }

  static Result<> record(SpoolClaim& claim, SpoolState state, std::string reason,
                         const std::vector<RecipientState>& states) {
    auto status = claim.entry().status;
    status.state = state;
    status.reason = std::move(reason);
    return claim.record(std::move(status), states);
  }

  bool is_too_old(const SpoolEntry& entry) const {
    return entry.status.tries >= policy_.least_tries &&
           seconds_since(entry.head.created) >= policy_.give_up_after.count();
  }

  // Times in files are anybody's, so nothing may overflow.
  std::int64_t seconds_since(std::int64_t time) const {
    const auto now = unix_seconds(clock_.wall());
    std::int64_t difference = 0;
    if (!__builtin_sub_overflow(now, time, &difference)) return difference;
    return time > 0 ? INT64_MIN : INT64_MAX;
  }

  const FlushPolicy& policy_;
  const Clock& clock_;
  const FlushTasks& tasks_;
};

} // namespace

Result<FlushResult> flush(const Spool& spool, const FlushPolicy& policy, const Clock& clock,
                          const FlushTasks& tasks) {
  MOX_TRY(spool.remove_leftovers(unix_seconds(clock.wall())));
  MOX_TRY_ASSIGN(ids, spool.ids());
  Round round(policy, clock, tasks);
  for (const auto& id : ids) {
    if (clock.steady() >= policy.until) break;
    round.take(spool.claim(id));
    if (round.result.unreachable) break;
  }
  return std::move(round.result);
}

} // namespace mox::sendmail
