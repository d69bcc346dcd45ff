#include "smtpclient/scripted_peer.h"

#include "support/sockets.h"
#include "text/ascii.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace mox::smtpclient::test {

namespace {

constexpr std::size_t longest_line = 100'000;

} // namespace

ScriptedPeer::ScriptedPeer(net::Connection connection, std::string script, tls::ServerContext* tls)
    : connection_(std::move(connection)), script_(std::move(script)), tls_(tls) {}

bool ScriptedPeer::fail(std::string what) {
  problem_ = std::move(what);
  connection_.close();
  return false;
}

async::Task<> ScriptedPeer::play() {
  std::string_view rest = script_;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const auto line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.empty()) continue;
    const bool went_well = co_await step(line);
    if (!went_well) co_return;
  }
  const bool said = co_await say();
  if (said) co_await expect_end();
}

async::Task<bool> ScriptedPeer::step(std::string_view line) {
  if (line.starts_with("S: ")) {
    to_say_.append(line.substr(3)).append("\r\n");
    co_return true;
  }
  if (line.starts_with("@lf ")) {
    to_say_.append(line.substr(4)).append("\n");
    co_return true;
  }
  if (line.starts_with("@raw ")) {
    to_say_.append(line.substr(5));
    co_return true;
  }
  const bool said = co_await say();
  if (!said) co_return false;
  if (line.starts_with("C: ")) co_return co_await expect(line.substr(3));
  co_return co_await direct(line);
}

async::Task<bool> ScriptedPeer::direct(std::string_view words) {
  if (words == "@tls" || words == "@tls fails") co_return co_await start_tls(words == "@tls");
  if (words == "@message") co_return co_await take_message();
  if (words == "@eof") co_return co_await expect_end();
  if (words.starts_with("@take ")) {
    std::string taken(text::parse_number<std::size_t>(words.substr(6)).value(), '\0');
    const auto read = co_await connection_.read_exact(taken, mox::test::soon());
    co_return read ? true : fail("the client does not send as much");
  }
  if (words.starts_with("@say ")) {
    const auto bytes = std::string(words.substr(5)) + "\r\n";
    const auto written = co_await connection_.write(bytes, mox::test::soon());
    co_return written ? true : fail("cannot say it");
  }
  if (words == "@flood") {
    co_await flood();
  } else if (words == "@close") {
    co_await connection_.close_gently(mox::test::soon());
  } else if (words == "@reset") {
    connection_.close();
  } else if (words != "@stall") {
    throw std::runtime_error("no such step: " + std::string(words));
  }
  co_return false;
}

async::Task<bool> ScriptedPeer::say() {
  const auto bytes = std::exchange(to_say_, {});
  if (bytes.empty()) co_return true;
  if (!connection_.buffered().empty())
    co_return fail("the client did not wait, but said " + std::string(connection_.buffered()));
  const auto written = co_await connection_.write(bytes, mox::test::soon());
  co_return written ? true : fail("cannot say " + bytes + ": " + written.error().text);
}

async::Task<bool> ScriptedPeer::expect(std::string_view line) {
  const auto got = co_await connection_.read_line(longest_line, true, mox::test::soon());
  const std::string want(line);
  if (!got) co_return fail("\"" + want + "\" expected, but " + got.error().text);
  if (*got != want) co_return fail("\"" + want + "\" expected, not \"" + std::string(*got) + '"');
  co_return true;
}

async::Task<bool> ScriptedPeer::expect_end() {
  const auto got = co_await connection_.read_some(longest_line, mox::test::soon());
  if (got) co_return fail("the end expected, not \"" + std::string(*got) + '"');
  if (got.error().kind == ErrorKind::timeout) co_return fail("the client does not close");
  co_return false;
}

async::Task<bool> ScriptedPeer::take_message() {
  std::string message;
  while (true) {
    const auto line = co_await connection_.read_line(longest_line, true, mox::test::soon());
    if (!line) co_return fail("the message has no end: " + line.error().text);
    if (*line == ".") break;
    message.append(*line).append("\r\n");
  }
  messages_.push_back(std::move(message));
  co_return true;
}

async::Task<bool> ScriptedPeer::start_tls(bool may_succeed) {
  const auto started = co_await connection_.start_tls(*tls_, mox::test::soon());
  if (started && may_succeed) co_return true;
  if (!started && may_succeed) co_return fail(started.error().text);
  // With TLS 1.3 the client may refuse us after we are content.
  if (started) co_await expect_end();
  co_return false;
}

async::Task<> ScriptedPeer::flood() {
  const std::string bytes(10'000, 'x');
  while (true) {
    const auto written = co_await connection_.write(bytes, mox::test::soon());
    if (!written) co_return;
  }
}

} // namespace mox::smtpclient::test
