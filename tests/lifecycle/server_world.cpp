#include "lifecycle/server_world.h"

#include "store/txn.h"

#include <array>
#include <chrono>
#include <stdexcept>
#include <sys/mman.h>
#include <thread>
#include <unistd.h>

namespace mox::lifecycle::test {

namespace {

class OneUser final : public delivery::Directory {
public:
  explicit OneUser(store::AccountId account) : account_(account) {}

  delivery::Lookup find(const smtp::Path&) const override {
    return {.kind = delivery::Lookup::Kind::found,
            .destinations = {{.account = account_, .mailbox = "Inbox"}}};
  }

  bool may_send_as(store::AccountId, const smtp::Path&) const override { return false; }

private:
  store::AccountId account_;
};

} // namespace

net::Endpoint loopback(std::uint16_t port, std::uint8_t last) {
  return {.address = net::Address::v4({127, 0, 0, last}), .port = port};
}

ServerWorld::ServerWorld(store::Engine engine)
    : engine_(engine), log_file_(::memfd_create("log", MFD_CLOEXEC)), log_(log_file_) {}

ServerWorld::~ServerWorld() {
  ::close(log_file_);
}

Config ServerWorld::config(std::initializer_list<Protocol> protocols) {
  Config config;
  config.listeners.emplace_back().hostname = "mx.example";
  for (const auto protocol : protocols)
    config.listeners.front().listen.push_back({.protocol = protocol, .at = loopback()});
  config.io_threads = 2;
  config.store.folder = folder / "store";
  config.store.engine = engine_;
  config.find_people = [this](store::Store& opened) { return find_people(opened); };
  return config;
}

Result<People> ServerWorld::find_people(store::Store& opened) {
  auto account = opened.read().find_account("mjl");
  if (!account) {
    MOX_TRY_ASSIGN(made, opened.write_blocking<store::AccountId>(
                             [](store::Txn& txn) -> Result<store::AccountId> {
                               MOX_TRY_ASSIGN(fresh, txn.create_account("mjl"));
                               MOX_TRY(txn.create_mailbox(fresh, "Inbox", 0));
                               return fresh;
                             }));
    account = made;
  }
  store = &opened;
  account_ = *account;
  return People{.directory = std::make_shared<OneUser>(account_),
                .users = std::make_shared<login::StoreUsers>(opened)};
}

Result<std::unique_ptr<Server>> ServerWorld::start(Config config) {
  return Server::start(std::move(config), clock_, random_, log_);
}

std::string ServerWorld::logged() const {
  std::string text;
  std::array<char, 4096> bytes{};
  for (;;) {
    const auto size =
        ::pread(log_file_, bytes.data(), bytes.size(), static_cast<off_t>(text.size()));
    if (size <= 0) return text;
    text.append(bytes.data(), static_cast<std::size_t>(size));
  }
}

void ServerWorld::wait_until_logged(std::string_view text) const {
  wait_until([&] { return logged().find(text) != std::string::npos; });
}

std::uint64_t ServerWorld::messages() const {
  return store->read().find_mailbox(account_, "Inbox")->counts.messages;
}

net::Endpoint place_of(const Server& server, Protocol protocol) {
  for (const auto& bound : server.bound())
    if (bound.protocol == protocol) return bound.at;
  throw std::runtime_error("no place for that protocol");
}

void wait_until(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) throw std::runtime_error("waited for nothing");
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

mox::test::Client client_in_data(const net::Endpoint& smtp) {
  mox::test::Client client(smtp);
  client.say("EHLO client.example\r\nMAIL FROM:<a@example.org>\r\n"
             "RCPT TO:<mjl@mox.example>\r\nDATA\r\n");
  if (client.line_with("354 ") == "(end)") throw std::runtime_error("no message is taken");
  return client;
}

} // namespace mox::lifecycle::test
