#include "login/exchange.h"

#include "login/secret.h"
#include "text/ascii.h"

#include <algorithm>
#include <utility>

namespace mox::login {

namespace {

// In metrics, where what clients send would make a row each.
constexpr std::string_view unrecognized = "(unrecognized)";

sasl::ServerSide side_of(const Logins& logins, const Door& door) {
  return {.hostname = door.hostname,
          .bindings = door.bindings,
          .client_certificate = !door.client.key.empty(),
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

// A proof is made for one verifier, whose salt the client has been told: that of the first password
// that has one.
void keep_one(std::vector<store::Credential>& passwords, sasl::VerifierKind kind) {
  const auto found = std::ranges::find_if(passwords, [kind](const store::Credential& credential) {
    return verifier_of(credential.secret, kind).has_value();
  });
  if (found != passwords.end()) std::swap(*found, passwords.front());
  passwords.resize(found == passwords.end() ? 0 : 1);
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
  if (made == nullptr) {
    const Attempt attempt{.kind = door.kind, .variant = unrecognized, .client = door.client};
    logins.note_end(attempt, {}, Verdict::bad_protocol);
    return nullptr;
  }
  return std::unique_ptr<Exchange>(
      new Exchange(logins, std::move(door), text::lower(mechanism), std::move(made)));
}

Exchange::Exchange(Logins& logins, Door door, std::string variant,
                   std::unique_ptr<sasl::Mechanism> mechanism)
    : logins_(logins), door_(std::move(door)), variant_(std::move(variant)),
      mechanism_(std::move(mechanism)) {}

Exchange::~Exchange() {
  static_cast<void>(abort());
}

Attempt Exchange::attempt() const {
  return {.kind = door_.kind, .variant = variant_, .client = door_.client};
}

async::Task<Turn> Exchange::start(std::optional<std::string_view> initial) {
  auto step = mechanism_->start(initial);
  co_return co_await go_on(std::move(step));
}

async::Task<Turn> Exchange::next(std::string_view response) {
  if (after_last_word_) co_return *std::exchange(after_last_word_, std::nullopt);
  auto step = mechanism_->next(response);
  co_return co_await go_on(std::move(step));
}

std::optional<Outcome> Exchange::abort() {
  if (!std::exchange(ended_, true)) logins_.note_end(attempt(), known_, Verdict::aborted);
  return std::exchange(after_last_word_, std::nullopt);
}

async::Task<Turn> Exchange::go_on(sasl::Step step) {
  while (const auto* need = std::get_if<sasl::NeedVerifier>(&step)) {
    known_ = co_await logins_.find(need->user, door_.kind);
    keep_one(known_.passwords, need->kind);
    std::optional<std::string_view> verifier;
    if (!known_.passwords.empty())
      verifier = verifier_of(known_.passwords.front().secret, need->kind);
    step = mechanism_->answer(known_.login, verifier);
  }
  if (auto* challenge = std::get_if<sasl::Challenge>(&step))
    co_return Ask{std::move(challenge->text)};
  if (const auto* refusal = std::get_if<sasl::Refusal>(&step)) co_return end(mistake_of(*refusal));
  if (auto* rejected = std::get_if<sasl::Rejected>(&step))
    co_return co_await reject(std::move(*rejected));
  if (std::holds_alternative<sasl::Accepted>(step)) co_return co_await conclude(Verdict::ok);
  ended_ = true;
  if (const auto* certificate = std::get_if<sasl::ByCertificate>(&step))
    co_return co_await logins_.check_certificate(attempt(), door_.client.key, certificate->user);
  const auto& credentials = std::get<sasl::Credentials>(step);
  co_return co_await logins_.check(attempt(), credentials.user, credentials.password.view());
}

// It is counted as an attempt, but against nobody: programs make mistakes, and guess nothing by
// them.
Mistake Exchange::end(Mistake mistake) {
  if (!std::exchange(ended_, true)) logins_.note_end(attempt(), known_, Verdict::bad_protocol);
  return mistake;
}

async::Task<Outcome> Exchange::conclude(Verdict proven) {
  ended_ = true;
  co_return co_await logins_.conclude(attempt(), std::exchange(known_, {}), proven);
}

// A wrong proof is counted at once: the client may go away instead of hearing the verdict.
async::Task<Turn> Exchange::reject(sasl::Rejected rejected) {
  if (rejected.why == sasl::Rejection::other_user) co_return end(Mistake::other_user);
  auto outcome = co_await conclude(verdict_of(rejected.why));
  if (rejected.last_message.empty()) co_return outcome;
  after_last_word_ = std::move(outcome);
  co_return Ask{std::move(rejected.last_message)};
}

} // namespace mox::login
