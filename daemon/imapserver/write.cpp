// How replies leave.

#include "async/sleep.h"
#include "imapserver/conversation.h"

#include <algorithm>
#include <utility>

namespace mox::imapserver {

namespace {

using std::chrono::seconds;

// What a guesser of passwords waits for a reply; the rest comes at once before its patience ends.
constexpr seconds slow_write_limit{25};
// From this failure on everything is slow.
constexpr std::uint32_t slow_after = 3;

} // namespace

async::Task<Outcome> Conversation::flush() {
  if (output_.empty()) co_return done();
  if (slow_) co_return co_await flush_slowly();
  transcript().server(output_);
  const auto written = co_await session_.connection.write(output_, deadline(write_timeout));
  output_.clear();
  if (!written) co_return gone(written.error().text);
  co_return done();
}

async::Task<Outcome> Conversation::flush_slowly() {
  const auto bytes = std::exchange(output_, {});
  transcript().server(bytes);
  const auto until = deadline(slow_write_limit);
  std::size_t sent = 0;
  while (sent < bytes.size() && session_.parts.clock.steady() < until && !stopping()) {
    const auto byte = std::string_view(bytes).substr(sent, 1);
    const auto written = co_await session_.connection.write(byte, deadline(write_timeout));
    if (!written) co_return gone(written.error().text);
    ++sent;
    co_await async::sleep_until(deadline(seconds(1)));
  }
  const auto rest = std::string_view(bytes).substr(sent);
  const auto written = co_await session_.connection.write(rest, deadline(write_timeout));
  if (!written) co_return gone(written.error().text);
  co_return done();
}

async::Task<Outcome> Conversation::invite(std::string_view text) {
  reply().continuation(text);
  co_return co_await flush();
}

std::uint32_t Conversation::count_failed_login() {
  ++failed_logins_;
  slow_ = failed_logins_ >= slow_after;
  return failed_logins_;
}

void Conversation::forget_failed_logins() {
  failed_logins_ = 0;
  slow_ = false;
}

} // namespace mox::imapserver
