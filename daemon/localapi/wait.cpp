// Waiting for a message that is to come.

#include "async/event.h"
#include "localapi/call.h"
#include "localapi/message_json.h"
#include "localapi/search.h"
#include "net/patient_wait.h"
#include "wakeup/wakeup.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

namespace mox::localapi {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds default_timeout = std::chrono::seconds(10);
constexpr milliseconds longest_timeout = std::chrono::minutes(5);

std::unexpected<Problem> nothing_came(milliseconds timeout, std::uint64_t there) {
  return problem(409, fmt::format("no message that fits came within {} ms", timeout.count()),
                 fmt::format("the mailbox has {} messages, which GET /api/messages lists; compare "
                             "them with what was asked for, or give a longer timeout",
                             there));
}

// A search that goes on: when nothing fits, only what comes later needs to be looked at.
class Watch {
public:
  explicit Watch(Search search) : search_(std::move(search)) {}

  // The newest that fits.
  async::Task<Result<std::optional<Place>>> look(const service::Parts& parts) {
    const auto mailbox = parts.store.read().find_mailbox(search_.account, search_.mailbox);
    // Another one of that name: all of it is new.
    if (mailbox && id_ && *id_ != mailbox->id) search_.above = 0;
    if (mailbox) id_ = mailbox->id;
    const auto found = co_await find_messages(parts, search_, 1);
    if (!found) co_return std::unexpected(found.error());
    if (!found->empty()) co_return found->front();
    if (mailbox) search_.above = std::max(search_.above, mailbox->uidnext - 1);
    co_return std::nullopt;
  }

private:
  Search search_;
  std::optional<store::MailboxId> id_;
};

} // namespace

async::Task<Answer> wait_for_message(Call& call) {
  const auto search = co_await read_search(call);
  if (!search) co_return std::unexpected(search.error());
  const auto timeout = call.parameters.duration("timeout", longest_timeout, default_timeout);
  if (!timeout) co_return std::unexpected(timeout.error());
  auto& session = call.session;
  const auto deadline = session.parts.clock.steady() + *timeout;
  async::Event changed;
  net::PatientWait patience(session.connection, changed, session.wake);
  // Before the first look, so that nothing falls between.
  const wakeup::Registry::Registration registration(session.registry, search->account, changed);
  Watch watch(*search);
  while (true) {
    const auto found = co_await watch.look(session.parts);
    if (!found) co_return problem(found.error());
    if (*found) {
      auto json = co_await describe_message(session.parts.store, **found);
      if (json) co_return json_response(*std::move(json));
      if (json.error().kind != ErrorKind::not_found) co_return problem(json.error());
      continue; // deleted between the two
    }
    const auto end = co_await patience.wait(deadline);
    using enum net::PatientWait::End;
    if (end == notified) continue;
    if (end == timed_out) break;
    if (end == gone)
      co_return problem(400, "the connection was closed while it waited",
                        "leave it open until the answer has come");
    co_return problem(503, "the server stops", "start it again, and ask again");
  }
  const auto mailbox = session.parts.store.read().find_mailbox(search->account, search->mailbox);
  co_return nothing_came(*timeout, mailbox ? mailbox->counts.messages : 0);
}

} // namespace mox::localapi
