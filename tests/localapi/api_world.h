// The API on a store in memory, asked through connections in memory, with accounts to ask about.
//
// mox gets mail@… and has the mailboxes Inbox and Sent; alice@localhost has an Inbox. Connections
// come from 192.0.2.1. The server is called mail.test. The clock of messages stands at 2026-01-01
// 00:00:00 UTC unless moved.
#pragma once

#include "async/gate.h"
#include "async/pool.h"
#include "json/parse.h"
#include "localapi/api.h"
#include "net/memory.h"
#include "service/service.h"
#include "smtp/received.h"
#include "support/fake_clock.h"
#include "support/fake_random.h"
#include "support/run_task.h"
#include "support/temporary_folder.h"

#include <atomic>
#include <exception>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mox::localapi::test {

struct Got {
  unsigned status = 0;
  std::string head;
  std::string body; // chunks put together

  // Throws for what is no JSON.
  json::Value json() const;
};

struct Sent {
  std::string from = "ann@example.org";
  std::vector<std::string> to = {"bob@example.org"};
  std::string text = "Subject: hello\r\nFrom: Ann <ann@example.org>\r\n\r\nbody\r\n";
  std::string login{}; // submitted
  bool by_smtp = true; // else by APPEND
  std::string mailbox = "Inbox";
  std::string account = "mox";
};

class ApiWorld {
public:
  ApiWorld();
  ~ApiWorld();

  // Puts the message there, a copy for each recipient; returns the id of the last one.
  std::string deliver(Sent sent);
  // The same, once others had their turn.
  async::Task<std::string> deliver_later(Sent sent);
  void remove_mailbox(const char* name);
  // One request on a connection of its own. `target` as in a request line.
  Got ask(std::string_view method, std::string_view target, std::string_view body = "",
          std::string_view fields = "Host: localhost\r\n");

  Got get(std::string_view target) { return ask("GET", target); }

  // GET while `meanwhile` runs.
  Got ask_while(std::string_view target, async::Task<> meanwhile);
  // GET by somebody who does not wait for the answer.
  void ask_and_leave(std::string_view target);
  // The ids in a list.
  std::vector<std::string> ids(std::string_view target);
  // Connections on which nothing is asked yet.
  std::vector<net::Connection> open(std::size_t count);
  void stop();
  // Once others had their turn.
  async::Task<> stop_later();
  // All connections have ended, none with an exception.
  void end();

  mox::test::Loop loop;
  mox::test::FakeClock messages_clock;
  smtpserver::Faults faults;
  std::unique_ptr<store::Store> store;

private:
  struct Served;
  store::AccountId make_account(const char* name, const char* login);
  net::Connection connect();
  async::Task<Result<store::AccountId>> find_inbox(std::string user);

  SystemClock clock_;
  mox::test::FakeRandom random_;
  mox::test::TemporaryFolder folder_;
  log::Logger log_;
  metrics::Metrics metrics_;
  limits::Limits limits_;
  std::atomic<bool> stopping_ = false;
  async::Pool pool_;
  wakeup::Hub hub_;
  std::unique_ptr<login::StoreUsers> users_;
  std::unique_ptr<login::Logins> logins_;
  std::unique_ptr<service::Parts> parts_;
  Api api_;
  service::Listener listener_;
  std::exception_ptr exception_;
  std::list<Served> served_;
  async::Gate gate_;
};

} // namespace mox::localapi::test
