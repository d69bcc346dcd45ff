#include "store/proof_login_attempts.h"

#include <optional>

namespace mox::store {

std::uint64_t prove_login_attempts(const ProofRows& rows, Findings& findings, AccountId account,
                                   std::string_view name) {
  std::uint64_t succeeded = 0;
  std::uint64_t failed = 0;
  std::uint64_t lost = 0;
  rows.each_record(
      account, Table::login_attempt, decode_login_attempt,
      [&](std::string_view, const LoginAttempt& attempt) {
        ++(attempt.succeeded() ? succeeded : failed);
      },
      [&](std::string_view) { ++lost; });
  const auto number = succeeded + failed + lost;
  const Key key(account, Table::login_attempt_counts);
  const auto row = rows.get(key);
  std::optional<LoginAttemptCounts> counts{LoginAttemptCounts{}};
  if (row) counts = if_readable(decode_login_attempt_counts, *row);
  if (!counts) {
    rows.report_damage(key);
    return number;
  }
  // One that cannot be read may be of either kind.
  const auto counted = std::uint64_t{counts->succeeded} + counts->failed;
  if (counted != number || succeeded > counts->succeeded || failed > counts->failed) {
    findings.wrong("login attempt counts",
                   "{} has {} that succeeded and {} that failed, and {} and {} are counted", name,
                   succeeded, failed, counts->succeeded, counts->failed);
  }
  return number;
}

} // namespace mox::store
