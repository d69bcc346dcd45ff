// SEARCH and UID SEARCH, with ESEARCH (RFC 4731) and MODSEQ (RFC 7162 section 3.1.5).

#include "async/sleep.h"
#include "imapserver/commands.h"
#include "imapserver/conversation.h"
#include "imapserver/mailbox_name.h"
#include "imapserver/search_message.h"
#include "imapserver/search_program.h"
#include "text/ascii.h"

#include <algorithm>
#include <chrono>
#include <span>
#include <utility>

namespace mox::imapserver {

namespace {

// How long a search keeps a thread from its other sessions.
constexpr std::chrono::milliseconds turn{5};

struct Found {
  std::vector<std::uint32_t> numbers; // or UIDs; ascending
  store::Modseq first_modseq = 0;
  store::Modseq last_modseq = 0;
  store::Modseq highest_modseq = 0;
  std::uint32_t unread = 0;    // messages that could not be read
  store::Uid first_unread = 0; // the first of them
  Error error;                 // why

  void add(std::uint32_t number, store::Modseq modseq) {
    if (numbers.empty()) first_modseq = modseq;
    last_modseq = modseq;
    highest_modseq = std::max(highest_modseq, modseq);
    numbers.push_back(number);
  }

  // Not even a key that is negated matches what nobody knows.
  void leave_out(store::Uid uid, const Error& why) {
    if (unread++ > 0) return;
    first_unread = uid;
    error = why;
  }
};

struct Progress {
  std::vector<Run> runs;
  std::size_t index = 0;
  store::Uid next = 0;

  bool ended() const { return index == runs.size(); }
};

// Looks at messages for one turn.
void look(Conversation& conversation, const SearchNode& program, bool by_uid, Progress& progress,
          Found& found) {
  const auto& clock = conversation.parts().clock;
  const auto end = std::chrono::steady_clock::now() + turn;
  const auto snapshot = conversation.store().read();
  SearchMessage message(conversation.store(), snapshot, conversation.account(),
                        unix_seconds(clock.wall()));
  auto cursor = snapshot.placements(conversation.account(), conversation.selected().mailbox);
  const bool cheap = program.cost <= SearchNode::Cost::rendering;
  std::uint32_t looked_at = 0;
  for (; !progress.ended(); ++progress.index) {
    const auto& run = progress.runs[progress.index];
    progress.next = std::max(progress.next, run.uids.first);
    for (auto at = cursor.seek(progress.next); at && at->uid <= run.uids.last; at = cursor.next()) {
      progress.next = at->uid + 1;
      const auto number = run.number_of(at->uid);
      message.move_to(number, *at);
      const bool matched = matches(program, message);
      if (message.error())
        found.leave_out(at->uid, *message.error());
      else if (matched)
        found.add(by_uid ? at->uid : number, at->modseq);
      const bool look_at_clock = !cheap || ++looked_at % 16 == 0;
      if (look_at_clock && std::chrono::steady_clock::now() >= end) return;
    }
  }
}

// As with FETCH, the other messages are answered. But the answer to a SEARCH is one, and clients
// take none from a command that failed: so this is a warning, which an untagged NO is (RFC 9051
// section 7.1.2).
void warn(Conversation& conversation, std::string_view name, const Found& found) {
  const auto failed = read_failure(found.error).error();
  conversation.parts().log.error("imapserver", "messages left out of a search",
                                 {{"cmd", name},
                                  {"messages", found.unread},
                                  {"uid", found.first_unread},
                                  {"err", found.error.text}},
                                 conversation.session().cid);
  conversation.reply().untagged(failed->condition, failed->code, failed->text);
}

void append_modseq(imap::ResponseWriter& reply, store::Modseq modseq) {
  reply.raw(" (MODSEQ ").number(modseq).raw(')');
}

// search-response = "SEARCH" *(SP nz-number) [SP "(MODSEQ" SP mod-sequence-value ")"]
//
// One line, however long: clients that read only one are more than those that cannot read a long
// one.
async::Task<Outcome> reply_plainly(Conversation& conversation, const Found& found, bool modseq) {
  auto reply = conversation.reply();
  reply.raw("* SEARCH");
  for (const auto number : found.numbers) {
    reply.raw(' ').number(number);
    if (!conversation.output_full()) continue;
    auto flushed = co_await conversation.flush();
    if (!flushed) co_return flushed;
  }
  if (modseq && !found.numbers.empty()) append_modseq(reply, found.highest_modseq);
  reply.crlf();
  co_return done();
}

// RFC 7162 section 3.1.10: of what is returned.
store::Modseq returned_modseq(const Found& found, std::uint8_t returns) {
  constexpr std::uint8_t ends = imap::return_min | imap::return_max;
  if ((returns & ~ends) != 0) return found.highest_modseq;
  const auto first = (returns & imap::return_min) != 0 ? found.first_modseq : 0;
  const auto last = (returns & imap::return_max) != 0 ? found.last_modseq : 0;
  return std::max(first, last);
}

// esearch-response = "ESEARCH" [search-correlator] [SP "UID"] *(SP search-return-data)
void reply_extended(Conversation& conversation, std::string_view tag, const imap::Search& search,
                    const Found& found, bool modseq) {
  const auto returns = *search.returns;
  auto reply = conversation.reply();
  // Quoted always: the new Outlook reads no other form.
  reply.raw("* ESEARCH (TAG \"").raw(tag).raw("\")");
  if (search.by_uid) reply.raw(" UID");
  const bool any = !found.numbers.empty();
  if (any && (returns & imap::return_min) != 0) reply.raw(" MIN ").number(found.numbers.front());
  if (any && (returns & imap::return_max) != 0) reply.raw(" MAX ").number(found.numbers.back());
  if ((returns & imap::return_count) != 0)
    reply.raw(" COUNT ").number(static_cast<std::uint32_t>(found.numbers.size()));
  if (any && (returns & imap::return_all) != 0)
    reply.raw(" ALL ").sequence_set(std::span<const std::uint32_t>(found.numbers));
  if (any && modseq) reply.raw(" MODSEQ ").number(returned_modseq(found, returns));
  reply.crlf();
}

bool is_known_charset(std::string_view charset) {
  return charset.empty() || text::iequals(charset, "UTF-8") || text::iequals(charset, "US-ASCII");
}

} // namespace

async::Task<Outcome> run_search(Conversation& conversation, const imap::Command& command) {
  const auto& search = std::get<imap::Search>(command.body);
  if (!is_known_charset(search.charset))
    co_return no("BADCHARSET (US-ASCII UTF-8)", "charset not known");
  if (search.returns && (*search.returns & imap::return_save) != 0)
    co_return bad("SAVE is not offered");
  const bool modseq = asks_modseq(search.key);
  if (modseq) conversation.enable_condstore();
  // The program's flags come from names, which only grow in number.
  const FlagNames names(conversation.store().read(), conversation.account());
  const auto uids = conversation.view().uids;
  const auto program = compile_search(search.key, names, *uids);
  if (!program) co_return std::unexpected(program.error());

  Found found;
  Progress progress;
  progress.runs = candidates(*program, *uids);
  while (!progress.ended()) {
    look(conversation, *program, search.by_uid, progress, found);
    if (!progress.ended()) co_await async::yield();
  }
  if (found.unread > 0) warn(conversation, imap::command_name(command.body), found);
  if (!search.returns) co_return co_await reply_plainly(conversation, found, modseq);
  reply_extended(conversation, command.tag, search, found, modseq);
  co_return done();
}

} // namespace mox::imapserver
