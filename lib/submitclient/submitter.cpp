#include "submitclient/submitter.h"

#include "smtpclient/message_source.h"
#include "submitclient/connector.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

namespace mox::submitclient {

namespace {

using sendmail::ExitCode;
using sendmail::RecipientState;
using smtpclient::Cause;
using smtpclient::Stage;
using Reached = Outcome::Reached;

constexpr std::size_t piece_size = 64 << 10;

// A message that blocks while it is read: nothing else waits on this thread.
class ContentSource final : public smtpclient::MessageSource {
public:
  explicit ContentSource(const Content& content) : content_(content), buffer_(piece_size) {}

  async::Task<Result<std::string_view>> next() override {
    const auto count = content_(offset_, buffer_);
    if (!count) co_return std::unexpected(count.error());
    offset_ += *count;
    co_return std::string_view(buffer_.data(), *count);
  }

private:
  const Content& content_;
  std::vector<char> buffer_;
  std::uint64_t offset_ = 0;
};

smtp::Path to_smtp(const address::Path& path) {
  if (path.null()) return {};
  const auto* literal = path.literal();
  return {path.localpart.value,
          literal != nullptr ? address::to_string(*literal) : path.name()->ascii()};
}

std::string notify_of(const sendmail::Notify& notify) {
  if (notify.never) return "NEVER";
  std::string words;
  const auto add = [&](bool wanted, std::string_view word) {
    if (wanted) words.append(words.empty() ? "" : ",").append(word);
  };
  add(notify.success, "SUCCESS");
  add(notify.failure, "FAILURE");
  add(notify.delay, "DELAY");
  return words;
}

smtpclient::Reports reports_of(const sendmail::ReportWishes& wishes) {
  using Returned = smtpclient::Reports::Returned;
  smtpclient::Reports reports{.notify = notify_of(wishes.notify),
                              .envelope_id = wishes.envelope_id};
  if (wishes.returned == sendmail::Returned::full) reports.returned = Returned::full;
  if (wishes.returned == sendmail::Returned::headers) reports.returned = Returned::headers;
  return reports;
}

// To those that wait.
smtpclient::Envelope envelope_of(const Message& message, std::span<const std::size_t> waiting,
                                 bool require_tls) {
  using smtpclient::Content;
  const auto& envelope = message.envelope;
  smtpclient::Envelope result{.from = to_smtp(envelope.sender),
                              .size = message.size,
                              .content =
                                  envelope.eight_bit ? Content::eight_bit : Content::seven_bit,
                              .smtputf8 = envelope.smtputf8,
                              .require_tls = require_tls,
                              .reports = reports_of(envelope.reports)};
  for (const auto index : waiting) result.to.push_back(to_smtp(envelope.recipients[index]));
  return result;
}

// Whether the conversation broke, or never came to the message.
bool is_of_connection(const smtpclient::Error& error) {
  return error.cause == Cause::network || error.cause == Cause::timeout ||
         error.cause == Cause::protocol;
}

bool is_refused_login(const smtpclient::Error& error) {
  return error.cause == Cause::login || (error.stage == Stage::auth && error.permanent);
}

// What is known of a message while it is sent to more and more of its recipients.
class Sending {
public:
  explicit Sending(const Message& message) {
    outcome_.states.assign(message.states.begin(), message.states.end());
  }

  std::vector<std::size_t> waiting() const {
    std::vector<std::size_t> indices;
    for (std::size_t i = 0; i < outcome_.states.size(); ++i)
      if (outcome_.states[i] == RecipientState::waiting) indices.push_back(i);
    return indices;
  }

  // Nobody was asked.
  void fail(const smtpclient::Error& error) {
    outcome_.reached = is_refused_login(error) ? Reached::refused : Reached::nobody;
    note(error.text,
         outcome_.reached == Reached::refused ? ExitCode::no_permission : ExitCode::temporary);
  }

  void take(std::span<const std::size_t> asked, const smtpclient::Sent& sent) {
    is_cut_ = false;
    bool some_progress = false;
    for (std::size_t i = 0; i < asked.size(); ++i) {
      const auto& result = sent.recipients[i];
      if (!result && result.error().cause == Cause::too_many_recipients)
        is_cut_ = true;
      else
        some_progress |= take_one(asked[i], result);
      if (!result && !result.error().permanent) note(result.error().text, ExitCode::temporary);
    }
    is_cut_ = is_cut_ && some_progress;
  }

