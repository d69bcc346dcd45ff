#include "login/login.h"

#include "address/address.h"
#include "async/handoff.h"
#include "limits/limits.h"
#include "login/recorder.h"
#include "login/secret.h"
#include "metrics/metrics.h"
#include "sasl/password.h"
#include "sasl/password_cache.h"
#include "store/snapshot.h"
#include "store/store.h"
#include "store/txn.h"
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

std::string_view result_of(Verdict verdict) {
  switch (verdict) {
  case Verdict::ok: return "ok";
  case Verdict::bad_user: return "baduser";
  case Verdict::bad_password: return "badpassword";
  case Verdict::bad_credentials: return "badcreds";
  case Verdict::bad_binding: return "badchanbind";
  case Verdict::bad_protocol: return "badprotocol";
  case Verdict::disabled: return "logindisabled";
  case Verdict::aborted:
  case Verdict::overloaded: return "aborted";
  case Verdict::error: return "error";
  }
  std::unreachable();
}

// Such a one counts against the address.
bool is_wrong(Verdict verdict) {
  using enum Verdict;
  return verdict == bad_user || verdict == bad_password || verdict == bad_credentials ||
         verdict == bad_binding;
}

// Words of the scope are the kinds of doors; none means all.
bool is_for(const store::Credential& credential, std::string_view kind) {
  if (credential.scope.empty()) return true;
  std::string_view scope = credential.scope;
  while (!scope.empty()) {
    const auto end = std::min(scope.find(' '), scope.size());
    if (scope.substr(0, end) == kind) return true;
    scope.remove_prefix(std::min(end + 1, scope.size()));
  }
  return false;
}

sasl::CredentialVersion version_of(store::AccountId account, const store::Credential& credential) {
  return {.account = static_cast<std::uint32_t>(account),
          .credential = credential.id,
          .version = credential.version};
}

} // namespace

std::string canonical_login(std::string_view user) {
  const auto address = address::parse_address(user);
  if (!address) return {};
  const auto localpart = address::canonical(address->localpart, {});
  if (!localpart) return {};
  return address::to_unicode({.localpart = *localpart, .domain = address->domain});
}

struct Logins::State {
  store::Store& store;
  const Users& users;
  async::Pool& pool;
  limits::Limits& limits;
  metrics::Metrics& metrics;
  const Clock& clock;
  sasl::PasswordCache cache;
  std::string decoy_key;
  Recorder recorder;
  Newcomers newcomers{};
  std::atomic<int> waiting = 0;

  struct Checked {
    Verdict verdict = Verdict::bad_password;
    std::uint32_t credential = 0; // that was right
  };

  Known find(std::string_view user, std::string_view kind) const;
  // Of a user, or of one who becomes a user now.
  async::Task<Known> find_or_welcome(std::string_view user, std::string_view kind,
                                     std::optional<std::string_view> password);
  Checked check_remembered(const Known& known, std::string_view password);
  async::Task<Checked> check_password(const Known& known, std::string_view password);
  async::Task<> note_use(store::AccountId account, const store::Credential& credential);
  // Returns the number of the attempt in the recorder.
  std::uint64_t note(const Attempt& attempt, const Known& known, Verdict verdict);
  async::Task<Outcome> enter_by_key(Attempt attempt, store::Snapshot::KeyOwner owner,
                                    std::string_view user);
};

Known Logins::State::find(std::string_view user, std::string_view kind) const {
  Known known{.login = canonical_login(user), .user = {}, .passwords = {}};
  if (known.login.empty()) return known;
  known.user = users.find(user);
  if (!known.user) return known;
  known.login = known.user->login;
  known.passwords = store.read().credentials(known.user->account);
  const auto now = unix_seconds(clock.wall());
  std::erase_if(known.passwords, [&](const store::Credential& credential) {
    return credential.kind == store::CredentialKind::public_key || !is_for(credential, kind) ||
           (credential.expires != 0 && credential.expires <= now);
  });
  return known;
}

async::Task<Known> Logins::State::find_or_welcome(std::string_view user, std::string_view kind,
                                                  std::optional<std::string_view> password) {
  auto known = find(user, kind);
  if (known.user || !newcomers) co_return known;
  const auto login = co_await newcomers(user, password);
  if (login) known = find(*login, kind);
  co_return known;
}

