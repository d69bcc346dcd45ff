// links: smtpclient
// A whole conversation with a server that says what it likes: the client comes to an end, says
// nothing but commands and messages, and takes no message for delivered that was not accepted.
//
// The first byte: bit 0 lets bytes come in small pieces; bit 1 wants STARTTLS, if it is offered;
// bit 2 makes a recipient need SMTPUTF8; bit 3 the message more than one block; with bit 4 the
// client logs in. Lines come one by one, and together where one ends in a space.
#include "async/handoff.h"
#include "net/connection.h"
#include "net/transport.h"
#include "smtp/command.h"
#include "smtp/data.h"
#include "smtpclient/client.h"
#include "support/fake_random.h"
#include "support/run_task.h"
#include "text/utf8.h"
#include "tls/client_context.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace mox;
using namespace mox::smtpclient;

void require(bool condition, std::string_view what, std::string_view said = {}) {
  if (condition) return;
  fmt::print(stderr, "{}: \"{}\"\n", what, said);
  std::abort();
}

// A server that answers at once, in pieces that end where its lines do; then comes the end.
class LineTransport final : public net::Transport {
public:
  LineTransport(async::Executor executor, std::string_view bytes, bool pieces, std::string& told)
      : executor_(std::move(executor)), bytes_(bytes), pieces_(pieces), told_(told) {}

  tls::Step peek(std::span<char> into) override {
    if (closed_) return {tls::Status::failed, 0, EBADF};
    if (bytes_.empty()) return {tls::Status::end};
    if (pieces_ && !due_) return {tls::Status::want_read};
    const auto most = pieces_ ? std::min<std::size_t>(7, lines()) : lines();
    return {tls::Status::done, bytes_.substr(0, most).copy(into.data(), into.size())};
  }

  tls::Step receive(std::span<char> into) override {
    const auto step = peek(into);
    if (step.status != tls::Status::done) return step;
    bytes_.remove_prefix(step.size);
    due_ = false;
    return step;
  }

  tls::Step send(std::string_view bytes) override {
    if (closed_) return {tls::Status::failed, 0, EBADF};
    told_ += bytes;
    return {tls::Status::done, bytes.size()};
  }

  void when_ready(net::Direction direction, std::shared_ptr<Watcher> watcher) override {
    due_ = true;
    async::post(executor_,
                [watcher = std::move(watcher), direction] { watcher->on_ready(direction); });
  }

  void end_sending() override {}

  void close() override { closed_ = true; }

  async::Executor executor() const override { return executor_; }

  const net::Endpoint& peer() const override { return endpoint_; }

  const net::Endpoint& local() const override { return endpoint_; }

private:
  // How much comes now.
  std::size_t lines() const {
    std::size_t end = 0;
    do {
      end = bytes_.find('\n', end);
      if (end == std::string_view::npos) return bytes_.size();
      ++end;
    } while (bytes_.substr(0, end).ends_with(" \r\n"));
    return end;
  }

  async::Executor executor_;
  std::string_view bytes_;
  bool pieces_;
  bool due_ = false;
  bool closed_ = false;
  std::string& told_;
  net::Endpoint endpoint_;
};

// Harmless on a terminal and in a log.
bool is_showable(std::string_view text) {
  return text::is_utf8(text) && std::ranges::none_of(text, [](char c) {
           return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
         });
}

struct Run {
  bool pieces;
  bool wants_tls;
  bool utf8;
  bool large;
  bool logs_in;

  explicit Run(std::uint8_t flags)
      : pieces((flags & 1U) != 0), wants_tls((flags & 2U) != 0), utf8((flags & 4U) != 0),
        large((flags & 8U) != 0), logs_in((flags & 16U) != 0) {}

  std::string told;
  std::string message;         // of every transaction, as it is
  std::string message_as_sent; // with dots
  std::string expected;        // of told, from the trace
  bool masked = false;         // the trace does not show all that was said
  std::size_t accepted = 0;    // replies of success, in the trace
  std::size_t awaited = 0;     // replies that say to go on
  std::vector<Sent> sent;
};

void check_error(const smtpclient::Error& error) {
  require(!error.text.empty() && error.text.size() < 2000, "no text, or a long one", error.text);
  require(is_showable(error.text), "a text with odd characters", error.text);
  if (error.cause == Cause::reply) {
    require(error.reply.has_value() && error.reply->code >= 400, "no reply", error.text);
    require(error.permanent == (error.reply->code >= 500), "permanence", error.text);
  }
  if (!error.reply) return;
  for (const auto& line : error.reply->lines) require(is_showable(line), "reply", line);
}

