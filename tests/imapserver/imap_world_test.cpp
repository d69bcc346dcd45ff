#include "imap_world.h"
#include "message/parser.h"
#include "sasl/password.h"
#include "store/operations.h"
#include "support/catch.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace mox::imapserver::test {

namespace {

// The cheapest that is allowed to be a verifier at all: nothing here is about its strength.
const std::string& verifier() {
  static mox::test::FakeRandom random(7);
  static const auto text =
      sasl::hash_password("correct horse", random, {.memory_kib = 8, .passes = 1, .lanes = 1})
          .value();
  return text;
}

template <class T> T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().text);
  return *std::move(result);
}

void must(Result<> result) {
  if (!result) throw std::runtime_error(result.error().text);
}

std::pair<std::string_view, std::string_view> two_words(std::string_view text) {
  const auto space = text.find(' ');
  if (space == std::string_view::npos) return {text, {}};
  return {text.substr(0, space), text.substr(space + 1)};
}

} // namespace

struct ImapWorld::Served {
  net::Connection connection;
  async::Event wake;
  std::uint64_t cid;

  Served(net::Connection end, std::uint64_t id) : connection(std::move(end)), cid(id) {}
};

ImapWorld::ImapWorld(mox::test::Loop& loop, bool trickle)
    : loop_(loop), trickle_(trickle), log_(2, log::Format::logfmt, log::Level::error),
      limits_(clock_), pool_(2), hub_({loop.executor()}),
      plain_{.name = "imap", .hostname = "mx.example", .plaintext_login = true},
      starttls_{.name = "imap", .hostname = "mx.example", .tls = &tls_.server},
      immediate_{
          .name = "imaps", .hostname = "mx.example", .tls = &tls_.server, .immediate_tls = true},
      locked_{.name = "imap", .hostname = "mx.example"},
      options_{.spool_budget = spool_budget_, .max_message_size = 1U << 20U},
      gate_(loop.executor(), [this](const std::exception_ptr& left) { exception_ = left; }) {
  open_store();
  make_account();
}

ImapWorld::~ImapWorld() = default;

void ImapWorld::open_store() {
  store::Options options;
  options.folder = folder_ / "store";
  options.engine = store::Engine::memory;
  options.min_free_space = 0;
  options.max_log_rows = 2;
  store_ = must(store::Store::open(options, clock_, random_, {}));
  store_->on_change([this](std::span<const store::AccountId> accounts) { hub_.notify(accounts); });
  users_ = std::make_unique<HidingUsers>(*store_);
  logins_ = std::make_unique<login::Logins>(*store_, *users_, pool_, limits_, metrics_, clock_,
                                            random_, std::string(32, 'k'));
  parts_ = std::unique_ptr<service::Parts>(new service::Parts{.store = *store_,
                                                              .pool = pool_,
                                                              .logins = *logins_,
                                                              .limits = limits_,
                                                              .metrics = metrics_,
                                                              .log = log_,
                                                              .clock = clock_,
                                                              .random = random_,
                                                              .stopping = stopping_});
}

void ImapWorld::make_account() {
  account_ = must(store_->write_blocking<store::AccountId>([](store::Txn& txn) {
    return [&]() -> Result<store::AccountId> {
      MOX_TRY_ASSIGN(account, txn.create_account("mjl"));
      MOX_TRY(txn.add_login(account, "mjl@mox.example"));
      store::Credential credential;
      credential.name = "password";
      credential.secret = verifier();
      MOX_TRY(txn.set_credential(account, std::move(credential)));
      MOX_TRY(txn.create_mailbox(account, "Inbox", 0));
      MOX_TRY(txn.subscribe(account, "Inbox"));
      const auto sent = static_cast<std::uint8_t>(store::SpecialUse::sent);
      MOX_TRY(txn.create_mailbox(account, "Sent", sent));
      return account;
    }();
  }));
}

