#include "api_world.h"
#include "async/sleep.h"
#include "delivery/deliver.h"
#include "localapi/place.h"
#include "message/summary.h"
#include "store/txn.h"
#include "support/sockets.h"

#include <fmt/format.h>

#include <stdexcept>

namespace mox::localapi::test {

namespace {

template <class T> T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().text);
  return *std::move(result);
}

void must(Result<> result) {
  if (!result) throw std::runtime_error(result.error().text);
}

std::string trace(const Sent& sent, const std::string& recipient, std::int64_t now) {
  smtp::Received received;
  received.from = {"client.example", ""};
  received.by = {"localhost", ""};
  received.id = "connection";
  received.recipient = recipient;
  received.date = now;
  if (sent.login.empty()) {
    received.remote_ip = "192.0.2.1";
  } else {
    received.from = {};
    received.tls = received.authenticated = true;
    received.tls_version = "TLS1.3";
    received.cipher_suite = "TLS_AES_128_GCM_SHA256";
    received.login = sent.login;
  }
  return fmt::format("Delivered-To: {}\r\nReturn-Path: <{}>\r\n{}", recipient, sent.from,
                     smtp::format_received(received));
}

async::Task<std::string> read_all(net::Connection& client) {
  std::string all;
  while (true) {
    const auto bytes = co_await client.read_some(100'000, mox::test::soon());
    if (!bytes) break;
    all += *bytes;
  }
  co_return all;
}

async::Task<> exchange(net::Connection& client, std::string sent, std::string& got) {
  // A server that refuses a request does not read all of it.
  const auto written = co_await client.write(sent, mox::test::soon());
  static_cast<void>(written);
  got = co_await read_all(client);
  client.close();
}

async::Task<> send_and_leave(net::Connection& client, std::string sent) {
  auto written = co_await client.write(sent, mox::test::soon());
  must(std::move(written));
  co_await async::sleep_until(mox::test::in(std::chrono::milliseconds(5)));
  client.close();
}

std::string without_chunks(std::string_view body) {
  std::string whole;
  while (!body.empty()) {
    const auto line = body.find("\r\n");
    const auto size = std::stoul(std::string(body.substr(0, line)), nullptr, 16);
    whole += body.substr(line + 2, size);
    body.remove_prefix(line + 2 + size + 2);
  }
  return whole;
}

Got parse(const std::string& bytes) {
  const auto end = bytes.find("\r\n\r\n");
  if (end == std::string::npos) return {};
  Got got;
  got.status = static_cast<unsigned>(std::stoul(bytes.substr(9, 3)));
  got.head = bytes.substr(0, end + 2);
  got.body = bytes.substr(end + 4);
  if (got.head.contains("Transfer-Encoding: chunked")) got.body = without_chunks(got.body);
  return got;
}

} // namespace

json::Value Got::json() const {
  return must(json::parse(body, {.size = 100U << 20U, .depth = 200}));
}

struct ApiWorld::Served {
  net::Connection connection;
  async::Event wake{};

  explicit Served(net::Connection end) : connection(std::move(end)) {}
};

ApiWorld::ApiWorld()
    : log_(2, log::Format::logfmt, log::Level::error), limits_(clock_), pool_(1),
      hub_({loop.executor()}),
      api_({.version = "1.2.3",
            .faults = faults,
            .find_inbox = [this](std::string user) { return find_inbox(std::move(user)); }}),
      listener_{.name = "http", .hostname = "mail.test"},
      gate_(loop.executor(), [this](const std::exception_ptr& left) { exception_ = left; }) {
  store::Options options;
  options.folder = folder_ / "store";
  options.engine = store::Engine::memory;
  options.min_free_space = 0;
  store = must(store::Store::open(options, messages_clock, random_, {}));
  store->on_change([this](std::span<const store::AccountId> all) { hub_.notify(all); });
  users_ = std::make_unique<login::StoreUsers>(*store);
  logins_ = std::make_unique<login::Logins>(*store, *users_, pool_, limits_, metrics_, clock_,
                                            random_, std::string(32, 'k'));
  parts_ = std::unique_ptr<service::Parts>(new service::Parts{.store = *store,
                                                              .pool = pool_,
                                                              .logins = *logins_,
                                                              .limits = limits_,
                                                              .metrics = metrics_,
                                                              .log = log_,
                                                              .clock = clock_,
                                                              .random = random_,
                                                              .stopping = stopping_});
  const auto mox = make_account("mox", "mox@localhost");
  must(store->write_blocking<void>([mox](store::Txn& txn) -> Result<> {
    MOX_TRY(txn.create_mailbox(mox, "Sent", 0));
    return ok();
  }));
  make_account("alice@localhost", "alice@localhost");
}

