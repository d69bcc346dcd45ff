#include "login/login.h"

#include "address/address.h"
#include "async/handoff.h"
#include "limits/limits.h"
#include "metrics/metrics.h"
#include "sasl/password.h"
#include "sasl/password_cache.h"
#include "store/snapshot.h"
#include "store/store.h"
#include "text/utf8.h"

#include <algorithm>
#include <atomic>
#include <utility>
#include <vector>

namespace mox::login {

namespace {

// A check holds a thread of the pool for some 30 ms and 19 MiB. Beyond so many waiting ones a
// client is told to come back, before it loses patience by itself.
constexpr int most_waiting_checks = 64;

// A verifier that no password fits, so that a login nobody has takes as long as one that exists.
constexpr std::string_view dummy_verifier = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3Mgc2FsdCEhIQ$"
                                            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

struct Account {
  store::AccountId id;
  std::vector<store::Credential> passwords;
};

// The form in which logins are kept: an address, without regard to case.
std::string canonical_login(std::string_view user) {
  const auto address = address::parse_address(user);
  if (!address) return {};
  const auto localpart = address::canonical(address->localpart, {});
  if (!localpart) return {};
  return address::to_unicode({.localpart = *localpart, .domain = address->domain});
}

std::string_view result_of(Verdict verdict) {
  switch (verdict) {
  case Verdict::ok: return "ok";
  case Verdict::bad_user: return "baduser";
  case Verdict::bad_password: return "badpassword";
  case Verdict::overloaded: return "aborted";
  case Verdict::error: return "error";
  }
  std::unreachable();
}

} // namespace

struct Logins::State {
  store::Store& store;
  async::Pool& pool;
  limits::Limits& limits;
  metrics::Metrics& metrics;
  sasl::PasswordCache cache;
  std::atomic<int> waiting = 0;

  std::optional<Account> find(const std::string& login) const;
  Verdict check_remembered(const Account& account, std::string_view password);
  async::Task<Verdict> check_password(const std::optional<Account>& account,
                                      std::string_view password);
};

std::optional<Account> Logins::State::find(const std::string& login) const {
  if (login.empty()) return std::nullopt;
  const auto snapshot = store.read();
  const auto id = snapshot.find_login(login);
  if (!id) return std::nullopt;
  Account account{.id = *id, .passwords = snapshot.credentials(*id)};
  std::erase_if(account.passwords, [](const store::Credential& credential) {
    return credential.kind != store::CredentialKind::password;
  });
  return account;
}

Verdict Logins::State::check_remembered(const Account& account, std::string_view password) {
  for (const auto& credential : account.passwords) {
    const sasl::CredentialVersion version{.account = static_cast<std::uint32_t>(account.id),
                                          .credential = credential.id,
                                          .version = credential.version};
    if (cache.has(version, password)) return Verdict::ok;
  }
  return Verdict::bad_password;
}

async::Task<Verdict> Logins::State::check_password(const std::optional<Account>& account,
                                                   std::string_view password) {
  if (account && check_remembered(*account, password) == Verdict::ok) co_return Verdict::ok;
  if (waiting.fetch_add(1) >= most_waiting_checks) {
    waiting.fetch_sub(1);
    co_return Verdict::overloaded;
  }
  // The views live on in the caller, which cannot be cancelled while the pool works.
  auto work = [this, &account, password]() -> Verdict {
    if (!account) {
      static_cast<void>(sasl::check_password(dummy_verifier, password));
      return Verdict::bad_user;
    }
    auto verdict = Verdict::bad_password;
    for (const auto& credential : account->passwords) {
      const auto right = sasl::check_password(credential.secret, password);
      if (!right) verdict = Verdict::error;
      if (!right || !*right) continue;
      cache.add({.account = static_cast<std::uint32_t>(account->id),
                 .credential = credential.id,
                 .version = credential.version},
                password);
      return Verdict::ok;
    }
    return verdict;
  };
  const auto verdict = co_await async::run_blocking(pool, std::move(work));
  waiting.fetch_sub(1);
  co_return verdict;
}

Logins::Logins(store::Store& store, async::Pool& pool, limits::Limits& limits,
               metrics::Metrics& metrics, const Clock& clock, Random& random)
    : state_(new State{.store = store,
                       .pool = pool,
                       .limits = limits,
                       .metrics = metrics,
                       .cache = sasl::PasswordCache(clock, random)}) {}

Logins::~Logins() = default;

async::Task<Outcome> Logins::check(Attempt attempt) {
  Outcome outcome;
  outcome.login = canonical_login(attempt.user);
  const auto account = state_->find(outcome.login);
  // Both sides compare the prepared form (RFC 8265 section 4.2); check_password prepares it.
  outcome.verdict = co_await state_->check_password(account, attempt.password);
  if (outcome.verdict == Verdict::ok) outcome.account = account->id;
  if (outcome.verdict == Verdict::ok)
    state_->limits.failed_logins.reset(attempt.remote);
  else if (outcome.verdict == Verdict::bad_user || outcome.verdict == Verdict::bad_password)
    state_->limits.failed_logins.add(attempt.remote);
  state_->metrics.authentication(attempt.kind, attempt.variant, result_of(outcome.verdict));
  co_return outcome;
}

} // namespace mox::login
