// LIST with RFC 5258, RFC 6154, RFC 5819, RFC 3348; and LSUB.

#include "async/sleep.h"
#include "imap/list_pattern.h"
#include "imapserver/commands.h"
#include "imapserver/conversation.h"
#include "imapserver/name_tree.h"
#include "imapserver/special_use.h"
#include "imapserver/status.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <vector>

namespace mox::imapserver {

namespace {

// How long a thousand patterns keep a thread from its other sessions.
constexpr std::chrono::milliseconds turn{5};

using Entry = std::pair<const std::string, NameEntry>;

std::vector<imap::ListPattern> patterns_of(std::string_view reference,
                                           const std::vector<std::string>& wire) {
  constexpr auto form = imap::NameForm::mutf7;
  const auto prefix = imap::decode_pattern(reference, form);
  std::vector<imap::ListPattern> patterns;
  for (const auto& pattern : wire)
    patterns.emplace_back(prefix, imap::decode_pattern(pattern, form));
  return patterns;
}

bool matches_any(const std::vector<imap::ListPattern>& patterns, std::string_view name) {
  return std::ranges::any_of(patterns, [&](const auto& pattern) { return pattern.matches(name); });
}

// RFC 5258 section 3.1. REMOTE adds mailboxes of other servers, of which there are none.
bool meets_selection(const imap::List& list, const NameEntry& entry) {
  if (list.select_subscribed && !entry.subscribed) return false;
  if (list.select_special_use && (entry.mailbox == nullptr || entry.mailbox->special_use == 0))
    return false;
  return list.select_subscribed || entry.mailbox != nullptr;
}

// Something below meets the selection. With both options the parts are looked at one by one: then
// a parent may be told of too much, which a client can see.
bool has_selected_below(const imap::List& list, const NameEntry& entry) {
  if (list.select_subscribed && !entry.subscribed_below) return false;
  return !list.select_special_use || entry.special_use_below;
}

// RECURSIVEMATCH: parents of what is selected are told of as well.
bool is_selected(const imap::List& list, const NameEntry& entry) {
  if (meets_selection(list, entry)) return true;
  return list.select_recursive && has_selected_below(list, entry);
}

// childinfo-extended-item = "CHILDINFO" SP "(" list-select-base-opt-quoted *(...) ")"
// (RFC 5258 section 6).
std::string_view child_info(const imap::List& list) {
  if (!list.select_special_use) return R"( ("CHILDINFO" ("SUBSCRIBED")))";
  if (!list.select_subscribed) return R"( ("CHILDINFO" ("SPECIAL-USE")))";
  return R"( ("CHILDINFO" ("SUBSCRIBED" "SPECIAL-USE")))";
}

void append_attributes(std::string& to, const imap::List& list, const NameEntry& entry) {
  to += '(';
  if (entry.mailbox == nullptr) to += "\\NonExistent";
  const bool tell_subscribed = list.select_subscribed || list.return_subscribed;
  if (tell_subscribed && entry.subscribed)
    to += to.back() == '(' ? "\\Subscribed" : " \\Subscribed";
  if (to.back() != '(') to += ' ';
  to += entry.has_children ? "\\HasChildren" : "\\HasNoChildren";
  // Always, since some clients look for them and do not ask (Apple Mail).
  if (entry.mailbox != nullptr) append_special_use(to, entry.mailbox->special_use);
  to += ')';
}

void append_entry(std::string& to, const imap::List& list, const Entry& item) {
  const auto& [name, entry] = item;
  imap::ResponseWriter reply(to);
  reply.raw("* LIST ");
  append_attributes(to, list, entry);
  reply.raw(R"( "/" )").mailbox(name, imap::NameForm::mutf7);
  // RFC 5258 section 3.5.
  if (list.select_recursive && has_selected_below(list, entry)) reply.raw(child_info(list));
  reply.crlf();
  if (list.return_status != 0 && entry.mailbox != nullptr)
    append_status(to, *entry.mailbox, list.return_status);
}

NameTree read_names(Conversation& conversation) {
  const auto snapshot = conversation.store().read();
  const auto account = conversation.account();
  return {snapshot.mailboxes(account), snapshot.subscriptions(account)};
}

// RFC 3501 section 6.3.9: "%" must not hide that there is something subscribed below.
void add_hidden_parents(std::set<std::string, std::less<>>& names, const imap::ListPattern& pattern,
                        std::string_view name) {
  for (auto slash = name.rfind('/'); slash != name.npos; slash = name.rfind('/')) {
    name = name.substr(0, slash);
    if (pattern.matches(name)) names.emplace(name);
  }
}

} // namespace

async::Task<Outcome> run_list(Conversation& conversation, const imap::Command& command) {
  const auto& list = std::get<imap::List>(command.body);
  // RFC 9051 section 6.3.9: an empty pattern asks for the delimiter.
  if (!list.extended && list.patterns.front().empty()) {
    conversation.reply().raw(R"(* LIST (\Noselect) "/" "")").crlf();
    co_return done();
  }
  if ((list.return_status & imap::status_highestmodseq) != 0) conversation.enable_condstore();
  const auto patterns = patterns_of(list.reference, list.patterns);
  const auto names = read_names(conversation);
  auto turn_ends = std::chrono::steady_clock::now() + turn;
  for (const auto& item : names.entries()) {
    if (std::chrono::steady_clock::now() > turn_ends) {
      co_await async::yield();
      turn_ends = std::chrono::steady_clock::now() + turn;
    }
    if (!is_selected(list, item.second) || !matches_any(patterns, item.first)) continue;
    append_entry(conversation.output(), list, item);
    if (!conversation.output_full()) continue;
    auto flushed = co_await conversation.flush();
    if (!flushed) co_return flushed;
  }
  co_return done();
}

async::Task<Outcome> run_lsub(Conversation& conversation, const imap::Command& command) {
  const auto& lsub = std::get<imap::Lsub>(command.body);
  const auto pattern = patterns_of(lsub.reference, {lsub.pattern}).front();
  const bool parents = lsub.pattern.ends_with('%');
  const auto names = read_names(conversation);
  std::set<std::string, std::less<>> found;
  for (const auto& [name, entry] : names.entries()) {
    if (!entry.subscribed) continue;
    if (pattern.matches(name)) found.insert(name);
    if (parents) add_hidden_parents(found, pattern, name);
  }
  for (const auto& name : found) {
    const auto& entry = names.entries().find(name)->second;
    const bool selectable = entry.subscribed && entry.mailbox != nullptr;
    conversation.reply()
        .raw(selectable ? R"(* LSUB () "/" )" : R"(* LSUB (\Noselect) "/" )")
        .mailbox(name, imap::NameForm::mutf7)
        .crlf();
    if (!conversation.output_full()) continue;
    auto flushed = co_await conversation.flush();
    if (!flushed) co_return flushed;
  }
  co_return done();
}

} // namespace mox::imapserver
