// What a server needs to run within a test, and what it leaves there. The domain mox.example has
// the user mjl.
#pragma once

#include "clock/clock.h"
#include "lifecycle/client.h"
#include "lifecycle/server.h"
#include "random/random.h"
#include "store/store.h"
#include "support/temporary_folder.h"

#include <initializer_list>
#include <memory>
#include <string>

namespace mox::lifecycle::test {

// 127.0.0.1 unless told otherwise; port 0 is any free one.
net::Endpoint loopback(std::uint16_t port = 0, std::uint8_t last = 1);

class ServerWorld {
public:
  explicit ServerWorld(store::Engine engine = store::Engine::memory);
  ~ServerWorld();
  ServerWorld(const ServerWorld&) = delete;
  ServerWorld& operator=(const ServerWorld&) = delete;

  // Listens on any port of 127.0.0.1 for each protocol.
  Config config(std::initializer_list<Protocol> protocols);
  Result<std::unique_ptr<Server>> start(Config config);

  // All lines until now.
  std::string logged() const;
  // Waits for a line with `text`; throws when none has come after half a minute.
  void wait_until_logged(std::string_view text) const;
  // In mjl's Inbox, while there is a store.
  std::uint64_t messages() const;

  mox::test::TemporaryFolder folder;
  // Of the last server that came so far.
  store::Store* store = nullptr;

private:
  Result<People> find_people(store::Store& opened);

  store::Engine engine_;
  SystemClock clock_;
  SystemRandom random_;
  int log_file_;
  log::Logger log_;
  store::AccountId account_{};
};

// Where the server took its place for that protocol.
net::Endpoint place_of(const Server& server, Protocol protocol);

// Polls; throws when it has not come true after half a minute.
void wait_until(const std::function<bool()>& condition);

// A client that was greeted and has said all up to DATA.
mox::test::Client client_in_data(const net::Endpoint& smtp);

} // namespace mox::lifecycle::test
