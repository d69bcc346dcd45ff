#include "localapi/stored_message.h"

#include "message/parser.h"
#include "message/structure_encoding.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>

namespace mox::localapi {

namespace {

constexpr int most_neighbours = 1000; // recipients of a transaction, on either side

// The recipient of the message at `uid`, when it has that body.
std::optional<std::string> recipient_at(const store::Snapshot& snapshot,
                                        store::MessageReader& reader, const Place& place,
                                        store::Uid uid, store::BlobId blob) {
  auto placement = snapshot.placement(place.account, place.mailbox, uid);
  if (!placement) placement = snapshot.expunged(place.account, place.mailbox, uid);
  if (!placement) return std::nullopt;
  const auto content = reader.content(placement->message);
  if (!content || content->blob != blob) return std::nullopt;
  const auto rendering = reader.rendering(placement->message);
  const auto trace = rendering ? parse_trace(rendering->prefix) : std::nullopt;
  if (!trace) return std::nullopt;
  return trace->delivered_to;
}

} // namespace

std::optional<StoredMessage> find_message(const store::Snapshot& snapshot, const Place& place) {
  const auto mailbox = snapshot.mailbox(place.account, place.mailbox);
  const auto placement = snapshot.placement(place.account, place.mailbox, place.uid);
  if (!mailbox || !placement) return std::nullopt;
  auto reader = snapshot.messages(place.account);
  const auto content = reader.content(placement->message);
  const auto rendering = reader.rendering(placement->message);
  if (!content || !rendering) return std::nullopt;
  return StoredMessage{.place = place,
                       .placement = *placement,
                       .content = *content,
                       .rendering = *rendering,
                       .mailbox = mailbox->name};
}

Result<std::string> read_header(const store::Store& store, const store::Snapshot& snapshot,
                                const StoredMessage& message) {
  MOX_TRY_ASSIGN(structure, message::decode_structure(message.rendering.structure));
  const auto own = std::min<std::uint64_t>(structure.root().body_begin, message::max_header_size);
  std::string header(message.rendering.prefix.size() + static_cast<std::size_t>(own), '\0');
  MOX_TRY(store.read_message(snapshot, message.content, message.rendering, 0, header));
  return header;
}

std::vector<std::string> recipients_of(const store::Snapshot& snapshot,
                                       const StoredMessage& message) {
  auto reader = snapshot.messages(message.place.account);
  std::vector<std::string> recipients;
  std::set<std::string> known;
  const auto look = [&](store::Uid uid) {
    auto recipient = recipient_at(snapshot, reader, message.place, uid, message.content.blob);
    if (!recipient) return false;
    // A copy that its owner has made stands beside it too.
    if (known.insert(*recipient).second) recipients.push_back(*std::move(recipient));
    return true;
  };
  auto first = message.place.uid;
  for (int i = 0; i < most_neighbours && first > 1 && look(first - 1); ++i) --first;
  std::ranges::reverse(recipients);
  auto next = message.place.uid;
  for (int i = 0; i <= most_neighbours && look(next); ++i) ++next;
  return recipients;
}

bool is_attachment(const message::Part& part) {
  return part.kind != message::Part::Kind::multipart &&
         (part.is_attachment || message::file_name(part.parameters, part.disposition).has_value());
}

const message::Part* find_text(const message::Structure& structure, std::string_view subtype) {
  for (const auto& part : structure.parts)
    if (part.kind == message::Part::Kind::leaf && part.is("text", subtype) && !is_attachment(part))
      return &part;
  return nullptr;
}

std::string inbox_name(const store::Snapshot& snapshot, store::AccountId account) {
  const auto row = snapshot.account(account);
  if (!row) return {};
  return row->name.contains('@') ? row->name : row->name + "@localhost";
}

std::string format_time(std::int64_t seconds) {
  const std::chrono::sys_seconds time{std::chrono::seconds(seconds)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

} // namespace mox::localapi
