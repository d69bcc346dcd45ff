// links: imapserver
// A whole IMAP conversation, or two at once in one account: whatever a client says, the replies are
// replies, the numbers in them are numbers that the client knows, and the store stays sound.
//
// The first byte: bit 0 begins logged in, with a few messages; bit 1 lets bytes come in small
// pieces. "\n@@\n" parts what two clients say, each in its turn as the event loop has it.
#include "imapserver/conversation.h"
#include "imapserver/server.h"
#include "message/parser.h"
#include "store/txn.h"
#include "support/fake_random.h"
#include "support/run_task.h"
#include "support/script_transport.h"
#include "support/temporary_folder.h"
#include "text/ascii.h"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace {

using namespace mox;

void require(bool condition, std::string_view what, std::string_view said = {}) {
  if (condition) return;
  fmt::print(stderr, "{}: \"{}\"; MOX_SHOW=1 shows all\n", what, said);
  std::abort();
}

template <class T> T must(Result<T> result) {
  if (!result) require(false, "failed", result.error().text);
  return *std::move(result);
}

// Reads replies as a client does, and keeps count of the messages.
class Client {
public:
  void check(std::string_view told) {
    while (!told.empty()) {
      const auto reply = take_reply(told);
      if (reply.empty()) return; // the connection ended within it
      check_reply(reply);
    }
  }

private:
  // Its lines and literals, without the last CRLF.
  static std::string_view take_reply(std::string_view& told) {
    std::size_t at = 0;
    for (;;) {
      const auto end = told.find("\r\n", at);
      if (end == told.npos) return {};
      const auto literal = literal_size(told.substr(at, end - at));
      if (!literal) {
        const auto reply = told.substr(0, end);
        told.remove_prefix(end + 2);
        return reply;
      }
      at = end + 2 + *literal;
      if (at > told.size()) return {};
    }
  }

  static std::optional<std::size_t> literal_size(std::string_view line) {
    const auto open = line.rfind('{');
    if (!line.ends_with('}') || open == line.npos) return std::nullopt;
    return text::parse_number<std::size_t>(line.substr(open + 1, line.size() - open - 2));
  }

  void check_reply(std::string_view reply) {
    if (reply.starts_with("+ ")) return;
    const auto space = reply.find(' ');
    require(space != reply.npos && space > 0, "no reply", reply);
    const auto rest = reply.substr(space + 1);
    const auto word = rest.substr(0, rest.find(' '));
    if (!reply.starts_with("* ")) {
      require(word == "OK" || word == "NO" || word == "BAD", "no tagged reply", reply);
      return;
    }
    const auto number = text::parse_number<std::uint32_t>(word);
    if (!number) return;
    const auto what = rest.substr(word.size() + 1);
    if (what == "EXISTS") {
      count_ = *number;
    } else if (what == "EXPUNGE") {
      require(*number >= 1 && *number <= count_, "expunged what is not there", reply);
      --count_;
    } else if (what.starts_with("FETCH ")) {
      require(*number >= 1 && *number <= count_, "fetched what is not there", reply);
      require(what.ends_with(')'), "no end", reply);
    } else {
      require(what == "RECENT" && *number == 0, "no such reply", reply);
    }
  }

  std::uint32_t count_ = 0;
};

class RealTime final : public Clock {
public:
  WallTime wall() const override { return WallTime(std::chrono::seconds(1767225600)); }

  SteadyTime steady() const override { return std::chrono::steady_clock::now(); }
};

constexpr std::array<std::string_view, 3> messages = {
    "From: a@b.example\r\nSubject: =?utf-8?q?gr=C3=BCn?=\r\nDate: Thu, 1 Jan 2026 00:00:00 "
    "+0000\r\n"
    "\r\nhello\r\n",
    "From: =?x?= <a@b.example>, g: c@d.example;\r\nTo: x@y.example\r\nMIME-Version: 1.0\r\n"
    "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nfirst\r\n--b\r\n"
    "Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\ntext\r\n--b\r\n"
    "Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\nPGI+aGk8L2I+\r\n--b--\r\n",
    "no header at all",
};

// One server for many runs; each gets an account of its own.
class Server {
public:
  Server()
      : log_(2, log::Format::logfmt, log::Level::error), limits_(clock_), pool_(1),
        hub_({loop_.executor()}) {
    store::Options options;
    options.folder = folder_ / "store";
    options.engine = store::Engine::memory;
    options.min_free_space = 0;
    store_ = must(store::Store::open(options, clock_, random_, {}));
    store_->on_change([this](std::span<const store::AccountId> all) { hub_.notify(all); });
    users_ = std::make_unique<login::StoreUsers>(*store_);
    logins_ = std::make_unique<login::Logins>(*store_, *users_, pool_, limits_, metrics_, clock_,
                                              random_, std::string(32, 'k'));
  }

