// A store in memory with the account "mjl", and what checks logins to it.
#pragma once

#include "limits/limits.h"
#include "login/login.h"
#include "login/secret.h"
#include "metrics/metrics.h"
#include "sasl/password.h"
#include "sasl/verifiers.h"
#include "store/store.h"
#include "support/catch.h"
#include "support/fake_clock.h"
#include "support/fake_random.h"
#include "support/run_task.h"
#include "support/temporary_folder.h"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mox::login::test {

// The cheapest that is allowed to be a verifier at all: nothing here is about its strength.
inline constexpr sasl::PasswordCost cheap{.memory_kib = 8, .passes = 1, .lanes = 1};

inline std::string verifier(std::string_view password) {
  mox::test::FakeRandom random(7);
  return sasl::hash_password(password, random, cheap).value();
}

// For all mechanisms.
inline std::string all_verifiers(std::string_view password) {
  mox::test::FakeRandom random(7);
  return to_secret(sasl::make_verifiers(password, random, cheap).value());
}

inline const net::Address here = net::Address::v4({192, 0, 2, 1});
inline const net::Address elsewhere = net::Address::v4({198, 51, 100, 1});

// Those of the store, which a test can disable.
class TestUsers final : public Users {
public:
  explicit TestUsers(const store::Store& store) : users_(store) {}

  std::optional<User> find(std::string_view login) const override {
    auto user = users_.find(login);
    if (user) user->disabled = disabled;
    if (user) user->hidden_capabilities = hidden_capabilities;
    return user;
  }

  std::string disabled;
  std::vector<std::string> hidden_capabilities;

private:
  StoreUsers users_;
};

class World {
public:
  explicit World(std::size_t pool_threads = 1) : limits(clock), pool(pool_threads) {
    store::Options options;
    options.folder = folder / "store";
    options.engine = store::Engine::memory;
    options.min_free_space = 0;
    store = store::Store::open(options, clock, random, {}).value();
    account = make_account("mjl");
    set_password(account, verifier("correct horse"));
    users = std::make_unique<TestUsers>(*store);
    logins = std::make_unique<Logins>(*store, *users, pool, limits, metrics, clock, random,
                                      std::string(32, 'k'));
  }

  store::AccountId make_account(const std::string& name) {
    auto make = [&name](store::Txn& txn) -> Result<store::AccountId> {
      MOX_TRY_ASSIGN(made, txn.create_account(name));
      MOX_TRY(txn.add_login(made, name + "@mox.example"));
      return made;
    };
    return store->write_blocking<store::AccountId>(std::move(make)).value();
  }

  void put(store::AccountId of, const store::Credential& credential) {
    auto set = [&](store::Txn& txn) -> Result<> {
      MOX_TRY(txn.set_credential(of, credential));
      return ok();
    };
    const auto done = store->write_blocking<void>(std::move(set));
    REQUIRE(done);
  }

  // A further one, or another value for the first.
  void set_password(store::AccountId of, const std::string& secret, bool further = false) {
    const auto present = store->read().credentials(of);
    store::Credential credential;
    if (!present.empty() && !further) credential = present.front();
    credential.name = further ? "further" : "password";
    credential.secret = secret;
    put(of, credential);
  }

  static Attempt attempt() {
    return {.kind = "submission", .variant = "plain", .client = {.remote = here}};
  }

  Outcome check(std::string_view user, std::string_view password) {
    mox::test::Loop loop;
    return loop.run(logins->check(attempt(), user, password));
  }

  bool counted(std::string_view result, int count) {
    return counted("submission", "plain", result, count);
  }

  bool counted(std::string_view kind, std::string_view variant, std::string_view result,
               int count) {
    const auto line =
        fmt::format("mox_authentication_total{{kind=\"{}\",result=\"{}\",variant=\"{}\"}} {}\n",
                    kind, result, variant, count);
    return metrics.render().contains(line);
  }

  // Those of an account, or of nobody (0), newest first.
  std::vector<store::LoginAttempt> attempts(store::AccountId of) const {
    logins->write_attempts();
    return store->read().login_attempts(of, 100);
  }

  mox::test::FakeClock clock;
  mox::test::FakeRandom random;
  mox::test::TemporaryFolder folder;
  limits::Limits limits;
  metrics::Metrics metrics;
  async::Pool pool;
  std::unique_ptr<store::Store> store;
  store::AccountId account{};
  std::unique_ptr<TestUsers> users;
  std::unique_ptr<Logins> logins;
};

} // namespace mox::login::test
