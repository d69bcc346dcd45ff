#include "login/exchange.h"

#include "login/secret.h"
#include "text/ascii.h"

#include <algorithm>
#include <utility>

namespace mox::login {

namespace {

sasl::ServerSide side_of(const Logins& logins, const Door& door) {
  return {.hostname = door.hostname,
          .bindings = door.bindings,
          .client_certificate = !door.client_key.empty(),
          .decoy_key = logins.decoy_key()};
}

bool shows_password(std::string_view mechanism) {
  return text::iequals(mechanism, "PLAIN") || text::iequals(mechanism, "LOGIN");
}

Mistake mistake_of(sasl::Refusal why) {
  switch (why) {
  case sasl::Refusal::malformed: return Mistake::malformed;
  case sasl::Refusal::other_user: return Mistake::other_user;
  case sasl::Refusal::out_of_order: return Mistake::out_of_order;
  }
  std::unreachable();
}

Verdict verdict_of(sasl::Rejection why) {
  using enum sasl::Rejection;
  switch (why) {
  case malformed:
  case other_user: return Verdict::bad_protocol;
  case wrong_proof: return Verdict::bad_credentials;
  case wrong_binding:
  case downgraded:
  case unsupported_binding: return Verdict::bad_binding;
  case corrupt_verifier: return Verdict::error;
  }
  std::unreachable();
}

} // namespace

std::vector<std::string_view> mechanisms(const Logins& logins, const Door& door, bool passwords) {
  auto names = sasl::server_mechanisms(side_of(logins, door));
  if (!passwords) std::erase_if(names, shows_password);
  return names;
}

std::unique_ptr<Exchange> Exchange::begin(Logins& logins, Door door, std::string_view mechanism,
                                          bool passwords, Random& random) {
  if (!passwords && shows_password(mechanism)) return nullptr;
  auto made = sasl::make_mechanism(mechanism, side_of(logins, door), random);
  if (made == nullptr) return nullptr;
  return std::unique_ptr<Exchange>(
      new Exchange(logins, std::move(door), text::lower(mechanism), std::move(made)));
}

Exchange::Exchange(Logins& logins, Door door, std::string variant,
                   std::unique_ptr<sasl::Mechanism> mechanism)
    : logins_(logins), door_(std::move(door)), variant_(std::move(variant)),
      mechanism_(std::move(mechanism)) {}

Attempt Exchange::attempt() const {
  return {.kind = door_.kind, .variant = variant_, .remote = door_.remote};
}

async::Task<Turn> Exchange::start(std::optional<std::string_view> initial) {
  auto step = mechanism_->start(initial);
  co_return co_await go_on(std::move(step));
}

async::Task<Turn> Exchange::next(std::string_view response) {
  if (after_last_word_) co_return co_await conclude(*after_last_word_);
  auto step = mechanism_->next(response);
  co_return co_await go_on(std::move(step));
}

void Exchange::abort() {
  logins_.count_aborted(attempt());
}

async::Task<Turn> Exchange::go_on(sasl::Step step) {
  while (const auto* need = std::get_if<sasl::NeedVerifier>(&step)) {
    known_ = co_await logins_.find(need->user, door_.kind);
    std::optional<std::string_view> verifier;
    for (const auto& credential : known_.passwords)
      if (!verifier) verifier = verifier_of(credential.secret, need->kind);
    step = mechanism_->answer(known_.login, verifier);
  }
  if (auto* challenge = std::get_if<sasl::Challenge>(&step))
    co_return Ask{std::move(challenge->text)};
  if (const auto* refusal = std::get_if<sasl::Refusal>(&step)) co_return mistake_of(*refusal);
  if (auto* rejected = std::get_if<sasl::Rejected>(&step))
    co_return co_await reject(std::move(*rejected));
  if (std::holds_alternative<sasl::Accepted>(step)) co_return co_await conclude(Verdict::ok);
  if (const auto* certificate = std::get_if<sasl::ByCertificate>(&step))
    co_return co_await logins_.check_certificate(attempt(), door_.client_key, certificate->user);
  const auto& credentials = std::get<sasl::Credentials>(step);
  co_return co_await logins_.check(attempt(), credentials.user, credentials.password.view());
}

async::Task<Turn> Exchange::conclude(Verdict proven) {
  co_return co_await logins_.conclude(attempt(), std::exchange(known_, {}), proven);
}

async::Task<Turn> Exchange::reject(sasl::Rejected rejected) {
  const auto verdict = verdict_of(rejected.why);
  if (rejected.why == sasl::Rejection::other_user) co_return Mistake::other_user;
  if (rejected.last_message.empty()) co_return co_await conclude(verdict);
  after_last_word_ = verdict;
  co_return Ask{std::move(rejected.last_message)};
}

} // namespace mox::login
