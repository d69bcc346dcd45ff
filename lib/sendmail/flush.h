// One round over the spool: what is due is sent, what failed for good is reported in the end.
//
// Blocking, and as long as sending takes.
#pragma once

#include "clock/clock.h"
#include "result/result.h"
#include "sendmail/spool.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace mox::sendmail {

// What came of one try.
struct Attempt {
  std::vector<RecipientState> states; // one for each recipient; only those waiting may differ
  std::string reason;                 // of what was not accepted: the last reply, or what failed
  bool unreachable = false;           // so that other messages need not be tried now
};

struct FlushPolicy {
  // A message is tried when its last try is so long ago. 0 for -q; more for the round that each
  // call of sendmail makes, which should not be slow because of mail that waits.
  std::chrono::seconds interval{0};
  // A message that is so old, and was tried so often, fails for good. Both, since the clock of a
  // small machine that starts without a network may be decades off.
  std::chrono::seconds give_up_after = std::chrono::days(5);
  std::uint32_t least_tries = 10;
  // How long a message that failed stays to be seen.
  std::chrono::seconds keep_failed = std::chrono::days(7);
  // No message is begun afterwards, and the rest is not counted: somebody may wait for the program.
  SteadyTime until = SteadyTime::max();
};

struct FlushTasks {
  // Sends to the recipients that wait.
  std::function<Attempt(const SpoolClaim&)> send;
  // Tells somebody that a message failed, before it is removed: afterwards nothing is left of it.
  std::function<Result<>(const SpoolClaim&)> report;
};

struct FlushResult {
  std::size_t sent = 0;        // and removed
  std::size_t waiting = 0;     // tried, or not yet due
  std::size_t failed = 0;      // for good, and still there
  std::size_t reported = 0;    // and removed
  std::size_t busy = 0;        // another process has it, or it is gone
  bool unreachable = false;    // the round ended early; the rest is not counted
  std::vector<Error> problems; // files that are no messages, and errors of the disk
};

// Each message is claimed, so that two rounds at a time never send one twice, and a try is recorded
// before it begins. A message goes only when all of its recipients are accepted, or after report().
// A crash between the server's acceptance and that moment sends it again: mail is never lost, and
// may come twice.
Result<FlushResult> flush(const Spool& spool, const FlushPolicy& policy, const Clock& clock,
                          const FlushTasks& tasks);

} // namespace mox::sendmail
