// Who sends a message to whom, and what the server must be able to do for it. Pure.
#pragma once

#include "address/path.h"
#include "dns/name.h"
#include "result/result.h"
#include "sendmail/arguments.h"
#include "sendmail/message.h"
#include "sendmail/recipients.h"

#include <vector>

namespace mox::sendmail {

struct Envelope {
  address::Path sender; // may be null
  std::vector<address::Path> recipients;
  ReportWishes reports;
  bool eight_bit = false; // 8BITMIME
  bool smtputf8 = false;

  bool operator==(const Envelope&) const = default;
};

// What arguments say before the message is read, so that wrong ones cost nothing. Without -f the
// sender is `user`. Failures are wrong use (ExitCode::usage).
Result<Envelope> begin_envelope(const Arguments& arguments, const address::Path& user,
                                const BareNames& senders, const BareNames& recipients);

// With what the message added; each recipient once. Fails with ErrorKind::invalid when there is
// none, or when there are too many (ExitCode::data).
Result<Envelope> finish_envelope(Envelope envelope, const MessageFacts& facts);

} // namespace mox::sendmail
