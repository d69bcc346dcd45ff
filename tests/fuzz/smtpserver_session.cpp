// links: smtpserver sasl
// A whole SMTP conversation: whatever a client says, the replies are replies, no more than it has
// said lines, and what is stored is mail that no other server can read in another way.
//
// The first byte: bit 0 is submission, where passwords are taken in clear text; bit 1 lets bytes
// come in small pieces; bit 2 is the submit socket, with the Unix user bob.
#include "message/address_list.h"
#include "message/field.h"
#include "net/connection.h"
#include "sasl/password.h"
#include "smtp/reply.h"
#include "smtpserver/server.h"
#include "store/txn.h"
#include "support/fake_random.h"
#include "support/run_task.h"
#include "support/script_transport.h"
#include "support/temporary_folder.h"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
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

// Behind by 20 seconds, so that pauses are over at once, and a day later in each run, so that
// nothing of an earlier run counts.
class HurriedClock final : public Clock {
public:
  WallTime wall() const override { return WallTime(std::chrono::seconds(1767225600) + days_); }

  SteadyTime steady() const override {
    return std::chrono::steady_clock::now() - std::chrono::seconds(20);
  }

  void next_day() { days_ += std::chrono::days(1); }

private:
  std::chrono::days days_{0};
};

// All users are one.
class OneAccount final : public delivery::Directory {
public:
  delivery::Lookup find(const smtp::Path& recipient) const override {
    using enum delivery::Lookup::Kind;
    if (recipient.domain == "elsewhere.example") return {.kind = unknown_domain};
    if (recipient.localpart == "nobody") return {.kind = unknown_user};
    if (recipient.domain == "mx.example") return {.kind = unknown_user};
    return {.kind = found, .destinations = {{.account = account, .mailbox = "Inbox"}}};
  }

  bool may_send_as(store::AccountId, const smtp::Path& sender) const override {
    return sender.domain == "mox.example";
  }

  store::AccountId account{};
};

localusers::Senders senders() {
  return {dns::parse_name("mx.example").value(),
          {{"bob", {address::parse_address("bob@mox.example").value()}}}};
}

struct Told {
  std::size_t replies = 0;
  std::size_t stored = 0;
};

// Every line of the server is part of a reply, and the last reply is complete.
Told check_replies(std::string_view told) {
  Told counted;
  smtp::ReplyParser parser;
  bool complete = true;
  while (!told.empty()) {
    const auto end = told.find("\r\n");
    require(end != told.npos, "a line without an end", told);
    const auto line = told.substr(0, end);
    told.remove_prefix(end + 2);
    require(line.size() <= 510, "a line too long", line);
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    require(std::ranges::none_of(line, control), "control characters in a reply", line);
    const auto reply = must(parser.add_line(line));
    complete = reply.has_value();
    if (!reply) continue;
    ++counted.replies;
    if (reply->code == 250 && reply->lines.front().starts_with("stored")) ++counted.stored;
  }
  require(complete, "the last reply has no end");
  return counted;
}

// What readers show as the author of mail from here was allowed.
void check_author(const message::Fields& fields, bool local, std::string_view bytes) {
  require(fields.find_all("From").size() == 1, "more or less than one From", bytes);
  require(fields.find("Date") != nullptr, "no Date", bytes);
  require(fields.find("Message-ID") != nullptr, "no Message-ID", bytes);
  const auto list = message::parse_address_list(fields.find("From")->body);
  require(list.entries.size() == 1, "more or less than one author", bytes);
  const auto& author = list.entries.front();
  if (!local) return require(author.domain == "mox.example", "a forged author", bytes);
  require(author.localpart == "bob", "a forged author", bytes);
  if (author.domain.empty()) return;
  const auto domain = must(dns::parse_name(author.domain)).ascii();
  require(domain == "mx.example" || domain == "mox.example", "a forged author", bytes);
}

void check_message(std::string_view bytes, bool submission, bool local) {
  require(bytes.starts_with("Delivered-To: "), "no trace", bytes);
  require(bytes.find('\0') == bytes.npos, "a NUL is stored", bytes);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] == '\r')
      require(i + 1 < bytes.size() && bytes[i + 1] == '\n', "a bare CR is stored", bytes);
    if (bytes[i] == '\n') require(i > 0 && bytes[i - 1] == '\r', "a bare LF is stored", bytes);
  }
  // The trace is three fields, whatever the client called itself and its addresses.
  const auto end = bytes.find("\r\n\r\n");
  const message::Fields fields(end == bytes.npos ? bytes : bytes.substr(0, end + 2));
  require(!fields.find_all("Return-Path").empty(), "no Return-Path", bytes);
  require(!fields.find_all("Received").empty(), "no Received", bytes);
  if (submission) check_author(fields, local, bytes);
}

