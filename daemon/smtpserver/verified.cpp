// What is found out about who has sent a message from elsewhere.

#include "smtpserver/conversation.h"

#include <utility>

namespace mox::smtpserver {

async::Task<std::string> Conversation::verify(verification::Verification& verification,
                                              spool::Spool& spool) {
  const auto& from = transaction_->mail.from;
  verification::Client client{.ip = session_.connection.peer().address, .helo = hello_->name};
  if (!from.null()) client.mail_from = from.localpart + '@' + from.domain;
  if (auto name = dns::parse_name(session_.listener.hostname, {.underscore = true}))
    client.receiver = *std::move(name);
  const auto header = std::string_view(spool.parsed().header);
  const auto found =
      co_await verification.finish(session_.connection.executor(), std::move(client), header);
  session_.parts.log.info(
      "smtpserver", "who has sent a message",
      {{"iprev", iprev::to_string(found.iprev.status)},
       {"spf", spf::to_string(found.spf.verdict)},
       {"dkim", found.dkim.empty() ? "none" : dkim::to_string(found.dkim.front().status)},
       {"dmarc", dmarc::to_string(found.dmarc.evaluation.status)},
       {"from", found.author.ascii()}},
      session_.cid);
  co_return verification::fields(found, session_.listener.hostname, transaction_->mail.smtputf8);
}

} // namespace mox::smtpserver
