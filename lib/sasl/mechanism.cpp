#include "sasl/mechanism.h"

#include "text/ascii.h"
#include "text/utf8.h"

namespace mox::sasl {

namespace {

// RFC 4616 section 2 says 255 for each field; long generated passwords occur.
constexpr std::size_t field_limit = 1024;

bool is_field(std::string_view text) {
  return !text.empty() && text.size() <= field_limit && text.find('\0') == std::string_view::npos &&
         text::is_utf8(text);
}

Step finish(std::string_view user, std::string_view password) {
  if (!is_field(user) || !is_field(password)) return Refusal::malformed;
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
  if (!identity.empty() && !is_field(identity)) return Refusal::malformed;
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
    if (!is_field(response)) {
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

} // namespace

std::unique_ptr<Mechanism> make_mechanism(std::string_view name) {
  if (text::iequals(name, "PLAIN")) return std::make_unique<Plain>();
  if (text::iequals(name, "LOGIN")) return std::make_unique<Login>();
  return nullptr;
}

} // namespace mox::sasl
