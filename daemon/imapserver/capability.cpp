// CAPABILITY, NOOP, LOGOUT, ID, ENABLE, NAMESPACE: commands about the conversation itself.

#include "imapserver/commands.h"
#include "imapserver/conversation.h"
#include "imapserver/offer.h"
#include "login/exchange.h"
#include "text/ascii.h"

#include <fmt/format.h>

#include <algorithm>

namespace mox::imapserver {

namespace {

// RFC 3501, then the extensions: RFC 7888, 4959, 2971, 2177, 2342, 3691, 4315, 6851, 5161, 6154,
// 5258, 5819, 8438, 4731, 7162, 3348.
constexpr std::string_view always =
    "CAPABILITY IMAP4rev1 LITERAL+ SASL-IR ID IDLE NAMESPACE UNSELECT UIDPLUS "
    "MOVE ENABLE SPECIAL-USE CREATE-SPECIAL-USE LIST-EXTENDED LIST-STATUS "
    "STATUS=SIZE ESEARCH CONDSTORE CHILDREN";

bool is_hidden(std::span<const std::string> hidden, std::string_view name) {
  return std::ranges::any_of(hidden,
                             [name](std::string_view one) { return text::iequals(one, name); });
}

constexpr std::size_t longest_id = 1024;

// name="mutt" version="2", as the client gave it.
std::string program_of(const imap::Id& id) {
  std::string program;
  for (const auto& [name, value] : id.parameters) {
    if (!value || program.size() >= longest_id) continue;
    program += fmt::format("{}{}=\"{}\"", program.empty() ? "" : " ", name, *value);
  }
  return program;
}

} // namespace

Offer offer_of(const Conversation& conversation) {
  const auto& session = conversation.session();
  Offer offer{.starttls = !conversation.tls() && session.listener.tls != nullptr,
              .passwords = conversation.passwords_allowed(),
              .authenticated = conversation.state() != State::not_authenticated,
              .hidden = conversation.hidden_capabilities()};
  if (offer.authenticated) return offer;
  offer.mechanisms = login::mechanisms(session.parts.logins, conversation.door(), offer.passwords);
  // Deviation: not announced, for LOGIN the command does the same; Outlook uses it all the same.
  std::erase(offer.mechanisms, "LOGIN");
  return offer;
}

std::string capabilities(const Offer& offer) {
  std::string text;
  for (auto names = always; !names.empty();) {
    const auto name = names.substr(0, names.find(' '));
    names.remove_prefix(std::min(name.size() + 1, names.size()));
    if (is_hidden(offer.hidden, name)) continue;
    text.append(text.empty() ? "" : " ").append(name);
  }
  if (offer.authenticated) return text;
  if (offer.starttls) text += " STARTTLS";
  if (!offer.passwords) text += " LOGINDISABLED";
  for (const auto name : offer.mechanisms) text.append(" AUTH=").append(name);
  return text;
}

async::Task<Outcome> run_capability(Conversation& conversation, const imap::Command&) {
  conversation.reply().raw("* ").raw(capabilities(offer_of(conversation))).crlf();
  co_return done();
}

async::Task<Outcome> run_noop(Conversation&, const imap::Command&) {
  co_return done();
}

async::Task<Outcome> run_logout(Conversation& conversation, const imap::Command& command) {
  conversation.reply().untagged(imap::Condition::bye, {}, "goodbye");
  conversation.reply().tagged(command.tag, imap::Condition::ok, {}, "LOGOUT done");
  auto flushed = co_await conversation.flush();
  if (!flushed) co_return flushed;
  co_return gone("logout");
}

async::Task<Outcome> run_id(Conversation& conversation, const imap::Command& command) {
  const auto& id = std::get<imap::Id>(command.body);
  for (const auto& [name, value] : id.parameters) {
    if (value)
      conversation.parts().log.debug("imapserver", "client id", {{"name", name}, {"value", *value}},
                                     conversation.session().cid);
  }
  conversation.name_program(program_of(id));
  // The version is nobody's business, and before login not even a user's.
  conversation.reply().raw(R"(* ID ("name" "mox"))").crlf();
  co_return done();
}

async::Task<Outcome> run_enable(Conversation& conversation, const imap::Command& command) {
  const auto& enable = std::get<imap::Enable>(command.body);
  // RFC 5161 section 3.1: what is not known is passed over.
  bool condstore = false;
  for (const auto& name : enable.capabilities) condstore |= text::iequals(name, "CONDSTORE");
  condstore = condstore && !is_hidden(conversation.hidden_capabilities(), "CONDSTORE");
  auto reply = conversation.reply();
  reply.raw("* ENABLED");
  if (condstore && !conversation.condstore()) reply.raw(" CONDSTORE");
  reply.crlf();
  if (condstore) conversation.enable_condstore();
  co_return done();
}

async::Task<Outcome> run_namespace(Conversation& conversation, const imap::Command&) {
  conversation.reply().raw(R"(* NAMESPACE (("" "/")) NIL NIL)").crlf();
  co_return done();
}

} // namespace mox::imapserver
