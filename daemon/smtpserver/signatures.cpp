// What is put before a message that a user submits: the signatures of its author's domain, and that
// the user has logged in (RFC 6376, RFC 8601).

#include "authres/authres.h"
#include "dns/name.h"
#include "signing/sign.h"
#include "smtpserver/conversation.h"

#include <utility>

namespace mox::smtpserver {

async::Task<std::string> Conversation::sign(spool::Spool& spool, const smtp::Path& author,
                                            std::string_view added) {
  if (options_.signers == nullptr) co_return std::string();
  const auto domain = dns::parse_name(author.domain, {.underscore = true});
  if (!domain) co_return std::string();
  auto signings = options_.signers->signings_of(*domain);
  const auto keys = signings;
  auto fields = co_await signing::sign(std::move(signings), added, spool, session_.parts.pool,
                                       session_.parts.clock.wall());
  auto& metrics = session_.parts.metrics;
  if (fields) {
    for (const auto& signing : keys)
      metrics.dkim_sign(signing.key.type() == dkim::KeyType::rsa ? "rsa" : "ed25519");
    co_return *std::move(fields);
  }
  metrics.smtpserver_errors("dkimsign");
  session_.parts.log.error("smtpserver", "a message goes out without the signatures of its domain",
                           {{"domain", domain->ascii()}, {"err", fields.error().text}},
                           session_.cid);
  co_return std::string();
}

// RFC 8601 section 2.7.4.
std::string Conversation::sent_by_user() const {
  if (local_user_) return {};
  authres::Method auth{.name = "auth", .result = "pass"};
  if (!transaction_->mail.from.null())
    auth.properties.push_back(
        {.type = "smtp", .name = "mailfrom", .value = smtp::to_string(transaction_->mail.from)});
  return authres::format({.server = session_.listener.hostname, .methods = {std::move(auth)}},
                         transaction_->mail.smtputf8);
}

} // namespace mox::smtpserver