// No part of what goes over in AUTH.
void check_secrets(std::string_view text) {
  for (const auto secret : {"bWps", "c2VjcmV0", "AG1qbABzZWNyZXQ="})
    require(!text.contains(secret), "a secret is shown", text);
}

void trace(Run& run, Direction direction, std::string_view line) {
  if (direction == Direction::received) {
    if (line.starts_with('2')) ++run.accepted;
    if (line.starts_with('3')) ++run.awaited;
    return;
  }
  if (line.starts_with("AUTH ") || line == "***" || line == "*") {
    check_secrets(line);
    run.masked = true;
    return;
  }
  if (line == "... (nothing)") {
    run.expected += ".\r\n";
  } else if (line.starts_with("...")) {
    run.expected += run.message_as_sent;
  } else {
    require(smtp::parse_command(line).has_value(), "not a command", line);
    run.expected.append(line).append("\r\n");
  }
}

Envelope envelope(const Run& run) {
  Envelope all{.from = {"a", "a.example"},
               .to = {{"x", "b.example"}, {"y", "c.example"}, {"z z", "[192.0.2.1]"}},
               .size = run.message.size(),
               .content = Content::eight_bit};
  if (run.utf8) all.to.push_back({"\xc3\xa4", "\xc3\xa4.example"});
  return all;
}

async::Task<> log_in(const Run& run, Client& client) {
  test::FakeRandom random;
  Login login{.plaintext = Login::Plaintext::passwords_as_well};
  login.credentials.user = "mjl";
  login.credentials.password = text::Secret("secret");
  const auto done = co_await client.log_in(std::move(login), random);
  if (!done) check_error(done.error());
  require(!done || run.accepted >= 3, "logged in without a reply");
}

async::Task<> converse(Run& run, net::Connection connection, Options options, const Clock& clock) {
  auto client = co_await Client::open(std::move(connection), std::move(options), clock);
  if (!client) {
    check_error(client.error());
    co_return;
  }
  if (run.logs_in) co_await log_in(run, *client);
  const auto all = envelope(run);
  for (int i = 0; i < 3 && client->usable(); ++i) {
    TextSource source(run.message);
    run.sent.push_back(co_await client->send(all, source));
  }
  co_await client->quit();
}

void check_sent(const Run& run) {
  std::size_t delivered = 0;
  for (const auto& sent : run.sent) {
    bool any = false;
    for (const auto& recipient : sent.recipients) {
      if (recipient)
        any = true;
      else
        check_error(recipient.error());
    }
    require(any == sent.reply.has_value(), "delivered without a reply");
    if (any) require(sent.reply->code / 100 == 2, "delivered without success");
    delivered += any ? 1 : 0;
  }
  // The greeting and EHLO once; MAIL, RCPT and the end of the message for each.
  require(delivered == 0 || run.accepted >= 2 + 3 * delivered, "more delivered than accepted");
  require(run.awaited >= delivered, "more delivered than awaited");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static auto trusting = tls::ClientContext::unverified().value();
  const std::string input(data + 1, data + size);
  Run run(data[0]);
  run.message = "Subject: x\r\n\r\n.text\r\n";
  if (run.large)
    while (run.message.size() < 100'000) run.message += run.message;
  smtp::DotStuffer stuffer;
  stuffer.append(run.message_as_sent, run.message);
  stuffer.finish(run.message_as_sent);

  Options options{
      .hello = "client.example",
      .server = "mx.example",
      .trace = [&run](Direction direction, std::string_view line) { trace(run, direction, line); }};
  if (run.wants_tls) options.tls = TlsPolicy::opportunistic(trusting, "mx.example");
  const SystemClock clock;
  test::Loop loop;
  net::Connection connection(
      std::make_unique<LineTransport>(loop.executor(), input, run.pieces, run.told));
  loop.run(converse(run, std::move(connection), std::move(options), clock));

  // With TLS a handshake follows, which no script can answer.
  if (run.masked) {
    check_sent(run);
    return 0;
  }
  const bool handshake = run.told.size() > run.expected.size() && run.wants_tls &&
                         run.expected.ends_with("STARTTLS\r\n");
  require(handshake ? run.told.starts_with(run.expected) : run.told == run.expected,
          "what was said is not what was traced", run.told);
  check_sent(run);
  return 0;
}
