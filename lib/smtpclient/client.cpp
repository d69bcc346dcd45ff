#include "smtpclient/client.h"

#include "channelbinding/channel_bindings.h"
#include "sasl/client.h"
#include "smtp/path.h"
#include "smtpclient/authentication.h"
#include "smtpclient/conversation.h"
#include "smtpclient/transaction.h"
#include "text/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mox::smtpclient {

namespace {

bool is_hello(std::string_view name) {
  return text::is_ascii(name) && (smtp::is_domain(name) || smtp::is_address_literal(name));
}

} // namespace

Client::Client(std::unique_ptr<Conversation> conversation)
    : conversation_(std::move(conversation)) {}

Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

async::Task<Result<Client, Error>> Client::connect(net::Dialer& dialer, net::Endpoint remote,
                                                   std::optional<net::Address> from,
                                                   Options options, const Clock& clock) {
  const auto deadline = std::min(clock.steady() + options.timeouts.connect, options.deadline);
  auto connection = co_await dialer.connect(remote, from, deadline);
  if (!connection) {
    const auto cause =
        connection.error().kind == ErrorKind::timeout ? Cause::timeout : Cause::network;
    const auto& why = connection.error().text;
    auto text = options.server.empty() ? why : fmt::format("{}: {}", options.server, why);
    co_return failure(Error{.cause = cause, .stage = Stage::connect, .text = std::move(text)});
  }
  co_return co_await open(*std::move(connection), std::move(options), clock);
}

async::Task<Result<Client, Error>> Client::open(net::Connection connection, Options options,
                                                const Clock& clock) {
  if (!is_hello(options.hello)) {
    auto text = fmt::format("\"{}\" cannot be our name in EHLO", options.hello);
    co_return failure(
        Error{.cause = Cause::bad_address, .stage = Stage::ehlo, .text = std::move(text)});
  }
  Client client(std::make_unique<Conversation>(std::move(connection), std::move(options), clock));
  auto begun = co_await client.begin();
  if (begun) co_return std::move(client);
  // RFC 5321 section 4.1.1.10: no end without QUIT, whatever was refused.
  co_await client.quit();
  co_return failure(std::move(begun).error());
}

async::Task<Result<void, Error>> Client::begin() {
  const auto& options = conversation_->options();
  const bool immediate = options.tls.immediate();
  if (immediate) {
    MOX_CO_TRY(co_await conversation_->start_tls(Stage::connect));
  }
  MOX_CO_TRY(co_await greet());
  MOX_CO_TRY(co_await say_hello());
  if (immediate || options.tls.demand() == TlsPolicy::Demand::none) co_return Result<void, Error>();
  co_return co_await secure();
}

async::Task<Result<void, Error>> Client::greet() {
  const auto timeout = conversation_->options().timeouts.greeting;
  MOX_CO_TRY(co_await conversation_->answer(Stage::greeting, "", timeout, Wanted::done));
  co_return Result<void, Error>();
}

async::Task<Result<void, Error>> Client::extended_hello() {
  const auto& options = conversation_->options();
  Command command{
      .stage = Stage::ehlo, .timeout = options.timeouts.hello, .line = "EHLO " + options.hello};
  MOX_CO_TRY_ASSIGN(reply, co_await conversation_->ask(std::move(command), Wanted::done));
  extensions_ = smtp::parse_extensions(reply);
  co_return Result<void, Error>();
}

async::Task<Result<void, Error>> Client::plain_hello() {
  const auto& options = conversation_->options();
  Command command{
      .stage = Stage::helo, .timeout = options.timeouts.hello, .line = "HELO " + options.hello};
  MOX_CO_TRY_ASSIGN(reply, co_await conversation_->ask(std::move(command), Wanted::done));
  // Nothing behind its name means anything.
  reply.lines.resize(1);
  extensions_ = smtp::parse_extensions(reply);
  co_return Result<void, Error>();
}

