// HELO and EHLO, and the commands that change nothing.

#include "service/door.h"
#include "smtpserver/conversation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

namespace mox::smtpserver {

async::Task<Outcome> Conversation::on(smtp::Hello& hello) {
  // RFC 5321 section 4.1.4: a greeting ends a transaction.
  reset();
  hello_ = std::move(hello);
  if (hello_->name.empty())
    hello_->name = fmt::format("[{}{}]", session_.connection.peer().address.is_v4() ? "" : "IPv6:",
                               session_.connection.peer().address.to_string());
  std::vector<std::string> lines;
  lines.push_back(session_.listener.hostname);
  lines.emplace_back("PIPELINING");
  lines.push_back(fmt::format("SIZE {}", options_.max_message_size));
  if (!tls() && session_.listener.tls != nullptr) lines.emplace_back("STARTTLS");
  if (submission() && !local_user_) lines.push_back(auth_line());
  lines.emplace_back("ENHANCEDSTATUSCODES");
  lines.emplace_back("8BITMIME");
  lines.push_back(fmt::format("LIMITS RCPTMAX={}", max_recipients)); // RFC 9422
  lines.emplace_back("SMTPUTF8");
  smtp::append_ehlo_reply(output_, lines);
  last_code_ = 250;
  last_enhanced_.clear();
  co_return Outcome();
}

std::string Conversation::auth_line() const {
  const auto door = service::door_of(session_, "submission");
  const auto names = login::mechanisms(session_.parts.logins, door, passwords_allowed());
  return fmt::format("AUTH {}", fmt::join(names, " "));
}

async::Task<Outcome> Conversation::on(smtp::Rset&) {
  reset();
  reply(250, 0, 0, "all forgotten");
  co_return Outcome();
}

async::Task<Outcome> Conversation::on(smtp::Vrfy&) {
  // RFC 5321 section 7.3: addresses are not told to strangers.
  reply(252, 7, 0, "not verified, but will be tried");
  co_return Outcome();
}

async::Task<Outcome> Conversation::on(smtp::Expn&) {
  reply(252, 7, 0, "lists are not shown");
  co_return Outcome();
}

async::Task<Outcome> Conversation::on(smtp::Help&) {
  reply(214, 0, 0, "see RFC 5321");
  co_return Outcome();
}

async::Task<Outcome> Conversation::on(smtp::Noop&) {
  reply(250, 0, 0, "fine");
  co_return Outcome();
}

async::Task<Outcome> Conversation::on(smtp::Quit&) {
  reply(221, 0, 0, "goodbye");
  const auto flushed = co_await flush();
  static_cast<void>(flushed);
  co_return gone("quit");
}

async::Task<Outcome> Conversation::on(smtp::Bdat&) {
  // CHUNKING (RFC 3030) is not offered.
  co_return fail(502, 5, 1, "BDAT is not offered");
}

} // namespace mox::smtpserver