  // The server takes fewer recipients at a time, and the rest may come now.
  bool goes_on() const { return is_cut_; }

  Outcome take_outcome() && {
    if (waiting().empty() && !has_refusal_) {
      outcome_.reason.clear();
      outcome_.code = ExitCode::ok;
    }
    return std::move(outcome_);
  }

private:
  // Whether it is settled.
  bool take_one(std::size_t recipient, const Result<void, smtpclient::Error>& result) {
    auto& state = outcome_.states[recipient];
    if (result) {
      state = RecipientState::accepted;
      return true;
    }
    const auto& error = result.error();
    if (is_of_connection(error)) outcome_.reached = Reached::nobody;
    if (!error.permanent) return false;
    state = RecipientState::refused;
    note(error.text, exit_code_of(error));
    return true;
  }

  // The first counts, but a refusal more than a delay.
  void note(const std::string& reason, ExitCode code) {
    const bool is_refusal = code != ExitCode::temporary;
    if (!outcome_.reason.empty() && (has_refusal_ || !is_refusal)) return;
    has_refusal_ = is_refusal;
    outcome_.reason = reason;
    outcome_.code = code;
  }

  Outcome outcome_;
  bool has_refusal_ = false;
  bool is_cut_ = false;
};

} // namespace

ExitCode exit_code_of(const smtpclient::Error& error) {
  if (!error.permanent) return ExitCode::temporary;
  switch (error.cause) {
  case Cause::too_large:
  case Cause::no_8bitmime:
  case Cause::no_smtputf8:
  case Cause::bad_address:
  case Cause::message: return ExitCode::data;
  case Cause::reply: break;
  default: return ExitCode::unavailable;
  }
  constexpr std::uint16_t addressing = 1; // RFC 3463 section 3.2
  constexpr std::uint16_t policy = 7;     // RFC 3463 section 3.8
  const auto subject = error.reply->enhanced.subject;
  if (subject == policy) return ExitCode::no_permission;
  if (error.stage != Stage::rcpt) return ExitCode::unavailable;
  const bool says_more = static_cast<bool>(error.reply->enhanced);
  return subject == addressing || !says_more ? ExitCode::no_user : ExitCode::unavailable;
}

Submitter::Submitter(const Route& route, const Clock& clock, Random& random,
                     smtpclient::Trace trace)
    : route_(route),
      connector_(std::make_unique<Connector>(route, clock, random, std::move(trace))) {}

Submitter::~Submitter() {
  if (client_) loop_.run(leave());
}

async::Task<> Submitter::leave() {
  co_await client_->quit();
  client_.reset();
}

Outcome Submitter::send(const Message& message) {
  return loop_.run(submit(message));
}

// Why there is no connection.
async::Task<std::optional<smtpclient::Error>> Submitter::connect() {
  if (client_ && !client_->usable()) co_await leave();
  if (client_) co_return std::nullopt;
  auto opened = co_await connector_->connect();
  if (!opened) co_return std::move(opened).error();
  client_ = *std::move(opened);
  co_return std::nullopt;
}

async::Task<Outcome> Submitter::submit(const Message& message) {
  Sending sending(message);
  do {
    const auto waiting = sending.waiting();
    if (waiting.empty()) break;
    const auto problem = co_await connect();
    if (problem) {
      sending.fail(*problem);
      break;
    }
    // What goes through the socket stays on this machine.
    const bool require_tls =
        route_.require_tls == config::RequireTls::yes && !connector_->is_at_socket();
    const auto envelope = envelope_of(message, waiting, require_tls);
    ContentSource source(message.content);
    const auto sent = co_await client_->send(envelope, source);
    sending.take(waiting, sent);
  } while (sending.goes_on());
  co_return std::move(sending).take_outcome();
}

async::Task<std::optional<dns::Name>> Submitter::ask_for_name() {
  auto client = co_await connector_->connect_to_socket();
  if (!client) co_return std::nullopt;
  const auto name = dns::parse_name(client->extensions().server, {.underscore = true});
  co_await client->quit();
  if (!name) co_return std::nullopt;
  co_return *name;
}

std::optional<dns::Name> Submitter::socket_server() {
  if (route_.socket.empty()) return std::nullopt;
  return loop_.run(ask_for_name());
}

} // namespace mox::submitclient
