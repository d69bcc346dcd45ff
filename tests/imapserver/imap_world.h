// An IMAP server in one thread, with an account, for transcripts.
//
// The account "mjl" logs in as mjl@mox.example with the password "correct horse"; it has Inbox and
// Sent. There is the time 2026-01-01 00:00:00 UTC, and the host mx.example.
//
// @connect 2 tls       TLS from the first byte; "starttls": a password needs STARTTLS; "locked": it
//                      can never be given
// @deliver Name S      a message with the subject S, as another server would bring it
// @mailbox Name        is made, and not subscribed
// @quota N             of the account, in bytes
// @hide A B            capabilities that the account's programs are not told of, from the next
// login on
// @forget              the change log forgets all but its last two rows
// @lost                the store's folder of large messages is gone
// @errors N            so many lines of errors are in the log
// @crowd N             so many more connections, which say nothing
// @late                every wait from now on has taken too long
// @stop                the server ends
// @whole               not to be played with one byte at a time
#pragma once

#include "async/gate.h"
#include "async/pool.h"
#include "imapserver/server.h"
#include "net/memory.h"
#include "service/service.h"
#include "support/fake_random.h"
#include "support/run_task.h"
#include "support/temporary_folder.h"
#include "support/tls_pair.h"
#include "support/transcript.h"

#include <atomic>
#include <exception>
#include <filesystem>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mox::imapserver::test {

// Stands still for people, and goes on for deadlines.
class ServerClock final : public Clock {
public:
  WallTime wall() const override { return WallTime(std::chrono::seconds(1767225600)); }

  SteadyTime steady() const override {
    const auto now = std::chrono::steady_clock::now();
    return late_.load() ? now - std::chrono::hours(24) : now;
  }

  // Every deadline counted from now on has passed.
  void be_late() { late_ = true; }

private:
  std::atomic<bool> late_ = false;
};

class ImapWorld final : public mox::test::World {
public:
  // `trickle`: the server receives one byte at a time.
  ImapWorld(mox::test::Loop& loop, bool trickle);
  ~ImapWorld() override;

  net::Connection connect(std::string_view name, std::string_view arguments) override;
  async::Task<bool> direct(std::string_view word, std::string_view arguments) override;

  tls::ClientContext* trust() override { return &tls_.client; }

  // All sessions have ended, none with an exception; the store is consistent. Empty, or what is
  // wrong.
  std::string end();

private:
  struct Served;

  // Those of the store; their accounts hide what @hide has named.
  class HidingUsers final : public login::Users {
  public:
    explicit HidingUsers(const store::Store& store) : users_(store) {}

    std::optional<login::User> find(std::string_view login) const override {
      auto user = users_.find(login);
      if (user) user->hidden_capabilities = hidden;
      return user;
    }

    std::vector<std::string> hidden;

  private:
    login::StoreUsers users_;
  };

  void open_store();
  void make_account();
  async::Task<bool> deliver(std::string_view arguments);
  void lose_large_folder();
  void check_errors(std::string_view count) const;
  void stop();

  mox::test::Loop& loop_;
  bool trickle_;
  ServerClock clock_;
  mox::test::FakeRandom random_;
  mox::test::TemporaryFolder folder_;
  std::filesystem::path large_folder_; // when it is lost
  mox::test::TlsPair tls_;
  log::Logger log_;
  metrics::Metrics metrics_;
  limits::Limits limits_;
  spool::Budget spool_budget_;
  std::atomic<bool> stopping_ = false;
  async::Pool pool_;
  wakeup::Hub hub_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<HidingUsers> users_;
  std::unique_ptr<login::Logins> logins_;
  std::unique_ptr<service::Parts> parts_;
  service::Listener plain_;
  service::Listener starttls_;
  service::Listener immediate_;
  service::Listener locked_;
  Options options_;
  store::AccountId account_{};
  std::exception_ptr exception_;
  std::list<Served> served_;
  std::vector<net::Connection> crowd_;
  async::Gate gate_;
};

} // namespace mox::imapserver::test