// One server for many runs; each gets an account of its own.
class Server {
public:
  Server()
      : log_(2, log::Format::logfmt, log::Level::error), limits_(clock_), pool_(1),
        hub_({loop_.executor()}), received_ids_({1, 2, 3}),
        local_users_(clock_, senders(), [](uid_t) { return std::optional<std::string>("bob"); }) {
    store::Options options;
    options.folder = folder_ / "store";
    options.engine = store::Engine::memory;
    options.min_free_space = 0;
    store_ = must(store::Store::open(options, clock_, random_, {}));
    verifier_ = must(
        sasl::hash_password("correct horse", random_, {.memory_kib = 8, .passes = 1, .lanes = 1}));
  }

  bool used_up() const { return runs_ == 200; }

  void run(std::string_view input) {
    const bool pieces = (input.front() & 2) != 0;
    local_ = (input.front() & 4) != 0;
    submission_ = local_ || (input.front() & 1) != 0;
    input.remove_prefix(1);
    clock_.next_day();
    users_ = std::make_unique<login::StoreUsers>(*store_);
    logins_ = std::make_unique<login::Logins>(*store_, *users_, pool_, limits_, metrics_, clock_,
                                              random_, std::string(32, 'k'));
    directory_.account = make_account();
    std::string told;
    loop_.run(converse(pieces, input, told));
    if (std::getenv("MOX_SHOW") != nullptr) fmt::print(stderr, "{}\n", told);
    const auto counted = check_replies(told);
    const auto lines = static_cast<std::size_t>(std::ranges::count(input, '\n'));
    // The greeting, and what is said of a line too long.
    require(counted.replies <= lines + 2, "more replies than lines", told);
    check_inbox(counted.stored);
    drop_login();
    if (++runs_ % 20 != 0) return;
    const auto proof = must(store_->verify());
    require(proof.errors.empty(), "store", proof.errors.empty() ? "" : proof.errors.front());
  }

private:
  // All have the same login, one after the other.
  static constexpr std::string_view login = "mjl@mox.example";

  store::AccountId make_account() {
    auto make = [this](store::Txn& txn) -> Result<store::AccountId> {
      MOX_TRY_ASSIGN(account, txn.create_account(fmt::format("account{}", runs_)));
      MOX_TRY(txn.add_login(account, login));
      store::Credential credential;
      credential.name = "password";
      credential.secret = verifier_;
      MOX_TRY(txn.set_credential(account, std::move(credential)));
      MOX_TRY(txn.create_mailbox(account, "Inbox", 0));
      return account;
    };
    return must(store_->write_blocking<store::AccountId>(make));
  }

  void drop_login() {
    auto drop = [this](store::Txn& txn) { return txn.remove_login(directory_.account, login); };
    const auto dropped = store_->write_blocking<void>(drop);
    require(dropped.has_value(), "login");
  }

  void check_inbox(std::size_t stored) const {
    const auto snapshot = store_->read();
    const auto mailbox = snapshot.find_mailbox(directory_.account, "Inbox");
    auto placements = snapshot.placements(directory_.account, mailbox->id);
    auto reader = snapshot.messages(directory_.account);
    std::size_t count = 0;
    for (auto placement = placements.seek(store::Uid{1}); placement;
         placement = placements.next()) {
      const auto content = reader.content(placement->message);
      const auto rendering = reader.rendering(placement->message);
      std::string bytes(content->size, '\0');
      const auto read = store_->read_message(snapshot, *content, *rendering, 0, bytes);
      require(read.has_value(), "read");
      check_message(bytes, submission_, local_);
      ++count;
    }
    require(stored == 0 ? count == 0 : count >= stored, "stored is not what was said");
  }

  async::Task<> converse(bool pieces, std::string_view bytes, std::string& told) {
    const net::PeerCredentials bob{.uid = 1000, .gid = 1000, .pid = 1};
    net::Connection connection(std::make_unique<test::ScriptTransport>(
        loop_.executor(), bytes, pieces, told, local_ ? std::optional(bob) : std::nullopt));
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
    const service::Listener listener{
        .name = "smtp", .hostname = "mx.example", .plaintext_login = true};
    const smtpserver::Options options{.kind = submission_ ? smtpserver::Kind::submission
                                                          : smtpserver::Kind::delivery,
                                      .directory = directory_,
                                      .received_ids = received_ids_,
                                      .spool_budget = spool_budget_,
                                      .max_message_size = 1U << 14U,
                                      .local_users = local_ ? &local_users_ : nullptr};
    const service::Session session{.parts = parts,
                                   .listener = listener,
                                   .registry = hub_.registry(0),
                                   .connection = connection,
                                   .wake = wake,
                                   .cid = 1};
    co_await smtpserver::serve(session, options, nullptr);
  }

  HurriedClock clock_;
  test::FakeRandom random_;
  test::TemporaryFolder folder_;
  log::Logger log_;
  metrics::Metrics metrics_;
  limits::Limits limits_;
  spool::Budget spool_budget_;
  std::atomic<bool> stopping_ = false;
  test::Loop loop_;
  async::Pool pool_;
  wakeup::Hub hub_;
  smtpserver::ReceivedIds received_ids_;
  localusers::Users local_users_;
  OneAccount directory_;
  bool local_ = false;
  bool submission_ = false;
  std::string verifier_;
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
