#include "sasl/mechanism.h"

#include "sasl/hash.h"
#include "sasl/names.h"
#include "sasl/server_mechanisms.h"
#include "text/ascii.h"
#include "text/base64.h"

#include <fmt/format.h>

#include <utility>

namespace mox::sasl {

namespace {

Step finish(std::string_view user, std::string_view password) {
  if (!is_name(user) || !is_name(password)) return Refusal::malformed;
  return Credentials{text::nfc(user), text::Secret(std::string(password))};
}

// message = [authzid] UTF8NUL authcid UTF8NUL passwd
Step parse_plain(std::string_view message) {
  const auto first = message.find('\0');
  if (first == std::string_view::npos) return Refusal::malformed;
  const auto second = message.find('\0', first + 1);
  if (second == std::string_view::npos) return Refusal::malformed;
  const auto identity = message.substr(0, first);
  const auto user = message.substr(first + 1, second - first - 1);
  if (!identity.empty() && !is_name(identity)) return Refusal::malformed;
  auto step = finish(user, message.substr(second + 1));
  const auto* credentials = std::get_if<Credentials>(&step);
  if (credentials != nullptr && !identity.empty() && text::nfc(identity) != credentials->user)
    return Refusal::other_user;
  return step;
}

class Plain final : public Mechanism {
public:
  Step start(std::optional<std::string_view> initial) override {
    if (!initial) return Challenge{};
    ended_ = true;
    return parse_plain(*initial);
  }

  Step next(std::string_view response) override {
    if (std::exchange(ended_, true)) return Refusal::out_of_order;
    return parse_plain(response);
  }

private:
  bool ended_ = false;
};

// draft-murchison-sasl-login. Outlook asks for it whatever is offered, and wants these prompts.
class Login final : public Mechanism {
public:
  Step start(std::optional<std::string_view> initial) override {
    if (!initial) return Challenge{"Username:"};
    return next(*initial);
  }

  Step next(std::string_view response) override {
    if (ended_) return Refusal::out_of_order;
    if (user_) {
      ended_ = true;
      return finish(*user_, response);
    }
    if (!is_name(response)) {
      ended_ = true;
      return Refusal::malformed;
    }
    user_ = response;
    return Challenge{"Password:"};
  }

private:
  std::optional<std::string> user_;
  bool ended_ = false;
};

// 144 bits, in characters that a nonce may have.
std::string make_nonce(Random& random) {
  return text::base64_encode(random.bytes(18));
}

// RFC 2195 section 2: as a message identifier, and never the same twice. Numbers that nobody
// guesses stand for its digits and its time.
std::string cram_md5_challenge(std::string_view hostname, Random& random) {
  const auto left = random.number();
  const auto right = random.number();
  return fmt::format("<{}.{}@{}>", left, right, hostname);
}

} // namespace

Step Mechanism::answer(std::string_view, std::optional<std::string_view>) {
  return Refusal::out_of_order;
}

std::vector<std::string_view> server_mechanisms(const ServerSide& side) {
  std::vector<std::string_view> names;
  const bool plus = side.bindings.any();
  if (side.client_certificate) names.emplace_back("EXTERNAL");
  if (plus) names.emplace_back("SCRAM-SHA-256-PLUS");
  names.emplace_back("SCRAM-SHA-256");
  if (plus) names.emplace_back("SCRAM-SHA-1-PLUS");
  names.emplace_back("SCRAM-SHA-1");
  for (const std::string_view name : {"CRAM-MD5", "PLAIN", "LOGIN"}) names.push_back(name);
  return names;
}

std::unique_ptr<Mechanism> make_mechanism(std::string_view name, const ServerSide& side,
                                          Random& random) {
  const auto is = [&](std::string_view other) { return text::iequals(name, other); };
  if (is("EXTERNAL")) return side.client_certificate ? make_external_server() : nullptr;
  if (is("CRAM-MD5"))
    return make_cram_md5_server(cram_md5_challenge(side.hostname, random), side.decoy_key);
  if (auto plain = make_mechanism(name)) return plain;
  const bool plus = is("SCRAM-SHA-256-PLUS") || is("SCRAM-SHA-1-PLUS");
  if (plus && !side.bindings.any()) return nullptr;
  const bool sha256 = is("SCRAM-SHA-256") || is("SCRAM-SHA-256-PLUS");
  if (!sha256 && !is("SCRAM-SHA-1") && !is("SCRAM-SHA-1-PLUS")) return nullptr;
  return make_scram_server({.hash = sha256 ? Hash::sha256 : Hash::sha1,
                            .plus = plus,
                            .bindings = side.bindings,
                            .decoy_key = text::Secret(std::string(side.decoy_key)),
                            .nonce = make_nonce(random)});
}

std::unique_ptr<Mechanism> make_mechanism(std::string_view name) {
  if (text::iequals(name, "PLAIN")) return std::make_unique<Plain>();
  if (text::iequals(name, "LOGIN")) return std::make_unique<Login>();
  return nullptr;
}

} // namespace mox::sasl
