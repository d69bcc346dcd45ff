// The server's side of CRAM-MD5 (RFC 2195).

#include "sasl/cram_md5.h"
#include "sasl/decoy.h"
#include "sasl/names.h"
#include "sasl/server_mechanisms.h"
#include "text/secret.h"

#include <algorithm>
#include <utility>

namespace mox::sasl {

namespace {

constexpr std::size_t digest_digits = 32;

bool is_digest(std::string_view text) {
  return text.size() == digest_digits && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

class CramMd5 final : public Mechanism {
public:
  CramMd5(std::string challenge, std::string_view decoy_key)
      : challenge_(std::move(challenge)), decoy_key_(std::string(decoy_key)) {}

  // Nothing can answer a challenge before it was made.
  Step start(std::optional<std::string_view> initial) override {
    if (awaits_ != Await::start) return Refusal::out_of_order;
    awaits_ = initial ? Await::nothing : Await::response;
    if (initial) return Refusal::malformed;
    return Challenge{challenge_};
  }

  // The user, which may have spaces, one space, and the digest.
  Step next(std::string_view response) override {
    if (awaits_ != Await::response) return Refusal::out_of_order;
    awaits_ = Await::nothing;
    const auto space = response.rfind(' ');
    if (space == std::string_view::npos || !is_name(response.substr(0, space)) ||
        !is_digest(response.substr(space + 1)))
      return Refusal::malformed;
    user_ = text::nfc(response.substr(0, space));
    digest_ = response.substr(space + 1);
    awaits_ = Await::verifier;
    return NeedVerifier{user_, VerifierKind::cram_md5};
  }

  Step answer(std::string_view login, std::optional<std::string_view> stored) override {
    if (awaits_ != Await::verifier) return Refusal::out_of_order;
    awaits_ = Await::nothing;
    // The same work, whether there is such a user or not.
    auto verifier = decoy_cram_md5(decoy_key_.view(), login);
    if (stored) {
      const auto parsed = parse_cram_md5_verifier(*stored);
      if (!parsed) return Rejected{Rejection::corrupt_verifier, {}};
      verifier = *parsed;
    }
    if (!text::equal_constant_time(cram_md5_digest(verifier, challenge_), digest_))
      return Rejected{Rejection::wrong_proof, {}};
    return Accepted{user_};
  }

private:
  enum class Await : std::uint8_t { start, response, verifier, nothing };

  Await awaits_ = Await::start;
  std::string challenge_;
  text::Secret decoy_key_;
  std::string user_;
  std::string digest_;
};

} // namespace

std::unique_ptr<Mechanism> make_cram_md5_server(std::string challenge, std::string_view decoy_key) {
  return std::make_unique<CramMd5>(std::move(challenge), decoy_key);
}

} // namespace mox::sasl