// RFC 5321 section 3.2: servers without extensions do not know EHLO.
async::Task<Result<void, Error>> Client::say_hello() {
  auto said = co_await extended_hello();
  if (said || said.error().cause != Cause::reply) co_return said;
  const auto code = said.error().reply->code;
  if (code < 500 || code > 504) co_return said;
  co_return co_await plain_hello();
}

async::Task<Result<void, Error>> Client::secure() {
  const auto& options = conversation_->options();
  if (!extensions_.starttls && !options.tls.insists()) {
    if (options.tls.demand() == TlsPolicy::Demand::when_offered) co_return Result<void, Error>();
    const auto what = conversation_->server() + " does not offer STARTTLS, and TLS is required";
    auto error = conversation_->error(Cause::tls, Stage::starttls, what);
    error.tls = not_offered();
    co_return failure(std::move(error));
  }
  Command command{
      .stage = Stage::starttls, .timeout = options.timeouts.starttls, .line = "STARTTLS"};
  auto reply = co_await conversation_->ask(std::move(command), Wanted::done);
  if (!reply) {
    auto error = std::move(reply).error();
    if (error.cause == Cause::reply) {
      error.cause = Cause::tls;
      error.tls = refused(error.reply->code);
    }
    co_return failure(std::move(error));
  }
  // RFC 3207 section 4.2: what was said before counts for nothing.
  extensions_ = {};
  MOX_CO_TRY(co_await conversation_->start_tls(Stage::starttls));
  co_return co_await extended_hello();
}

const tls::Session* Client::tls() const {
  return conversation_->connection().tls();
}

bool Client::usable() const {
  const auto most = extensions_.limits.mail_max;
  return !conversation_->closed() && (!most || transactions_ < *most);
}

async::Task<Result<void, Error>> Client::log_in(Login login, Random& random) {
  auto& connection = conversation_->connection();
  const auto refused = [&](const mox::Error& reason) {
    const auto text = fmt::format("{}: {}", conversation_->server(), reason.text);
    return failure(conversation_->error(Cause::login, Stage::auth, text));
  };
  const bool tls = connection.tls() != nullptr;
  const auto bindings = connection.channel_bindings();
  const sasl::ClientSituation situation{
      .tls = tls || login.plaintext == Login::Plaintext::passwords_as_well,
      .has_client_certificate = tls && login.credentials.has_client_certificate,
      .has_bindings = bindings.any()};
  const auto choice = sasl::choose(extensions_.mechanisms, login.mechanisms, situation);
  if (!choice) co_return refused(choice.error());
  auto mechanism = sasl::make_client(*choice, std::move(login.credentials), bindings, random);
  if (!mechanism) co_return refused(mechanism.error());
  Authentication authentication(*conversation_, **mechanism);
  co_return co_await authentication.run();
}

async::Task<Sent> Client::send(const Envelope& envelope, MessageSource& source) {
  Transaction transaction(*conversation_, extensions_, envelope, needs_reset_);
  ++transactions_;
  auto sent = co_await transaction.run(source);
  needs_reset_ = transaction.needs_reset();
  co_return sent;
}

async::Task<Result<void, Error>> Client::reset() {
  Command command{
      .stage = Stage::rset, .timeout = conversation_->options().timeouts.other, .line = "RSET"};
  MOX_CO_TRY(co_await conversation_->ask(std::move(command), Wanted::done));
  needs_reset_ = false;
  co_return Result<void, Error>();
}

async::Task<Result<void, Error>> Client::noop() {
  Command command{
      .stage = Stage::noop, .timeout = conversation_->options().timeouts.other, .line = "NOOP"};
  MOX_CO_TRY(co_await conversation_->ask(std::move(command), Wanted::done));
  co_return Result<void, Error>();
}

async::Task<> Client::quit() {
  if (conversation_->closed()) co_return;
  Command command{
      .stage = Stage::quit, .timeout = conversation_->options().timeouts.quit, .line = "QUIT"};
  const auto ignored = co_await conversation_->ask(std::move(command), Wanted::done);
  static_cast<void>(ignored);
  if (!conversation_->closed()) co_await conversation_->end();
}

net::Connection Client::release() && {
  return std::move(*conversation_).release();
}

} // namespace mox::smtpclient
