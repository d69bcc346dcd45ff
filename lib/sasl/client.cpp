#include "sasl/client.h"

#include "sasl/client_mechanisms.h"
#include "sasl/cram_md5.h"
#include "sasl/names.h"
#include "sasl/password.h"
#include "sasl/scram_message.h"
#include "text/ascii.h"
#include "text/base64.h"
#include "text/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mox::sasl {

namespace {

constexpr std::size_t challenge_limit = 1024;

std::unexpected<Error> unexpected_challenge(std::string_view name) {
  return failure(ErrorKind::invalid,
                 fmt::format("{}: the server asks for more than the mechanism has", name));
}

// RFC 4616 section 2, and RFC 4422 appendix A: all is said at once.
class OneMessage final : public Client {
public:
  OneMessage(std::string_view name, std::string message)
      : name_(name), message_(std::move(message)) {}

  std::string_view name() const override { return name_; }

  Result<std::string> start() override {
    started_ = true;
    return std::string(message_.view());
  }

  Result<std::string> next(std::string_view) override { return unexpected_challenge(name_); }

  bool finished() const override { return started_; }

private:
  std::string_view name_;
  text::Secret message_;
  bool started_ = false;
};

// draft-murchison-sasl-login. Servers ask in different words, and always in this order.
class Login final : public Client {
public:
  Login(std::string user, text::Secret password)
      : user_(std::move(user)), password_(std::move(password)) {}

  std::string_view name() const override { return "LOGIN"; }

  Result<std::string> start() override { return std::string(); }

  Result<std::string> next(std::string_view) override {
    switch (asked_++) {
    case 0: return user_;
    case 1: return std::string(password_.view());
    default: asked_ = 2; return unexpected_challenge("LOGIN");
    }
  }

  bool finished() const override { return asked_ == 2; }

private:
  std::string user_;
  text::Secret password_;
  int asked_ = 0;
};

// RFC 2195 section 2.
class CramMd5 final : public Client {
public:
  CramMd5(std::string user, text::Secret password)
      : user_(std::move(user)), password_(std::move(password)) {}

  std::string_view name() const override { return "CRAM-MD5"; }

  Result<std::string> start() override { return std::string(); }

  Result<std::string> next(std::string_view challenge) override {
    if (answered_) return unexpected_challenge("CRAM-MD5");
    if (challenge.empty() || challenge.size() > challenge_limit)
      return failure(ErrorKind::invalid, "CRAM-MD5: the server's challenge is empty or too long");
    answered_ = true;
    const auto verifier = make_cram_md5_verifier(password_.view());
    return fmt::format("{} {}", user_, cram_md5_digest(verifier, challenge));
  }

  bool finished() const override { return answered_; }

private:
  std::string user_;
  text::Secret password_;
  bool answered_ = false;
};

Result<> check_user(std::string_view user) {
  const bool has_control = std::ranges::any_of(
      user, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  if (is_name(user) && !has_control) return ok();
  return failure(ErrorKind::invalid, "the user name to log in with is empty, too long, or has "
                                     "characters that none may have");
}

// Whether the password goes over as it is: it need not be well-formed, but must not end early.
Result<> check_plain_password(std::string_view password) {
  if (!password.empty() && password.size() <= name_limit && !password.contains('\0')) return ok();
  return failure(ErrorKind::invalid, "the password to log in with is empty, too long, or has NUL");
}

struct ScramName {
  std::string_view name;
  Hash hash;
  bool plus;
};

constexpr ScramName scram_names[] = {{"SCRAM-SHA-256-PLUS", Hash::sha256, true},
                                     {"SCRAM-SHA-256", Hash::sha256, false},
                                     {"SCRAM-SHA-1-PLUS", Hash::sha1, true},
                                     {"SCRAM-SHA-1", Hash::sha1, false}};

// gs2-cbind-flag (RFC 5802 section 6).
Result<std::string> flag_of(const ScramName& scram, const ChannelBindings& bindings,
                            bool plus_offered) {
  const auto binding = preferred_binding(bindings);
  if (!scram.plus) return binding && !plus_offered ? "y" : "n";
  if (!binding)
    return failure(ErrorKind::unsupported,
                   fmt::format("{} needs a TLS connection that it can be bound to", scram.name));
  return fmt::format("p={}", binding->type);
}

Result<std::unique_ptr<Client>> make_scram(const ScramName& scram, ClientCredentials credentials,
                                           const ChannelBindings& bindings, bool plus_offered,
                                           Random& random) {
  MOX_TRY_ASSIGN(flag, flag_of(scram, bindings, plus_offered));
  MOX_TRY_ASSIGN(prepared, prepare_password(credentials.password.view()));
  const auto binding = scram.plus ? preferred_binding(bindings) : std::nullopt;
  return make_scram_client({.hash = scram.hash,
                            .name = scram.name,
                            .user = text::nfc(credentials.user),
                            .password = std::move(prepared),
                            .header = flag + ",,",
                            .binding_data = std::string(binding ? binding->data : ""),
                            .nonce = text::base64_encode(random.bytes(18))});
}

Result<std::unique_ptr<Client>> make_cram_md5(ClientCredentials credentials) {
  MOX_TRY_ASSIGN(prepared, prepare_password(credentials.password.view()));
  return std::make_unique<CramMd5>(std::move(credentials.user), std::move(prepared));
}

// The user is named, as one key may stand for somebody with several addresses.
Result<std::unique_ptr<Client>> make_external(ClientCredentials credentials) {
  if (!credentials.has_client_certificate)
    return failure(ErrorKind::unsupported, "EXTERNAL needs a client certificate");
  return std::make_unique<OneMessage>("EXTERNAL", std::move(credentials.user));
}

// message = [authzid] UTF8NUL authcid UTF8NUL passwd
Result<std::unique_ptr<Client>> make_plain(const ClientCredentials& credentials) {
  MOX_TRY(check_plain_password(credentials.password.view()));
  std::string message;
  message.reserve(credentials.user.size() + credentials.password.view().size() + 2);
  message += '\0';
  message += credentials.user;
  message += '\0';
  message += credentials.password.view();
  return std::make_unique<OneMessage>("PLAIN", std::move(message));
}

Result<std::unique_ptr<Client>> make_login(ClientCredentials credentials) {
  MOX_TRY(check_plain_password(credentials.password.view()));
  return std::make_unique<Login>(std::move(credentials.user), std::move(credentials.password));
}

} // namespace

Result<std::unique_ptr<Client>> make_client(const Choice& choice, ClientCredentials credentials,
                                            const ChannelBindings& bindings, Random& random) {
  MOX_TRY(check_user(credentials.user));
  const auto is = [&](std::string_view name) { return text::iequals(choice.mechanism, name); };
  for (const auto& scram : scram_names)
    if (is(scram.name))
      return make_scram(scram, std::move(credentials), bindings, choice.plus_offered, random);
  if (is("EXTERNAL")) return make_external(std::move(credentials));
  if (is("CRAM-MD5")) return make_cram_md5(std::move(credentials));
  if (is("PLAIN")) return make_plain(credentials);
  if (is("LOGIN")) return make_login(std::move(credentials));
  return failure(ErrorKind::unsupported,
                 fmt::format("no way to log in is called \"{}\"", choice.mechanism));
}

Result<std::unique_ptr<Client>> make_client(std::string_view mechanism,
                                            ClientCredentials credentials,
                                            const ChannelBindings& bindings, Random& random) {
  return make_client(Choice{.mechanism = mechanism}, std::move(credentials), bindings, random);
}

} // namespace mox::sasl