  bool used_up() const { return runs_ == 200; }

  void run(std::string_view input) {
    const bool logged_in = (input.front() & 1) != 0;
    const bool pieces = (input.front() & 2) != 0;
    input.remove_prefix(1);
    const auto account = make_account();
    constexpr std::string_view parting = "\n@@\n";
    const auto cut = input.find(parting);
    std::array<std::string, 2> told;
    auto first = converse(account, logged_in, pieces, input.substr(0, cut), told[0]);
    if (cut == input.npos) {
      loop_.run(std::move(first));
    } else {
      input.remove_prefix(cut + parting.size());
      auto second = converse(account, logged_in, pieces, input, told[1]);
      test::run_both(loop_, std::move(first), std::move(second));
    }
    const bool shown = std::getenv("MOX_SHOW") != nullptr;
    for (const auto& text : told) {
      if (shown) fmt::print(stderr, "{}\n", text);
      Client().check(text);
    }
    const bool last = ++runs_ % 20 == 0;
    if (!last) return;
    const auto proof = must(store_->verify());
    require(proof.errors.empty(), "store", proof.errors.empty() ? "" : proof.errors.front());
  }

private:
  store::AccountId make_account() {
    auto make = [this](store::Txn& txn) -> Result<store::AccountId> {
      MOX_TRY_ASSIGN(account, txn.create_account(fmt::format("account{}", runs_)));
      MOX_TRY_ASSIGN(made, txn.create_mailbox(account, "Inbox", 0));
      MOX_TRY(txn.create_mailbox(account, "Sent/2026", 8));
      for (const auto text : messages) {
        store::NewMessage fresh;
        fresh.body = must(store_->prepare_blocking(std::string(text)));
        fresh.summary =
            std::make_shared<const message::Summary>(message::summarize(message::parse(text)));
        fresh.received = 1767225600;
        MOX_TRY(txn.add_message(account, made.front().id, fresh));
      }
      return account;
    };
    return must(store_->write_blocking<store::AccountId>(make));
  }

  async::Task<> converse(store::AccountId account, bool logged_in, bool pieces,
                         std::string_view bytes, std::string& told) {
    net::Connection connection(
        std::make_unique<test::ScriptTransport>(loop_.executor(), bytes, pieces, told));
    async::Event wake;
    const service::Parts parts{.store = *store_,
                               .pool = pool_,
                               .logins = *logins_,
                               .limits = limits_,
                               .metrics = metrics_,
                               .log = log_,
                               .clock = clock_,
                               .random = random_,
                               .stopping = stopping_};
    // Whoever guesses passwords is answered slowly, which is not for here.
    const service::Listener listener{.name = "imap", .hostname = "mx.example"};
    service::Session session{.parts = parts,
                             .listener = listener,
                             .registry = hub_.registry(0),
                             .connection = connection,
                             .wake = wake,
                             .cid = 1};
    if (!logged_in) {
      co_await imapserver::serve(session, options_);
      co_return;
    }
    imapserver::Conversation conversation(session, options_);
    conversation.enter(
        {.verdict = login::Verdict::ok, .account = account, .login = "mjl@mox.example"});
    co_await conversation.run();
  }

  RealTime clock_;
  test::FakeRandom random_;
  test::TemporaryFolder folder_;
  log::Logger log_;
  metrics::Metrics metrics_;
  limits::Limits limits_;
  spool::Budget spool_budget_;
  imapserver::Options options_{.spool_budget = spool_budget_, .max_message_size = 1U << 16U};
  std::atomic<bool> stopping_ = false;
  test::Loop loop_;
  async::Pool pool_;
  wakeup::Hub hub_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<login::StoreUsers> users_;
  std::unique_ptr<login::Logins> logins_;
  int runs_ = 0;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // In memory where there is such a folder: bodies are synced.
  static const int moved = ::setenv("TMPDIR", "/dev/shm", 0);
  // Ends after the server's threads, which else leave behind what it keeps of their errors.
  static const int openssl =
      ::OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CRYPTO_STRINGS | OPENSSL_INIT_LOAD_CONFIG, nullptr);
  static std::unique_ptr<Server> server;
  if (size == 0 || moved != 0 || openssl != 1) return 0;
  if (!server || server->used_up()) {
    server.reset();
    server = std::make_unique<Server>();
  }
  const std::string input(data, data + size);
  server->run(input);
  return 0;
}
