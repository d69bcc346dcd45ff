#include "localapi/search.h"

#include "async/sleep.h"
#include "imap/mailbox_name.h"
#include "imapserver/search_message.h"
#include "message/date.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mox::localapi {

namespace {

// Messages looked at before others have their turn.
constexpr std::uint32_t batch = 50;

std::optional<text::Needle> needle(const Parameters& parameters, std::string_view name) {
  const auto value = parameters.find(name);
  if (!value) return std::nullopt;
  return text::Needle(*value);
}

store::Uid newest(const store::Store& store, const Search& search) {
  const auto mailbox = store.read().find_mailbox(search.account, search.mailbox);
  return mailbox ? mailbox->uidnext - 1 : 0;
}

// The message that a parameter names, which must be one of those searched.
std::expected<store::Uid, Problem> read_place(const Call& call, const Search& search,
                                              std::string_view name, std::string_view value) {
  const auto place = parse_place(value);
  const auto mailbox = call.session.parts.store.read().find_mailbox(search.account, search.mailbox);
  if (place && mailbox && place->account == search.account && place->mailbox == mailbox->id)
    return place->uid;
  if (place)
    return problem(400, fmt::format("{}={} is of another inbox or mailbox", name, value),
                   "name the inbox and the mailbox that it is of");
  return problem(400, fmt::format("{}={} is not the id of a message", name, value),
                 "take an id of a message, or mark of /api/info");
}

std::expected<void, Problem> read_since(const Call& call, Search& search) {
  const auto since = call.parameters.find("since");
  if (!since) return {};
  if (*since == "now") {
    search.above = newest(call.session.parts.store, search);
    return {};
  }
  if (since->contains('-')) {
    const auto date = message::parse_date(*since);
    if (!date)
      return problem(400, fmt::format("since={} is not a time", *since),
                     "write 2026-01-31T12:00:00Z, now, or the id of a message");
    search.received_from = date->seconds;
    return {};
  }
  auto uid = read_place(call, search, "since", *since);
  if (!uid) return std::unexpected(std::move(uid).error());
  search.above = *uid;
  return {};
}

bool matches_trace(const Search& search, const store::Snapshot& snapshot,
                   imapserver::SearchMessage& message) {
  if (!search.from && !search.to) return true;
  const auto rendering = snapshot.messages(search.account).rendering(message.placement().message);
  const auto trace = rendering ? parse_trace(rendering->prefix) : std::nullopt;
  if (search.from) {
    const bool sent = trace && search.from->in(trace->mail_from);
    if (!sent && !message.header_has("from", *search.from)) return false;
  }
  if (!search.to) return true;
  // Each recipient has a copy of his own, and only that is meant.
  if (trace) return search.to->in(trace->delivered_to);
  return message.header_has("to", *search.to) || message.header_has("cc", *search.to) ||
         message.header_has("bcc", *search.to);
}

bool matches(const Search& search, const store::Snapshot& snapshot,
             imapserver::SearchMessage& message) {
  if (search.received_from && message.content().received < *search.received_from) return false;
  if (!matches_trace(search, snapshot, message)) return false;
  if (search.subject && !message.header_has("subject", *search.subject)) return false;
  return !search.words || message.text_has(*search.words);
}

// Goes down from message number `number`, at most a batch; says at which to go on.
Result<std::uint32_t> search_batch(const service::Parts& parts, const Search& search,
                                   store::MailboxId mailbox, const store::UidSet& uids,
                                   std::uint32_t number, std::size_t most,
                                   std::vector<Place>& found) {
  const auto snapshot = parts.store.read();
  imapserver::SearchMessage message(parts.store, snapshot, search.account,
                                    unix_seconds(parts.clock.wall()));
  const auto end = number > batch ? number - batch : 0;
  for (; number > end && found.size() < most; --number) {
    const auto uid = uids.at(number);
    if (uid <= search.above) return 0U;
    const auto placement = snapshot.placement(search.account, mailbox, uid);
    if (!placement) continue; // gone meanwhile
    message.move_to(number, *placement);
    const bool fits = search.is_for_all() || matches(search, snapshot, message);
    if (message.error()) return failure(*message.error());
    if (fits) found.push_back({.account = search.account, .mailbox = mailbox, .uid = uid});
  }
  return number;
}

} // namespace

async::Task<std::expected<store::AccountId, Problem>> find_inbox(const Call& call) {
  std::string user(call.parameters.find("inbox").value_or(""));
  auto account = co_await call.options.find_inbox(user);
  if (account) co_return *account;
  if (account.error().kind == ErrorKind::full)
    co_return problem(503, account.error().text,
                      "use names that were used before, or begin with an empty folder");
  if (account.error().kind != ErrorKind::not_found) co_return problem(account.error());
  co_return problem(404, fmt::format("there is no inbox \"{}\"", user),
                    "start mox localserve with --inboxes, or leave inbox out");
}

async::Task<std::expected<Search, Problem>> read_search(const Call& call) {
  const auto& parameters = call.parameters;
  Search search;
  auto account = co_await find_inbox(call);
  if (!account) co_return std::unexpected(std::move(account).error());
  search.account = *account;
  if (const auto name = parameters.find("mailbox"); name) {
    auto normal = imap::normalise_mailbox(*name);
    if (!normal) co_return problem(normal.error());
    search.mailbox = *std::move(normal);
  }
  search.from = needle(parameters, "from");
  search.to = needle(parameters, "to");
  search.subject = needle(parameters, "subject");
  search.words = needle(parameters, "text");
  if (auto read = read_since(call, search); !read)
    co_return std::unexpected(std::move(read).error());
  if (const auto after = parameters.find("after"); after) {
    auto uid = read_place(call, search, "after", *after);
    if (!uid) co_return std::unexpected(std::move(uid).error());
    search.below = *uid;
  }
  co_return search;
}

std::unexpected<Problem> no_message(std::string_view id) {
  return problem(404, fmt::format("there is no message {}, or no more", id),
                 "GET /api/messages shows those that there are");
}

async::Task<std::expected<Place, Problem>> find_meant(const Call& call) {
  const auto& id = call.segments.front();
  if (id != latest) {
    if (const auto place = parse_place(id)) co_return *place;
    co_return no_message(id);
  }
  const auto search = co_await read_search(call);
  if (!search) co_return std::unexpected(search.error());
  const auto found = co_await find_messages(call.session.parts, *search, 1);
  if (!found) co_return problem(found.error());
  if (found->empty())
    co_return problem(404, "no message is there that fits", "GET /api/wait waits for one to come");
  co_return found->front();
}

async::Task<Result<std::vector<Place>>> find_messages(const service::Parts& parts,
                                                      const Search& search, std::size_t most) {
  std::vector<Place> found;
  store::MailboxId mailbox{};
  store::UidSet uids;
  {
    const auto snapshot = parts.store.read();
    const auto row = snapshot.find_mailbox(search.account, search.mailbox);
    if (!row) co_return found;
    mailbox = row->id;
    uids = snapshot.uids(search.account, mailbox);
  }
  auto number = uids.count_below(search.below);
  while (number > 0 && found.size() < most) {
    if (parts.stopping.load()) co_return failure(ErrorKind::closed, "the server stops");
    const auto next = search_batch(parts, search, mailbox, uids, number, most, found);
    if (!next) co_return std::unexpected(next.error());
    number = *next;
    co_await async::yield();
  }
  co_return found;
}

} // namespace mox::localapi