ApiWorld::~ApiWorld() {
  // Before what its threads tell of their work.
  parts_.reset();
  logins_.reset();
  store.reset();
}

store::AccountId ApiWorld::make_account(const char* name, const char* login) {
  auto make = [name, login](store::Txn& txn) -> Result<store::AccountId> {
    MOX_TRY_ASSIGN(account, txn.create_account(name));
    MOX_TRY(txn.add_login(account, login));
    MOX_TRY(txn.create_mailbox(account, "Inbox", 0));
    return account;
  };
  return must(store->write_blocking<store::AccountId>(std::move(make)));
}

void ApiWorld::remove_mailbox(const char* name) {
  const auto account = store->read().find_account("mox").value();
  must(store->write_blocking<void>(
      [account, name](store::Txn& txn) { return txn.delete_mailbox(account, name); }));
}

async::Task<Result<store::AccountId>> ApiWorld::find_inbox(std::string user) {
  if (user == "one-more") co_return failure(ErrorKind::full, "there may be 1000 inboxes");
  const auto account = store->read().find_login(user.empty() ? "mox@localhost" : user);
  if (!account) co_return failure(ErrorKind::not_found, "nobody");
  co_return *account;
}

std::string ApiWorld::deliver(Sent sent) {
  return loop.run(deliver_later(std::move(sent)));
}

async::Task<std::string> ApiWorld::deliver_later(Sent sent) {
  co_await async::sleep_until(mox::test::in(std::chrono::milliseconds(2)));
  const auto snapshot = store->read();
  const auto account = snapshot.find_account(sent.account).value();
  const auto now = unix_seconds(messages_clock.wall());
  std::vector<delivery::Recipient> recipients;
  for (const auto& to : sent.to)
    recipients.push_back({.destination = {.account = account, .mailbox = sent.mailbox},
                          .prefix = sent.by_smtp ? trace(sent, to, now) : ""});
  auto summary =
      std::make_shared<const message::Summary>(message::summarize(message::parse(sent.text)));
  auto body = must(store->prepare_blocking(sent.text));
  auto delivered = co_await delivery::deliver(*store, std::move(recipients), std::move(body),
                                              std::move(summary), sent.text.size(), now);
  must(std::move(delivered));
  const auto mailbox = store->read().find_mailbox(account, sent.mailbox).value();
  const Place place{.account = account, .mailbox = mailbox.id, .uid = mailbox.uidnext - 1};
  co_return to_string(place);
}

async::Task<> ApiWorld::stop_later() {
  co_await async::sleep_until(mox::test::in(std::chrono::milliseconds(2)));
  stop();
}

net::Connection ApiWorld::connect() {
  auto [client, server] = net::memory_pair(loop.executor());
  auto& open = served_.emplace_back(std::move(server));
  gate_.spawn(api_.serve(service::Session{.parts = *parts_,
                                          .listener = listener_,
                                          .registry = hub_.registry(0),
                                          .connection = open.connection,
                                          .wake = open.wake,
                                          .cid = served_.size()}));
  return std::move(client);
}

Got ApiWorld::ask(std::string_view method, std::string_view target, std::string_view body,
                  std::string_view fields) {
  auto client = connect();
  std::string got;
  const auto sent = fmt::format("{} {} HTTP/1.1\r\n{}Connection: close\r\nContent-Length: {}\r\n"
                                "\r\n{}",
                                method, target, fields, body.size(), body);
  loop.run(exchange(client, sent, got));
  return parse(got);
}

Got ApiWorld::ask_while(std::string_view target, async::Task<> meanwhile) {
  auto client = connect();
  std::string got;
  const auto sent =
      fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", target);
  run_both(loop, exchange(client, sent, got), std::move(meanwhile));
  return parse(got);
}

void ApiWorld::ask_and_leave(std::string_view target) {
  auto client = connect();
  const auto sent = fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n", target);
  loop.run(send_and_leave(client, sent));
}

std::vector<net::Connection> ApiWorld::open(std::size_t count) {
  std::vector<net::Connection> connections;
  for (std::size_t i = 0; i < count; ++i) connections.push_back(connect());
  loop.run(async::yield());
  return connections;
}

std::vector<std::string> ApiWorld::ids(std::string_view target) {
  const auto got = get(target);
  if (got.status != 200) throw std::runtime_error(got.body);
  std::vector<std::string> ids;
  const auto list = got.json();
  for (const auto& message : list.at("messages").as_array())
    ids.emplace_back(message.at("id").as_string());
  return ids;
}

void ApiWorld::stop() {
  stopping_ = true;
  for (auto& open : served_) open.wake.notify();
}

void ApiWorld::end() {
  stop();
  loop.run(gate_.close());
  if (exception_) std::rethrow_exception(exception_);
}

} // namespace mox::localapi::test
