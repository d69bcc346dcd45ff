#include "sendmailprogram/listing.h"

#include "sendmail/shown.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>

namespace mox::sendmailprogram {

namespace {

using sendmail::RecipientState;
using sendmail::SpoolState;

// Times in files are anybody's.
std::string time_text(std::int64_t seconds) {
  constexpr std::int64_t last = 253402300799; // 9999-12-31
  if (seconds < 0 || seconds > last) return "at an unknown time";
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

std::string_view state_word(RecipientState state) {
  switch (state) {
  case RecipientState::waiting: return "waiting";
  case RecipientState::accepted: return "sent";
  case RecipientState::refused: return "refused";
  }
  return "";
}

std::string status_line(const sendmail::SpoolStatus& status) {
  if (status.tries == 0)
    return fmt::format("  waiting: {}\n",
                       status.reason.empty()
                           ? "not tried yet"
                           : sendmail::shown(status.reason, sendmail::max_reason_bytes));
  return fmt::format("  {} after {} tr{}, the last {}: {}\n",
                     status.state == SpoolState::failed ? "FAILED" : "waiting", status.tries,
                     status.tries == 1 ? "y" : "ies", time_text(status.last_try),
                     sendmail::shown(status.reason, sendmail::max_reason_bytes));
}

} // namespace

std::string listed(const sendmail::SpoolEntry& entry) {
  const auto& [envelope, states, offsets] = entry.envelope;
  auto text =
      fmt::format("{}  {:>9} bytes  {}  from <{}>  user {}\n", entry.id, entry.head.message_size,
                  time_text(entry.head.created),
                  sendmail::shown(to_string(envelope.sender), address::path_limit), entry.owner);
  text += status_line(entry.status);
  for (std::size_t i = 0; i < states.size(); ++i)
    text += fmt::format("  {:<8} <{}>\n", state_word(states[i]),
                        sendmail::shown(to_string(envelope.recipients[i]), address::path_limit));
  return text;
}

std::string listing_end(std::size_t messages) {
  if (messages == 0) return "Mail queue is empty\n";
  return fmt::format("-- {} message{}\n", messages, messages == 1 ? "" : "s");
}

} // namespace mox::sendmailprogram
