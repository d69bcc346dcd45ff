// One IMAP conversation: reads commands, runs the function of each from the command table, tells
// changes where the protocol lets them be told, and writes replies.
//
// Ten thousand of these may idle: it is small, and gives its buffers back while it waits.
#pragma once

#include "async/task.h"
#include "imap/command.h"
#include "imap/command_reader.h"
#include "imap/response_writer.h"
#include "imapserver/failure.h"
#include "imapserver/server.h"
#include "imapserver/view.h"
#include "login/exchange.h"
#include "service/service.h"
#include "service/transcript.h"
#include "store/types.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mox::imapserver {

enum class State : std::uint8_t { not_authenticated, authenticated, selected };

// The session told the flags of these messages as they were at `modseq`.
struct ToldFlags {
  UidRanges uids;
  store::Modseq modseq = 0;
};

struct Selected {
  store::MailboxId mailbox{};
  bool read_only = false;
  View view;
  std::size_t keywords_told = 0; // how many the last FLAGS line named
  std::vector<ToldFlags> told;   // since the last tell_changes()
};

class Conversation {
public:
  Conversation(service::Session& session, const Options& options);

  // Until the client leaves, breaks a rule that ends it, or the server stops.
  async::Task<> run();
  // A last word to a client that does not get as far as commands.
  async::Task<> say_goodbye(std::string_view text);

  // ---- for the functions of commands

  service::Session& session() { return session_; }

  const service::Session& session() const { return session_; }

  const service::Parts& parts() const { return session_.parts; }

  store::Store& store() { return session_.parts.store; }

  const Options& options() const { return options_; }

  bool tls() const { return session_.connection.tls() != nullptr; }

  bool passwords_allowed() const { return tls() || session_.listener.plaintext_login; }

  net::Deadline deadline(std::chrono::seconds length) const;

  State state() const;

  store::AccountId account() const { return account_; }

  const std::string& login() const { return login_; }

  void enter(login::Outcome outcome);

  // What the session brings to a login.
  login::Door door() const;
  // `mechanism` is a literal.
  login::Attempt attempt(std::string_view mechanism) const;
  // The client has said what it is (RFC 2971).
  void name_program(std::string program);

  // Of IMAP, that the account's programs are not told of.
  const std::vector<std::string>& hidden_capabilities() const { return hidden_capabilities_; }

  // Only in the state `selected`.
  Selected& selected() { return *selected_; }

  const View& view() const { return selected_->view; }

  void select(Selected selected);

  void unselect() { selected_.reset(); }

  bool condstore() const { return condstore_; }

  // Replies carry MODSEQ from now on (RFC 7162 section 3.1); a selected mailbox's HIGHESTMODSEQ is
  // told when it was not so before.
  void enable_condstore();

  // Replies are collected here, and sent by flush().
  std::string& output() { return output_; }

  imap::ResponseWriter reply() { return imap::ResponseWriter(output_); }

  bool output_full() const { return output_.size() >= output_limit; }

  static constexpr std::size_t output_limit = 128 * 1024;

  // Without a Snapshot in hand.
  async::Task<Outcome> flush();

  // An idle session holds no buffer. (Assigning an empty string would keep it.)
  void release_output() { std::string().swap(output_); }

  // "+ text", sent at once.
  async::Task<Outcome> invite(std::string_view text);
  // A line that answers "+", without its line end.
  async::Task<std::expected<std::string, Failure>> read_answer(std::size_t max);

  // Tells what other sessions, or this one, did to the selected mailbox since the last time:
  // EXPUNGE, EXISTS, flags. Where EXPUNGE may be told (RFC 9051 section 7.5.1).
  async::Task<Outcome> tell_changes();
  // A FETCH with UID and FLAGS for each of `runs` that is still there, MODSEQ as the client wants
  // it. Messages not changed after `since` are passed over.
  async::Task<Outcome> tell_flags(const std::vector<Run>& runs, store::Modseq since);
  void told_flags(UidRanges uids, store::Modseq modseq);
  // A FLAGS response when there are more keywords than the last one named: before flags are told.
  void tell_new_keywords(const store::Snapshot& snapshot);
  // HIGHESTMODSEQ as far as the client has been told everything.
  store::Modseq highest_modseq(const store::Mailbox& mailbox) const;

  imap::CommandReader& reader() { return *reader_; }

  // A command that waits long needs neither its reader nor its arguments.
  void forget_command() {
    reader_.reset();
    command_.reset();
  }

  // Reads the bytes of a message that will not be kept, and the rest of its command; nothing when
  // the client waits for "+".
  async::Task<Outcome> drop_messages(const imap::AppendMessage& message);
  // The same from behind a message that was read.
  async::Task<Outcome> skip_rest();
  // Reads lines and their literals until the command is complete, its message follows or it is
  // beyond hope.
  async::Task<Outcome> read_on(imap::ReaderStep& step);
  // BAD, and the end when a literal follows that will not be read.
  Outcome misunderstood(const imap::SyntaxError& error, bool literal_follows) const;

  // After a failed login: how many there were, and from the third on everything is slow.
  std::uint32_t count_failed_login();
  void forget_failed_logins();

  bool stopping() const { return session_.parts.stopping.load(); }

  static constexpr std::chrono::seconds unauthenticated_timeout{30};
  static constexpr std::chrono::minutes authenticated_timeout{30};
  static constexpr std::chrono::seconds literal_timeout{30};
  static constexpr std::chrono::seconds write_timeout{30};

  // 16 KiB a second must be possible.
  static constexpr std::chrono::seconds file_timeout(std::uint64_t size) {
    return write_timeout + std::chrono::seconds(size / (16 * 1024));
  }

private:
  // Of a line of a command, in the transcript.
  void note_line(std::string_view line);

  service::Transcript transcript() const {
    return {session_.parts.log, "imapserver", session_.cid};
  }

  async::Task<Outcome> serve_command();
  async::Task<Outcome> wait_for_command();
  // Into `command_`. What cannot be parsed is answered.
  async::Task<Outcome> read_command();
  async::Task<Outcome> answer_syntax_error(imap::SyntaxError error, imap::ReaderStep step,
                                           bool first);
  async::Task<Outcome> drop_literal(std::uint64_t size);
  async::Task<Outcome> read_literal(const imap::ReaderStep& step);
  async::Task<Outcome> execute();
  async::Task<Outcome> refuse(const imap::CommandBody& body, Failure failure);
  async::Task<Outcome> finish(std::string tag, std::string_view name, bool may_tell,
                              Outcome outcome);
  async::Task<Outcome> flush_slowly();
  // Of the mailbox whose UIDs were `old`.
  async::Task<Outcome> tell_expunged(const store::UidSet& old, const UidRanges& expunged);
  void fill_flags(const std::vector<Run>& runs, store::Modseq since, std::size_t& index,
                  store::Uid& next);

  service::Session& session_;
  const Options& options_;
  std::string output_;
  // Only while a command is under way.
  std::unique_ptr<imap::CommandReader> reader_;
  std::unique_ptr<imap::Command> command_;
  std::unique_ptr<Selected> selected_;
  store::AccountId account_{};
  std::string login_;
  std::string program_; // until somebody logs in
  std::vector<std::string> hidden_capabilities_;
  std::uint64_t attempt_ = 0; // the login, until a program is named
  std::uint32_t commands_ = 0;
  std::uint32_t failed_logins_ = 0;
  bool authenticated_ = false;
  bool condstore_ = false;
  bool slow_ = false;
};

} // namespace mox::imapserver
