// Where messages are handed in: they go to the server, or into the spool, and are told to the log.
#pragma once

#include "clock/clock.h"
#include "random/random.h"
#include "sendmail/envelope.h"
#include "sendmail/exit_code.h"
#include "sendmail/flush.h"
#include "sendmailprogram/journal.h"
#include "sendmailprogram/message_file.h"
#include "sendmailprogram/surroundings.h"
#include "submitclient/submitter.h"

#include <optional>
#include <string>
#include <vector>

namespace mox::sendmailprogram {

// What became of a message.
struct Handed {
  sendmail::ExitCode code = sendmail::ExitCode::ok;
  std::string text;     // one line: the error, or where the message waits; "" when all was sent
  bool is_kept = false; // some of it waits in the spool
};

class Desk {
public:
  // All must outlive it.
  Desk(const Surroundings& surroundings, submitclient::Submitter& submitter, const Journal& journal,
       const Clock& clock, Random& random)
      : surroundings_(surroundings), submitter_(submitter), journal_(journal), clock_(clock),
        random_(random) {}

  Handed hand_in(const sendmail::Envelope& envelope, const MessageFile& message);

  struct Flushed {
    std::size_t sent = 0;
    std::size_t waiting = 0;
    std::size_t failed = 0;
    bool is_unreachable = false;
    std::vector<Error> problems;
  };

  // What waits in the spools of this user.
  Flushed flush(const sendmail::FlushPolicy& policy);

private:
  Result<std::string> keep(const sendmail::Envelope& envelope, const MessageFile& message,
                           const submitclient::Outcome& outcome);
  sendmail::Attempt send_again(const sendmail::SpoolClaim& claim);
  Result<> report(const sendmail::SpoolClaim& claim) const;

  const Surroundings& surroundings_;
  submitclient::Submitter& submitter_;
  const Journal& journal_;
  const Clock& clock_;
  Random& random_;
};

} // namespace mox::sendmailprogram