net::Connection ImapWorld::connect(std::string_view, std::string_view arguments) {
  const auto& listener = arguments == "tls"        ? immediate_
                         : arguments == "starttls" ? starttls_
                         : arguments == "locked"   ? locked_
                                                   : plain_;
  auto [client, server] =
      net::memory_pair(loop_.executor(), {.capacity = 16U << 20U}, {.trickle = trickle_});
  auto& open = served_.emplace_back(std::move(server), served_.size() + 1);
  gate_.spawn(serve(service::Session{.parts = *parts_,
                                     .listener = listener,
                                     .registry = hub_.registry(0),
                                     .connection = open.connection,
                                     .wake = open.wake,
                                     .cid = open.cid},
                    options_));
  return std::move(client);
}

async::Task<bool> ImapWorld::direct(std::string_view word, std::string_view arguments) {
  const auto account = account_;
  if (word == "deliver") co_return co_await deliver(arguments);
  if (word == "mailbox") {
    auto make = [account, name = std::string(arguments)](store::Txn& txn) -> Result<> {
      MOX_TRY(txn.create_mailbox(account, name, 0));
      return ok();
    };
    auto made = co_await store_->write<void>(std::move(make));
    must(std::move(made));
    co_return true;
  }
  if (word == "hide") {
    auto left = arguments;
    while (!left.empty()) {
      const auto [name, others] = two_words(left);
      users_->hidden.emplace_back(name);
      left = others;
    }
    co_return true;
  }
  if (word == "quota") {
    auto set = [account, bytes = std::stoull(std::string(arguments))](store::Txn& txn) {
      return txn.set_quota(account, bytes);
    };
    auto done = co_await store_->write<void>(std::move(set));
    must(std::move(done));
    co_return true;
  }
  if (word == "crowd")
    for (int left = std::stoi(std::string(arguments)); left > 0; --left)
      crowd_.push_back(connect("", ""));
  if (word == "forget") must(store_->maintain());
  if (word == "lost") lose_large_folder();
  if (word == "errors") check_errors(arguments);
  if (word == "late") clock_.be_late();
  if (word == "stop") stop();
  constexpr std::array<std::string_view, 7> known = {"crowd", "forget", "lost", "errors",
                                                     "late",  "stop",   "whole"};
  co_return std::ranges::find(known, word) != known.end();
}

async::Task<bool> ImapWorld::deliver(std::string_view arguments) {
  const auto [name, subject] = two_words(arguments);
  auto text = fmt::format("From: <remote@example.org>\r\nSubject: {}\r\n\r\nhello\r\n", subject);
  store::NewMessage fresh;
  fresh.summary =
      std::make_shared<const message::Summary>(message::summarize(message::parse(text)));
  auto body = co_await store_->prepare(std::move(text), pool_);
  fresh.body = must(std::move(body));
  fresh.received = unix_seconds(clock_.wall());
  const auto mailbox = store_->read().find_mailbox(account_, name);
  if (!mailbox) co_return false;
  std::vector<store::NewMessage> messages;
  messages.push_back(std::move(fresh));
  auto placed = co_await store::append(*store_, account_, mailbox->id, std::move(messages));
  must(std::move(placed));
  co_return true;
}

void ImapWorld::lose_large_folder() {
  large_folder_ = folder_ / "store" / "blobs" / "large";
  std::filesystem::rename(large_folder_, folder_ / "lost");
}

void ImapWorld::check_errors(std::string_view count) const {
  const auto logged = std::to_string(log_.count(log::Level::error));
  if (logged != count) throw std::runtime_error(fmt::format("{} errors are in the log", logged));
}

void ImapWorld::stop() {
  stopping_ = true;
  for (auto& open : served_) open.wake.notify();
}

std::string ImapWorld::end() {
  stop();
  crowd_.clear();
  loop_.run(gate_.close());
  if (!large_folder_.empty()) std::filesystem::rename(folder_ / "lost", large_folder_);
  if (exception_) std::rethrow_exception(exception_);
  const auto proof = store_->verify();
  if (!proof) return proof.error().text;
  return proof->errors.empty() ? "" : proof->errors.front();
}

} // namespace mox::imapserver::test
