// The header fields that stand before a message once it is delivered (RFC 5321 section 4.4).

#include "net/endpoint.h"
#include "smtp/received.h"
#include "smtpserver/conversation.h"
#include "tls/session.h"

#include <fmt/format.h>

namespace mox::smtpserver {

std::string Conversation::trace_fields(const Recipient& recipient, std::int64_t now,
                                       std::string_view verified) {
  const auto peer = session_.connection.peer().address.to_string();
  const auto local = session_.connection.local().address.to_string();
  if (received_id_.empty()) received_id_ = options_.received_ids.encrypt(session_.cid);
  const auto rcpt = smtp::to_string(recipient.path);
  std::string tls_version;
  smtp::Received received{.by = {.name = session_.listener.hostname, .ascii = {}},
                          .local_ip = local,
                          .utf8 = transaction_->utf8,
                          .extended = hello_->extended,
                          .tls = tls(),
                          .authenticated = account_.has_value(),
                          .id = received_id_,
                          .recipient = rcpt,
                          .date = now};
  if (!submission()) {
    // Where a user submits from is the user's own business.
    if (!hello_->is_literal()) received.from.name = hello_->name;
    received.remote_ip = peer;
  }
  std::string local_user;
  if (local_user_) {
    local_user = fmt::format("uid {}", local_user_->uid);
    received.from.name = local_user_->name;
    received.local_user = local_user;
    received.local_ip = {};
  }
  if (options_.show_login) received.login = login_;
  if (const auto* session = session_.connection.tls()) {
    // OpenSSL says TLSv1.3; so does no header field.
    tls_version = session->version;
    if (tls_version.starts_with("TLSv")) tls_version.erase(3, 1);
    received.tls_version = tls_version;
    received.cipher_suite = session->cipher;
  }
  return fmt::format("Delivered-To: {}\r\nReturn-Path: <{}>\r\n{}{}", rcpt,
                     smtp::to_string(transaction_->mail.from), verified,
                     smtp::format_received(received));
}

} // namespace mox::smtpserver
