// What is in a message, as it is: its bytes, its parts, its texts.

#include "localapi/call.h"
#include "localapi/message_bytes.h"
#include "localapi/search.h"
#include "message/structure_encoding.h"
#include "text/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace mox::localapi {

namespace {

bool is_token(std::string_view text) {
  const auto allowed = [](char c) {
    return text::is_alnum(c) || std::string_view("!#$&^_.+-").contains(c);
  };
  return !text.empty() && std::ranges::all_of(text, allowed);
}

// What the sender says it is, unless that would not make a field.
std::string content_type(const message::Part& part) {
  if (!is_token(part.type) || !is_token(part.subtype)) return "application/octet-stream";
  const auto type = part.type + "/" + part.subtype;
  return part.type == "text" ? type + "; charset=utf-8" : type;
}

http::Response content_of(const store::Store& store, const StoredMessage& message,
                          const message::Part& part) {
  // The structure is that of the message as it came, before our server's fields.
  const auto prefix = message.rendering.prefix.size();
  const message::Range range{part.body_begin + prefix, part.body_end + prefix};
  http::Response response;
  response.fields.add("Content-Type", content_type(part));
  // A page in mail may look as it likes, but load nothing and run nothing.
  response.fields.add("Content-Security-Policy",
                      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
                      "frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox");
  response.source = std::make_shared<PartBody>(MessageBytes(store, message, range), part);
  return response;
}

Answer text_of(const store::Store& store, const Place& place, std::string_view subtype) {
  const auto snapshot = store.read();
  const auto message = find_message(snapshot, place);
  if (!message) return no_message(to_string(place));
  const auto structure = message::decode_structure(message->rendering.structure);
  if (!structure) return problem(structure.error());
  const auto* part = find_text(*structure, subtype);
  if (part == nullptr)
    return problem(404, fmt::format("message {} has no text/{}", to_string(place), subtype),
                   "the message's structure shows what it has");
  return content_of(store, *message, *part);
}

} // namespace

async::Task<Answer> send_raw(Call& call) {
  const auto place = co_await find_meant(call);
  if (!place) co_return std::unexpected(place.error());
  auto& store = call.session.parts.store;
  const auto snapshot = store.read();
  const auto message = find_message(snapshot, *place);
  if (!message) co_return no_message(to_string(*place));
  http::Response response;
  response.fields.add("Content-Type", "message/rfc822");
  response.source =
      std::make_shared<RawBody>(MessageBytes(store, *message, {0, message->content.size}));
  co_return response;
}

async::Task<Answer> send_part(Call& call) {
  const auto place = co_await find_meant(call);
  if (!place) co_return std::unexpected(place.error());
  const auto& number = call.segments.back();
  const auto path = parse_part_number(number);
  if (!path)
    co_return problem(400, fmt::format("{} is not the number of a part", number),
                      "write it as in section of the message's structure, such as 1 or 2.1");
  auto& store = call.session.parts.store;
  const auto snapshot = store.read();
  const auto message = find_message(snapshot, *place);
  if (!message) co_return no_message(to_string(*place));
  const auto structure = message::decode_structure(message->rendering.structure);
  if (!structure) co_return problem(structure.error());
  const auto index = message::find_part(*structure, *path);
  if (!index)
    co_return problem(404, fmt::format("message {} has no part {}", to_string(*place), number),
                      "the sections of the message's structure are those that there are");
  co_return content_of(store, *message, structure->parts[*index]);
}

async::Task<Answer> send_text(Call& call) {
  const auto place = co_await find_meant(call);
  if (!place) co_return std::unexpected(place.error());
  co_return text_of(call.session.parts.store, *place, "plain");
}

async::Task<Answer> send_html(Call& call) {
  const auto place = co_await find_meant(call);
  if (!place) co_return std::unexpected(place.error());
  co_return text_of(call.session.parts.store, *place, "html");
}

} // namespace mox::localapi
