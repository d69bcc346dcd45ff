// One SMTP conversation. It reads commands, runs one function for each, and writes replies; while
// further commands are already here, replies are collected (PIPELINING, RFC 2920 section 3.2).
#pragma once

#include "async/task.h"
#include "delivery/deliver.h"
#include "localusers/user.h"
#include "service/service.h"
#include "service/transcript.h"
#include "smtp/command.h"
#include "smtpserver/failure.h"
#include "smtpserver/faults.h"
#include "smtpserver/server.h"
#include "smtpserver/submitted_header.h"
#include "smtpserver/transaction.h"
#include "spool/spool.h"
#include "verification/verification.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mox::smtpserver {

class Conversation {
public:
  // `local_user` is who the system says is at the other end of a local socket; `means` may be null.
  Conversation(service::Session& session, const Options& options,
               std::optional<localusers::User> local_user = {},
               verification::Means* means = nullptr);

  // Until the peer quits, breaks a rule that ends it, or the server stops.
  async::Task<> run();

  // A last word to a peer that does not get as far as commands.
  async::Task<> refuse(std::uint16_t code, smtp::EnhancedCode enhanced, std::string_view text);

private:
  static constexpr std::size_t max_command_line = 2048;
  static constexpr std::size_t max_recipients = 1000;

  // What is said when the conversation ends by `failure`.
  async::Task<> end(const Failure& failure);
  // At once, whatever the peer did before, and for a short time only.
  async::Task<> write_last_word();
  // One line read and dealt with; a failure that ends the conversation comes back.
  async::Task<Outcome> serve_command();
  async::Task<Outcome> execute(smtp::Command command);
  async::Task<Result<std::string_view>> read_command_line();
  // Returns early, with a failure, when the server stops.
  async::Task<Result<std::string_view>> read_line(std::size_t max);
  void reply(std::uint16_t code, std::uint16_t subject, std::uint16_t detail,
             std::string_view text);
  void reply_failure(const Failure& failure);
  async::Task<Outcome> flush();
  async::Task<Outcome> flush_slowly();
  // Waits, unless the server stops meanwhile; true when it does.
  async::Task<bool> pause(std::chrono::seconds length);

  // Each answers its command or fails.
  async::Task<Outcome> on(smtp::Hello& hello);
  async::Task<Outcome> on(smtp::StartTls& starttls);
  async::Task<Outcome> on(smtp::Auth& auth);
  async::Task<Outcome> on(smtp::Mail& mail);
  async::Task<Outcome> on(smtp::Rcpt& rcpt);
  async::Task<Outcome> on(smtp::Data& data);
  async::Task<Outcome> on(smtp::Bdat& bdat);
  async::Task<Outcome> on(smtp::Rset& rset);
  async::Task<Outcome> on(smtp::Vrfy& vrfy);
  async::Task<Outcome> on(smtp::Expn& expn);
  async::Task<Outcome> on(smtp::Help& help);
  async::Task<Outcome> on(smtp::Noop& noop);
  async::Task<Outcome> on(smtp::Quit& quit);

  // Parts of RCPT.
  delivery::Lookup look_up(const smtp::Path& recipient) const;
  async::Task<Outcome> refuse_unknown_user();

  // The parts of AUTH.
  std::string auth_line() const;
  Outcome check_auth_allowed(std::string_view mechanism) const;
  async::Task<Outcome> run_mechanism(const smtp::Auth& auth);
  async::Task<std::expected<std::string, Failure>> challenge(std::string_view text);
  // What the login's outcome means for the conversation.
  async::Task<Outcome> enter(login::Outcome outcome);
  async::Task<Outcome> refuse_login(std::string_view login);

  // The parts of DATA.
  async::Task<Outcome> receive(spool::Spool& spool, verification::Verification* verification);
  async::Task<Outcome> accept(spool::Spool& spool, verification::Verification* verification);
  // What was found out about who has sent the message, as fields.
  async::Task<std::string> verify(verification::Verification& verification, spool::Spool& spool);
  // `added` are fields that the message lacked.
  // `verified` are those of verify().
  std::vector<delivery::Recipient> copies(std::int64_t now, std::string_view verified,
                                          std::string_view added);
  std::string trace_fields(const Recipient& recipient, std::int64_t now, std::string_view verified);
  bool needs_utf8(const message::Summary& summary) const;

  // What holds for mail of users (RFC 6409); each passes where nobody submits.
  Outcome check_known() const;
  Outcome check_sender(const smtp::Path& sender) const;
  Outcome check_author(const smtp::Path& author) const;
  Outcome check_enabled(const smtp::Path& address) const;
  Outcome refuse_sender(const smtp::Path& sender) const;
  smtp::Path default_author() const;
  // The header of a message; counted in the metrics when it will not do.
  std::expected<SubmittedHeader, Failure> check_submitted(const message::Message& message) const;
  std::string missing_fields(const SubmittedHeader& header, std::int64_t now) const;
  void log_submission() const;
  // What is put before the message for the domain of its author: its signatures (empty when it
  // signs nothing, or when that goes wrong, which the log then says), and that a user has sent it.
  async::Task<std::string> sign(spool::Spool& spool, const smtp::Path& author,
                                std::string_view added);
  std::string sent_by_user() const;
  // What fails on purpose, with these addresses: at MAIL the sender's, then those of recipients.
  std::optional<Fault> find_fault(Stage stage, const smtp::Path& from,
                                  std::span<const smtp::Path> to) const;
  std::optional<Fault> find_fault_of_data() const;
  async::Task<Outcome> act_out(std::optional<Fault> fault);
  async::Task<Outcome> hang();

  bool submission() const { return options_.kind == Kind::submission; }

  bool tls() const { return session_.connection.tls() != nullptr; }

  bool passwords_allowed() const { return tls() || session_.listener.plaintext_login; }

  std::string_view kind() const { return submission() ? "submission" : "smtp"; }

  net::Deadline deadline() const;

  void reset() { transaction_.reset(); }

  service::Session& session_;
  const Options& options_;
  service::Transcript transcript_;
  std::string output_;
  std::optional<smtp::Hello> hello_;
  std::optional<Transaction> transaction_;
  std::optional<localusers::User> local_user_;
  verification::Means* means_;
  std::optional<store::AccountId> account_; // logged in
  std::string login_;
  std::string received_id_; // of the connection, made for its first message
  // Of the last reply, for the metrics.
  std::uint16_t last_code_ = 0;
  std::string last_enhanced_;
  std::uint32_t commands_ = 0;
  std::uint32_t failed_logins_ = 0;
  std::uint32_t unknown_users_ = 0;
  std::uint32_t bad_transactions_ = 0;
  std::uint32_t good_transactions_ = 0;
  bool slow_ = false;
};

} // namespace mox::smtpserver
