// Messages: lists, one, deleting.

#include "async/sleep.h"
#include "localapi/call.h"
#include "localapi/message_json.h"
#include "localapi/search.h"
#include "store/operations.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace mox::localapi {

namespace {

constexpr std::uint32_t default_limit = 50;
constexpr std::uint32_t most_listed = 1000;
// A page ends when it has become so large: a message may have a header of a mebibyte.
constexpr std::size_t most_page_bytes = 4U << 20U;

// Adds the object of the message at `place`, if it is still there.
Result<> add_entry(json::Writer& json, const store::Store& store, const Place& place) {
  const auto snapshot = store.read();
  const auto message = find_message(snapshot, place);
  if (!message) return ok();
  return write_entry(json, store, snapshot, *message);
}

// Runs of neighbours, ascending.
std::vector<store::UidRange> ranges_of(const std::vector<Place>& newest_first) {
  std::vector<store::UidRange> ranges;
  for (auto place = newest_first.rbegin(); place != newest_first.rend(); ++place) {
    if (!ranges.empty() && ranges.back().last + 1 == place->uid)
      ranges.back().last = place->uid;
    else
      ranges.push_back({place->uid, place->uid});
  }
  return ranges;
}

std::uint64_t count_of(const std::vector<store::UidRange>& ranges) {
  std::uint64_t count = 0;
  for (const auto& range : ranges) count += std::uint64_t{range.last} - range.first + 1;
  return count;
}

Answer deleted(std::uint64_t count) {
  json::Writer json(2);
  json.object();
  json.member("deleted", count).end();
  return json_response(std::move(json));
}

} // namespace

async::Task<Answer> list_messages(Call& call) {
  auto search = co_await read_search(call);
  if (!search) co_return std::unexpected(std::move(search).error());
  const auto limit = call.parameters.number("limit", most_listed, default_limit);
  if (!limit) co_return std::unexpected(limit.error());
  auto& store = call.session.parts.store;
  // One more, to know whether there are more.
  const auto found = co_await find_messages(call.session.parts, *search, *limit + 1);
  if (!found) co_return problem(found.error());
  const auto most = std::min<std::size_t>(found->size(), *limit);
  json::Writer json(2);
  json.object();
  json.key("messages").array();
  std::size_t shown = 0;
  for (; shown < most && json.size() < most_page_bytes; ++shown) {
    if (auto added = add_entry(json, store, (*found)[shown]); !added)
      co_return problem(added.error());
    co_await async::yield();
  }
  json.end();
  json.key("next");
  if (found->size() > shown)
    json.value(to_string((*found)[shown - 1]));
  else
    json.null();
  json.end();
  co_return json_response(std::move(json));
}

async::Task<Answer> delete_messages(Call& call) {
  auto search = co_await read_search(call);
  if (!search) co_return std::unexpected(std::move(search).error());
  const auto found =
      co_await find_messages(call.session.parts, *search, std::numeric_limits<std::size_t>::max());
  if (!found) co_return problem(found.error());
  if (found->empty()) co_return deleted(0);
  const auto expunged = co_await store::expunge(call.session.parts.store, search->account,
                                                found->front().mailbox, ranges_of(*found), false);
  if (!expunged) co_return problem(expunged.error());
  co_return deleted(count_of(expunged->uids));
}

async::Task<Answer> show_message(Call& call) {
  const auto place = co_await find_meant(call);
  if (!place) co_return std::unexpected(place.error());
  auto json = co_await describe_message(call.session.parts.store, *place);
  if (!json && json.error().kind == ErrorKind::not_found) co_return no_message(to_string(*place));
  if (!json) co_return problem(json.error());
  co_return json_response(*std::move(json));
}

async::Task<Answer> delete_message(Call& call) {
  const auto place = parse_place(call.segments.front());
  auto& store = call.session.parts.store;
  if (!place || !find_message(store.read(), *place)) co_return no_message(call.segments.front());
  std::vector<store::UidRange> one = {{place->uid, place->uid}};
  const auto expunged =
      co_await store::expunge(store, place->account, place->mailbox, std::move(one), false);
  if (!expunged) co_return problem(expunged.error());
  const auto count = count_of(expunged->uids);
  if (count == 0) co_return no_message(call.segments.front()); // somebody else was quicker
  co_return deleted(count);
}

} // namespace mox::localapi
