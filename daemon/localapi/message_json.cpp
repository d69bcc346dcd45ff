#include "localapi/message_json.h"

#include "localapi/message_bytes.h"
#include "message/address_list.h"
#include "message/field.h"
#include "message/json.h"
#include "text/utf8.h"

#include <fmt/format.h>

#include <optional>
#include <utility>
#include <vector>

namespace mox::localapi {

namespace {

// Of each of the two texts in a message's object; a part has its own address.
constexpr std::size_t most_text = 1U << 20U;

// Empty becomes null.
void write_some(json::Writer& json, std::string_view name, std::string_view text) {
  json.key(name);
  if (text.empty())
    json.null();
  else
    json.value(text);
}

void write_smtp(json::Writer& json, const Trace& trace,
                const std::vector<std::string>& recipients) {
  json.object();
  json.member("mail_from", trace.mail_from);
  json.key("rcpt_to").array();
  for (const auto& recipient : recipients) json.value(recipient);
  json.end();
  json.member("delivered_to", trace.delivered_to);
  write_some(json, "user", trace.login);
  write_some(json, "helo", trace.helo);
  write_some(json, "remote_ip", trace.remote_ip);
  write_some(json, "protocol", trace.protocol);
  write_some(json, "id", trace.id);
  json.key("tls");
  if (trace.tls_version.empty())
    json.null();
  else
    json.object().member("version", trace.tls_version).member("cipher", trace.tls_cipher).end();
  json.end();
}

void write_addresses(json::Writer& json, const message::Fields& fields, std::string_view name) {
  message::AddressList list;
  for (const auto* field : fields.find_all(name)) message::parse_address_list(field->body, list);
  json.key(name);
  message::write_json(json, list);
}

// The members of an entry, in an open object.
Result<> write_members(json::Writer& json, const store::Store& store,
                       const store::Snapshot& snapshot, const StoredMessage& message) {
  MOX_TRY_ASSIGN(header, read_header(store, snapshot, message));
  const message::Fields fields(header);
  json.member("id", to_string(message.place));
  json.member("inbox", inbox_name(snapshot, message.place.account));
  json.member("mailbox", message.mailbox);
  json.member("received", format_time(message.content.received));
  json.member("size", message.content.size);
  json.member("seen", (message.placement.flags.system & store::flag_seen) != 0);
  json.key("smtp");
  if (const auto trace = parse_trace(message.rendering.prefix))
    write_smtp(json, *trace, recipients_of(snapshot, message));
  else
    json.null();
  for (const auto name : {"from", "to", "cc"}) write_addresses(json, fields, name);
  const auto* subject = fields.find("subject");
  json.member("subject", subject != nullptr ? message::decoded_text(subject->body) : "");
  json.member("preview", message.rendering.preview);
  return ok();
}

message::Range body_of(const message::Part& part) {
  return {part.body_begin, part.body_end};
}

async::Task<Result<std::string>> read_text(const store::Store& store, const StoredMessage& message,
                                           const message::Part& part) {
  PartBody body(MessageBytes(store, message, body_of(part)), part);
  std::string text;
  while (text.size() < most_text) {
    const auto piece = co_await body.next();
    if (!piece) co_return std::unexpected(piece.error());
    if (piece->empty()) break;
    text += *piece;
  }
  if (text.size() > most_text) text.resize(text::cut_utf8(text, most_text).size());
  co_return text;
}

void write_attachments(json::Writer& json, const message::Structure& structure) {
  const auto numbers = message::section_numbers(structure);
  json.key("attachments").array();
  for (std::size_t i = 0; i < structure.parts.size(); ++i) {
    const auto& part = structure.parts[i];
    if (!is_attachment(part)) continue;
    json.object();
    json.member("part", numbers[i]);
    json.member("type", part.type + "/" + part.subtype);
    write_some(json, "file_name",
               message::file_name(part.parameters, part.disposition).value_or(""));
    json.member("encoded_size", part.body_size());
    json.end();
  }
  json.end();
}

void write_text(json::Writer& json, std::string_view name, const std::optional<std::string>& text) {
  json.key(name);
  if (text)
    json.value(*text);
  else
    json.null();
}

// The snapshot must not live across the waits.
Result<StoredMessage> begin_description(json::Writer& json, const store::Store& store,
                                        const Place& place) {
  const auto snapshot = store.read();
  auto message = find_message(snapshot, place);
  if (!message)
    return failure(ErrorKind::not_found,
                   fmt::format("there is no message {}, or no more", to_string(place)));
  MOX_TRY(write_members(json, store, snapshot, *message));
  message->rendering = {};
  return *std::move(message);
}

} // namespace

Result<> write_entry(json::Writer& json, const store::Store& store, const store::Snapshot& snapshot,
                     const StoredMessage& message) {
  json.object();
  MOX_TRY(write_members(json, store, snapshot, message));
  json.end();
  return ok();
}

async::Task<Result<json::Writer>> describe_message(const store::Store& store, Place place) {
  json::Writer json(2);
  json.object();
  MOX_CO_TRY_ASSIGN(stored, begin_description(json, store, place));
  const message::Range whole{0, stored.content.size};
  MOX_CO_TRY_ASSIGN(parsed, co_await parse_stored(MessageBytes(store, stored, whole)));
  for (const auto subtype : {"plain", "html"}) {
    std::optional<std::string> text;
    if (const auto* part = find_text(parsed.structure, subtype)) {
      MOX_CO_TRY_ASSIGN(read, co_await read_text(store, stored, *part));
      text = std::move(read);
    }
    write_text(json, std::string_view(subtype) == "plain" ? "text" : "html", text);
  }
  write_attachments(json, parsed.structure);
  json.key("message").object();
  message::write_json(json, parsed);
  json.end().end();
  co_return json;
}

} // namespace mox::localapi