Logins::State::Checked Logins::State::check_remembered(const Known& known,
                                                       std::string_view password) {
  for (const auto& credential : known.passwords) {
    if (cache.has(version_of(known.user->account, credential), password))
      return {.verdict = Verdict::ok, .credential = credential.id};
  }
  return {};
}

async::Task<Logins::State::Checked> Logins::State::check_password(const Known& known,
                                                                  std::string_view password) {
  if (known.user) {
    const auto remembered = check_remembered(known, password);
    if (remembered.verdict == Verdict::ok) co_return remembered;
  }
  if (waiting.fetch_add(1) >= most_waiting_checks) {
    waiting.fetch_sub(1);
    co_return Checked{.verdict = Verdict::overloaded};
  }
  // The views live on in the caller, which cannot be cancelled while the pool works.
  auto work = [this, &known, password]() -> Checked {
    // One without a password takes as long as one with.
    if (!known.user || known.passwords.empty()) {
      static_cast<void>(sasl::check_password(dummy_verifier, password));
      return {.verdict = known.user ? Verdict::bad_password : Verdict::bad_user};
    }
    Checked checked;
    for (const auto& credential : known.passwords) {
      const auto verifier = password_verifier(credential.secret);
      const auto right = verifier ? sasl::check_password(*verifier, password)
                                  : Result<bool>(failure(ErrorKind::corrupt, "no verifier"));
      if (!right) checked.verdict = Verdict::error;
      if (!right || !*right) continue;
      cache.add(version_of(known.user->account, credential), password);
      return {.verdict = Verdict::ok, .credential = credential.id};
    }
    return checked;
  };
  const auto checked = co_await async::run_blocking(pool, std::move(work));
  waiting.fetch_sub(1);
  co_return checked;
}

// Those that may be taken back one by one are shown with the hour of their last use.
async::Task<> Logins::State::note_use(store::AccountId account,
                                      const store::Credential& credential) {
  constexpr std::int64_t hour = 3600;
  if (credential.kind == store::CredentialKind::password) co_return;
  if (unix_seconds(clock.wall()) - credential.last_used < hour) co_return;
  auto note = [account, id = credential.id](store::Txn& txn) {
    return txn.credential_used(account, id);
  };
  // A login does not fail for that.
  const auto noted = co_await store.write<void>(std::move(note));
  static_cast<void>(noted);
}

std::uint64_t Logins::State::note(const Attempt& attempt, const Known& known, Verdict verdict) {
  const auto& client = attempt.client;
  if (verdict == Verdict::ok) limits.failed_logins.reset(client.remote);
  if (is_wrong(verdict)) limits.failed_logins.add(client.remote);
  const auto result = result_of(verdict);
  metrics.authentication(attempt.kind, attempt.variant, result);
  const auto now = unix_seconds(clock.wall());
  const auto account = known.user ? known.user->account : store::AccountId{0};
  // What can be no address is not kept: it may be a password in the wrong place.
  return recorder.add(account, {.first = now,
                                .last = now,
                                .count = 1,
                                .login = known.login,
                                .remote = client.remote.to_string(),
                                .local = client.local.to_string(),
                                .tls = client.tls,
                                .client_key = client.key,
                                .protocol = std::string(attempt.kind),
                                .program = client.program,
                                .mechanism = std::string(attempt.variant),
                                .result = std::string(result)});
}

namespace {

Outcome outcome_of(const Known& known, Verdict proven) {
  Outcome outcome{.verdict = proven,
                  .account = {},
                  .login = known.login,
                  .text = {},
                  .hidden_capabilities = {}};
  if (proven == Verdict::ok && !known.user) outcome.verdict = Verdict::bad_credentials;
  if (outcome.verdict != Verdict::ok) return outcome;
  outcome.account = known.user->account;
  outcome.hidden_capabilities = known.user->hidden_capabilities;
  if (known.user->disabled.empty()) return outcome;
  outcome.verdict = Verdict::disabled;
  outcome.text = known.user->disabled;
  return outcome;
}

} // namespace

