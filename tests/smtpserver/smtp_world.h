// SMTP servers in one thread, with accounts to receive and send mail, for transcripts.
//
// The host is mx.example at 192.0.2.25; clients are at 192.0.2.1; it is 2026-01-01 00:00:00 UTC.
// The domain mox.example has the users mjl and other, with an Inbox each, and ghost, whose account
// the store does not have; off.example takes no mail for now. mjl logs in as mjl@mox.example with
// the password "correct horse", and may send as mjl+anything@mox.example too. Mail to root and
// postmaster at mx.example is mjl's. The host has the Unix users root, www-data (33), which may
// send as shop@mox.example and shop@off.example too, bob (1000), and 4711 without a name.
//
// @connect 2 words     a word each for what differs from port 25 with STARTTLS:
//                        submission, plain (passwords need no TLS), tls (from the first byte),
//                        notls, small (messages of 1000 bytes), faults (addresses that fail),
//                        local (the submit socket), root, www-data, bob or 4711 (who is there),
//                        looked-up (who has sent the mail: example.org says by SPF and DMARC that
//                        it is mail.example.org at 192.0.2.1), signs (mox.example, by DKIM)
// @connect 2 inbox mjl a connection that gives the lines of all messages there, and ends
// @connect 2 metrics x a connection that gives the metrics with an x in their line that are not 0,
//                      and ends
// @crowd N words       so many more connections, which say nothing
// @visits N words      so many connections, which come and go
// @rule STAGE REPLY    for faults: connect, auth, mail, rcpt or data; a code, timeout or
// disconnect. Two times
// @quota N             of mjl, in bytes
// @full                the disk has no room from now on
// @rest                what other threads of the server have to do is done
// @errors N            so many lines of errors are in the log
// @lost                the store's folder of large messages is gone
// @hurry, @standstill  pauses are over at once, or never
// @late                every wait from now on has taken too long
// @minute              has passed
// @stop                the server ends
// @whole               not to be played with one byte at a time
#pragma once

#include "async/gate.h"
#include "async/pool.h"
#include "net/memory.h"
#include "publicsuffix/publicsuffix.h"
#include "resolver/zone_resolver.h"
#include "service/service.h"
#include "smtpserver/server.h"
#include "support/fake_random.h"
#include "support/run_task.h"
#include "support/temporary_folder.h"
#include "support/tls_pair.h"
#include "support/transcript.h"
#include "world_clock.h"

#include <atomic>
#include <exception>
#include <filesystem>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mox::smtpserver::test {

class SmtpWorld final : public mox::test::World {
public:
  // `trickle`: the server receives one byte at a time.
  SmtpWorld(mox::test::Loop& loop, bool trickle);
  ~SmtpWorld() override;

  net::Connection connect(std::string_view name, std::string_view arguments) override;
  async::Task<bool> direct(std::string_view word, std::string_view arguments) override;

  tls::ClientContext* trust() override { return &tls_.client; }

  // All sessions have ended, none with an exception; the store is consistent. Empty, or what is
  // wrong.
  std::string end();

private:
  struct Served;
  void open_store();
  store::AccountId make_account(const char* name, const std::string& password);
  net::Connection serve_one(std::string_view words);
  net::Connection read_out(std::string text);
  std::string inbox(std::string_view user) const;
  std::string metrics_with(std::string_view part);
  async::Task<> visits(int count, std::string_view words);
  void add_rule(std::string_view words);
  void lose_large_folder();
  void check_errors(std::string_view count) const;
  void stop();

  mox::test::Loop& loop_;
  bool trickle_;
  WorldClock clock_;
  mox::test::FakeRandom random_;
  mox::test::TemporaryFolder folder_;
  std::filesystem::path large_folder_; // when it is lost
  mox::test::TlsPair tls_;
  log::Logger log_;
  metrics::Metrics metrics_;
  limits::Limits limits_;
  spool::Budget spool_budget_;
  ReceivedIds received_ids_;
  Faults faults_;
  localusers::Users local_users_;
  std::atomic<bool> stopping_ = false;
  async::Pool pool_;
  wakeup::Hub hub_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<login::StoreUsers> users_;
  std::unique_ptr<login::Logins> logins_;
  std::unique_ptr<service::Parts> parts_;
  std::unique_ptr<delivery::Directory> directory_;
  std::unique_ptr<signing::Signers> signers_;
  resolver::ZoneResolver names_;
  publicsuffix::List suffixes_ = publicsuffix::List::built_in();
  verification::Means means_;
  std::exception_ptr exception_;
  std::list<Served> served_;
  std::vector<net::Connection> crowd_;
  async::Gate gate_;
};

} // namespace mox::smtpserver::test
