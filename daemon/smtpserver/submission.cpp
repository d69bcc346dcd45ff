// What holds for mail of users (RFC 6409): who they are, what they may write as, what is added.

#include "smtp/received.h"
#include "smtpserver/conversation.h"

#include <fmt/format.h>

#include <algorithm>

namespace mox::smtpserver {

Outcome Conversation::check_known() const {
  if (submission() && !account_ && !local_user_) return fail(530, 7, 0, "log in with AUTH first");
  return {};
}

// Mail to the user itself, such as cron's of its jobs, is the postmaster's when nobody else has the
// address: else it would be lost.
delivery::Lookup Conversation::look_up(const smtp::Path& recipient) const {
  using enum delivery::Lookup::Kind;
  if (account_) return options_.directory.find_submitted(*account_, recipient);
  auto lookup = options_.directory.find(recipient);
  if (!local_user_ || (lookup.kind != unknown_user && lookup.kind != unknown_domain)) return lookup;
  if (!options_.local_users->senders.is_own(*local_user_, recipient)) return lookup;
  return options_.directory.find({.localpart = "postmaster", .domain = {}});
}

Outcome Conversation::check_sender(const smtp::Path& sender) const {
  if (!submission() || sender.null()) return {};
  const bool may = local_user_ ? options_.local_users->senders.may_use(*local_user_, sender)
                               : options_.directory.may_send_as(*account_, sender);
  return may ? check_enabled(sender) : refuse_sender(sender);
}

Outcome Conversation::check_author(const smtp::Path& author) const {
  if (local_user_) return check_sender(author);
  return options_.directory.may_write_as(*account_, author) ? check_enabled(author)
                                                            : refuse_sender(author);
}

Outcome Conversation::check_enabled(const smtp::Path& address) const {
  if (options_.directory.find(address).kind != delivery::Lookup::Kind::disabled) return {};
  return fail(451, 3, 0,
              fmt::format("the domain of {} sends no mail for now", smtp::to_string(address)));
}

Outcome Conversation::refuse_sender(const smtp::Path& sender) const {
  const auto address = smtp::to_string(sender);
  if (!local_user_) {
    // An account's addresses in a disabled domain are its own still.
    if (auto enabled = check_enabled(sender); !enabled) return enabled;
    return fail(550, 7, 1, fmt::format("{} is not an address of your account", address));
  }
  const auto& [uid, name] = *local_user_;
  session_.parts.log.info("smtpserver", "a user of this host may not send as that",
                          {{"user", name}, {"uid", uid}, {"from", address}}, session_.cid);
  return fail(550, 7, 1,
              fmt::format("you are the Unix user {} (uid {}) and may send as {}, not as {}", name,
                          uid, options_.local_users->senders.allowed(*local_user_), address));
}

smtp::Path Conversation::default_author() const {
  if (!transaction_->mail.from.null()) return transaction_->mail.from;
  if (local_user_) return options_.local_users->senders.own_address(*local_user_);
  const auto at = login_.rfind('@');
  return {.localpart = login_.substr(0, at),
          .domain = at == std::string::npos ? std::string() : login_.substr(at + 1)};
}

std::expected<SubmittedHeader, Failure>
Conversation::check_submitted(const message::Message& message) const {
  static const dns::Name none;
  const auto& hostname = local_user_ ? options_.local_users->senders.hostname() : none;
  auto header = read_submitted_header(message, hostname);
  if (!header) session_.parts.metrics.smtpserver_submission("badmessage");
  if (!header) return header;
  for (const auto& author : {header->from, header->sender}) {
    if (!author) continue;
    auto checked = check_author(*author);
    if (checked) continue;
    session_.parts.metrics.smtpserver_submission("badfrom");
    return std::unexpected(std::move(checked).error());
  }
  return header;
}

// RFC 6409 sections 8.2 and 8.3. From too: many a script leaves it out.
std::string Conversation::missing_fields(const SubmittedHeader& header, std::int64_t now) const {
  std::string text;
  if (!header.from) text += fmt::format("From: <{}>\r\n", smtp::to_string(default_author()));
  if (!header.has_message_id)
    text += fmt::format("Message-ID: <{:016x}{:016x}@{}>\r\n", session_.parts.random.number(),
                        session_.parts.random.number(), session_.listener.hostname);
  if (!header.has_date) text += fmt::format("Date: {}\r\n", smtp::format_date(now, 0));
  return text;
}

bool Conversation::needs_utf8(const message::Summary& summary) const {
  const auto& mail = transaction_->mail;
  if (!mail.smtputf8 && !submission()) return false;
  return summary.needs_smtputf8 || smtp::needs_smtputf8(mail.from) ||
         std::ranges::any_of(transaction_->recipients, [](const Recipient& recipient) {
           return smtp::needs_smtputf8(recipient.path);
         });
}

void Conversation::log_submission() const {
  session_.parts.log.info("smtpserver", "a user of this host has submitted a message",
                          {{"user", local_user_->name},
                           {"uid", local_user_->uid},
                           {"from", smtp::to_string(transaction_->mail.from)},
                           {"recipients", transaction_->recipients.size()}},
                          session_.cid);
}

} // namespace mox::smtpserver
