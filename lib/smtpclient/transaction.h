// One mail transaction (RFC 5321 section 3.3); for this folder only.
//
// The commands stand in one list: perhaps RSET, then MAIL, a RCPT for each recipient, DATA. With
// PIPELINING (RFC 2920) they go out in groups, else one by one; what the replies mean is the same.
// DATA that was sent in vain, no recipient having been accepted, is answered with an empty message
// when the server takes it (RFC 2920 section 3.1).
#pragma once

#include "async/task.h"
#include "smtp/command.h"
#include "smtp/data.h"
#include "smtp/extensions.h"
#include "smtpclient/conversation.h"
#include "smtpclient/envelope.h"
#include "smtpclient/message_source.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mox::smtpclient {

// All that is given to it must outlive it.
class Transaction {
public:
  // `needs_reset`: something is left of an earlier transaction.
  Transaction(Conversation& conversation, const smtp::Extensions& extensions,
              const Envelope& envelope, bool needs_reset)
      : conversation_(conversation), extensions_(extensions), envelope_(envelope),
        needs_reset_(needs_reset), outcomes_(envelope.to.size()) {}

  // Once.
  async::Task<Sent> run(MessageSource& source);

  bool needs_reset() const { return needs_reset_; }

private:
  struct Step {
    Command command;
    std::size_t recipient = 0; // of RCPT
  };

  std::optional<Error> refusal() const;
  std::optional<Error> sender_refusal() const;
  std::optional<Error> content_refusal() const;
  std::optional<Error> recipient_refusal(const smtp::Path& recipient) const;
  bool utf8() const;
  Error refused(Cause cause, Stage stage, std::string text) const;

  std::vector<Step> steps();
  smtp::Mail mail() const;
  std::string mail_line() const;
  std::string rcpt_line(const smtp::Path& to) const;
  Command command(Stage stage, Timeouts::Duration timeout, std::string line) const;

  async::Task<Result<void, Error>> exchange(std::span<const Step> steps);
  async::Task<Result<void, Error>> exchange_group(std::span<const Step> group);
  Result<void, Error> take(const Step& step, Result<smtp::Reply, Error> reply);
  bool is_futile(const Step& next) const;

  async::Task<Result<void, Error>> finish(MessageSource& source);
  async::Task<Result<void, Error>> send_nothing();
  async::Task<Result<void, Error>> send_message(MessageSource& source);
  async::Task<Result<void, Error>> flush();
  async::Task<Result<void, Error>> end_message();
  Error abandon(std::string text);

  // Everyone whose fate is open.
  void fail_rest(const Error& error);
  Sent result();

  Conversation& conversation_;
  const smtp::Extensions& extensions_;
  const Envelope& envelope_;
  bool needs_reset_;
  std::vector<std::optional<Error>> outcomes_; // none: still open, and in the end delivered
  std::size_t accepted_ = 0;                   // recipients
  std::optional<Error> mail_refused_;
  std::optional<Error> data_refused_;
  bool data_awaited_ = false; // the server waits for the message
  smtp::DotStuffer stuffer_;
  std::string block_; // of the message, ready to be sent
  std::optional<smtp::Reply> reply_;
};

} // namespace mox::smtpclient