Logins::Logins(store::Store& store, const Users& users, async::Pool& pool, limits::Limits& limits,
               metrics::Metrics& metrics, const Clock& clock, Random& random, std::string decoy_key)
    : state_(new State{.store = store,
                       .users = users,
                       .pool = pool,
                       .limits = limits,
                       .metrics = metrics,
                       .clock = clock,
                       .cache = sasl::PasswordCache(clock, random),
                       .decoy_key = std::move(decoy_key),
                       .recorder = Recorder(store)}) {}

Logins::~Logins() = default;

std::string_view Logins::decoy_key() const {
  return state_->decoy_key;
}

void Logins::welcome(Newcomers newcomers) {
  state_->newcomers = std::move(newcomers);
}

void Logins::on_failure(std::function<void(const Error&)> tell) {
  state_->recorder.on_failure(std::move(tell));
}

void Logins::name_program(std::uint64_t attempt, std::string_view program) {
  state_->recorder.name_program(attempt, program);
}

void Logins::write_attempts() {
  state_->recorder.write();
}

async::Task<Known> Logins::find(std::string_view user, std::string_view kind) {
  co_return co_await state_->find_or_welcome(user, kind, std::nullopt);
}

async::Task<Outcome> Logins::check(Attempt attempt, std::string_view user,
                                   std::string_view password) {
  const auto known = co_await state_->find_or_welcome(user, attempt.kind, password);
  // Both sides compare the prepared form (RFC 8265 section 4.2); check_password prepares it.
  const auto checked = co_await state_->check_password(known, password);
  auto outcome = outcome_of(known, checked.verdict);
  outcome.attempt = state_->note(attempt, known, outcome.verdict);
  if (outcome.verdict != Verdict::ok) co_return outcome;
  for (const auto& credential : known.passwords)
    if (credential.id == checked.credential) co_await state_->note_use(outcome.account, credential);
  co_return outcome;
}

async::Task<Outcome> Logins::conclude(Attempt attempt, Known known, Verdict proven) {
  auto outcome = outcome_of(known, proven);
  outcome.attempt = state_->note(attempt, known, outcome.verdict);
  if (outcome.verdict == Verdict::ok && known.passwords.size() == 1)
    co_await state_->note_use(outcome.account, known.passwords.front());
  co_return outcome;
}

void Logins::note_end(const Attempt& attempt, const Known& known, Verdict verdict) {
  state_->note(attempt, known, verdict);
}

// An address that moved to another account takes no key with it.
async::Task<Outcome> Logins::State::enter_by_key(Attempt attempt, store::Snapshot::KeyOwner owner,
                                                 std::string_view user) {
  Known known;
  known.user = users.find(user.empty() ? owner.credential.login : user);
  if (known.user) known.login = known.user->login;
  const bool same = known.user && known.user->account == owner.account;
  const bool right = same && is_for(owner.credential, attempt.kind);
  auto outcome = outcome_of(known, right ? Verdict::ok : Verdict::bad_credentials);
  outcome.attempt = note(attempt, known, outcome.verdict);
  if (outcome.verdict == Verdict::ok) co_await note_use(outcome.account, owner.credential);
  co_return outcome;
}

async::Task<Outcome> Logins::check_certificate(Attempt attempt, std::string_view fingerprint,
                                               std::string_view user) {
  auto owner = state_->store.read().find_public_key(fingerprint);
  if (owner) co_return co_await state_->enter_by_key(std::move(attempt), *std::move(owner), user);
  const Known nobody;
  auto outcome = outcome_of(nobody, Verdict::bad_credentials);
  outcome.attempt = state_->note(attempt, nobody, outcome.verdict);
  co_return outcome;
}

async::Task<std::optional<Outcome>> Logins::greet(Attempt attempt) {
  if (attempt.client.key.empty()) co_return std::nullopt;
  auto owner = state_->store.read().find_public_key(attempt.client.key);
  if (!owner || owner->credential.no_preauth) co_return std::nullopt;
  co_return co_await state_->enter_by_key(std::move(attempt), *std::move(owner), {});
}

} // namespace mox::login
