#include "imapserver/fetch_message.h"

#include "imap/response_writer.h"
#include "message/bodystructure.h"
#include "message/structure_encoding.h"

#include <algorithm>
#include <utility>

namespace mox::imapserver {

namespace {

using Kind = imap::FetchItem::Kind;
using Text = imap::Section::Text;

// From this size on the kernel copies a body from its file to the socket.
constexpr std::uint64_t large_from = 96 * 1024;
// Of one response; a client that asks for the same bytes a thousand times gets no further.
constexpr std::size_t max_response = 8U << 20U;
// With so much in the response already, what is not small goes the way of large pieces.
constexpr std::size_t much = 256 * 1024;
constexpr std::uint64_t small = 4 * 1024;

Text text_of(const imap::FetchItem& item) {
  switch (item.kind) {
  case Kind::rfc822_header: return Text::header;
  case Kind::rfc822_text: return Text::text;
  default: return item.section.text;
  }
}

message::SectionText section_text(Text text) {
  switch (text) {
  case Text::all: return message::SectionText::all;
  case Text::text: return message::SectionText::text;
  case Text::mime: return message::SectionText::mime;
  default: return message::SectionText::header;
  }
}

message::Range cut(message::Range range, const std::optional<imap::Partial>& partial) {
  if (!partial) return range;
  const auto offset = std::min(partial->offset, range.size());
  const auto size = std::min(partial->size, range.size() - offset);
  return {range.begin + offset, range.begin + offset + size};
}

bool needs_content(Kind kind) {
  switch (kind) {
  case Kind::envelope:
  case Kind::body:
  case Kind::bodystructure:
  case Kind::rfc822_size:
  case Kind::save_date:
  case Kind::preview: return false;
  default: return true;
  }
}

bool needs_rendering(Kind kind) {
  return kind != Kind::internal_date && kind != Kind::rfc822_size && kind != Kind::save_date;
}

imap::DateTime internal_date(const store::Content& content) {
  return {.seconds = content.received, .zone = content.received_zone};
}

} // namespace

FetchPlan plan_fetch(std::span<const imap::FetchItem> items, bool by_uid) {
  FetchPlan plan;
  plan.uid = by_uid; // RFC 9051 section 6.4.9
  for (const auto& item : items) {
    plan.sets_seen |= item.sets_seen();
    if (item.kind == Kind::uid)
      plan.uid = true;
    else if (item.kind == Kind::flags)
      plan.flags = true;
    else if (item.kind == Kind::modseq)
      plan.modseq = true;
    else
      plan.items.push_back(item);
  }
  for (const auto& item : plan.items) {
    plan.content |= needs_content(item.kind);
    plan.rendering |= needs_rendering(item.kind);
  }
  return plan;
}

FetchWriter::FetchWriter(const store::Store& store, const store::Snapshot& snapshot,
                         store::AccountId account, const FetchPlan& plan)
    : store_(store), snapshot_(snapshot), plan_(plan), names_(snapshot, account),
      messages_(snapshot.messages(account)) {}

Result<bool> FetchWriter::write(std::uint32_t number, const store::Placement& placement,
                                std::uint32_t size, std::string& output,
                                std::vector<LargePiece>& large) {
  Message message{.placement = placement,
                  .size = size,
                  .content = {},
                  .rendering = {},
                  .structure = {},
                  .held = 0};
  if (plan_.content) {
    const auto content = messages_.content(placement.message);
    if (!content) return false;
    message.content = *content;
  }
  if (plan_.rendering) {
    const auto rendering = messages_.rendering(placement.message);
    if (!rendering) return false;
    message.rendering = *rendering;
  }
  imap::ResponseWriter reply(output);
  reply.raw("* ").number(number).raw(" FETCH (");
  if (plan_.uid) reply.raw("UID ").number(placement.uid).raw(' ');
  if (plan_.flags) {
    reply.raw("FLAGS ");
    names_.append(output, placement.flags);
    reply.raw(' ');
  }
  if (plan_.modseq) reply.raw("MODSEQ (").number(placement.modseq).raw(") ");
  for (const auto& item : plan_.items) {
    MOX_TRY(write_item(item, message, output, large));
    if (message.held + output.size() > max_response)
      return failure(ErrorKind::refused, "too much of one message in one command");
    output += ' ';
  }
  if (output.back() == ' ') output.pop_back();
  output += ")\r\n";
  return true;
}

Result<> FetchWriter::write_item(const imap::FetchItem& item, Message& message, std::string& output,
                                 std::vector<LargePiece>& large) {
  imap::append_reply_name(output, item);
  output += ' ';
  imap::ResponseWriter reply(output);
  switch (item.kind) {
  case Kind::internal_date: reply.date_time(internal_date(message.content)); break;
  case Kind::envelope: output += message.rendering.envelope; break;
  case Kind::body: output += message::body_of(message.rendering.bodystructure); break;
  case Kind::bodystructure: output += message.rendering.bodystructure; break;
  case Kind::rfc822_size: reply.number(message.size); break;
  case Kind::save_date: reply.date_time({.seconds = message.placement.saved, .zone = 0}); break;
  case Kind::preview: reply.string(message.rendering.preview); break;
  default: return write_section(item, message, output, large);
  }
  return ok();
}

// The place of a section in the message: the structure counts from the blob's first byte, before
// which the prefix stands, as the beginning of the message's own header.
std::optional<message::Range> FetchWriter::find_range(const imap::FetchItem& item,
                                                      Message& message) const {
  const auto text = text_of(item);
  if (text == Text::all && item.section.part.empty())
    return message::Range{0, message.content.size};
  if (!message.structure) {
    auto decoded = message::decode_structure(message.rendering.structure);
    if (!decoded) return std::nullopt;
    message.structure = std::move(*decoded);
  }
  auto range = message::find_section(*message.structure, item.section.part, section_text(text));
  if (!range) return std::nullopt;
  const auto prefix = message.rendering.prefix.size();
  const bool is_header = text != Text::all && text != Text::text;
  const bool is_top_header = is_header && range->begin == 0;
  if (!is_top_header) range->begin += prefix;
  range->end += prefix;
  return range;
}

Result<> FetchWriter::write_section(const imap::FetchItem& item, Message& message,
                                    std::string& output, std::vector<LargePiece>& large) {
  const auto range = find_range(item, message);
  if (!range) {
    output += "NIL"; // there is no such part
    return ok();
  }
  const auto text = text_of(item);
  if (text == Text::header_fields || text == Text::header_fields_not)
    return write_fields(item, message, *range, output);
  return write_bytes(message, cut(*range, item.partial), output, large);
}

Result<> FetchWriter::write_fields(const imap::FetchItem& item, const Message& message,
                                   message::Range range, std::string& output) {
  std::string header;
  MOX_TRY(append_bytes(message, range, header));
  const bool without = item.section.text == Text::header_fields_not;
  const auto fields = message::select_fields(header, item.section.fields, without);
  const auto part = cut({0, fields.size()}, item.partial);
  imap::ResponseWriter(output).literal_header(part.size());
  output.append(fields, static_cast<std::size_t>(part.begin),
                static_cast<std::size_t>(part.size()));
  return ok();
}

Result<> FetchWriter::write_bytes(Message& message, message::Range range, std::string& output,
                                  std::vector<LargePiece>& large) {
  imap::ResponseWriter(output).literal_header(range.size());
  const std::uint64_t prefix = message.rendering.prefix.size();
  const auto from_file = message.held + output.size() < much ? large_from : small;
  if (range.size() < from_file) return append_bytes(message, range, output);
  MOX_TRY_ASSIGN(file, store_.blob_file(snapshot_, message.content.blob));
  if (range.begin < prefix) {
    const auto end = std::min(range.end, prefix);
    output += message.rendering.prefix.substr(static_cast<std::size_t>(range.begin),
                                              static_cast<std::size_t>(end - range.begin));
    range.begin = end;
  }
  file.offset += range.begin - prefix;
  file.size = range.size();
  message.held += output.size();
  large.push_back({std::exchange(output, {}), std::move(file)});
  return ok();
}

Result<> FetchWriter::append_bytes(const Message& message, message::Range range,
                                   std::string& output) {
  const auto begin = output.size();
  const auto size = static_cast<std::size_t>(range.size());
  Result<> read = ok();
  // libstdc++ 12 hands on the capacity for the size: only our own numbers are used.
  output.resize_and_overwrite(begin + size, [&](char* bytes, std::size_t) {
    read = store_.read_message(snapshot_, message.content, message.rendering, range.begin,
                               {bytes + begin, size});
    return read ? begin + size : begin;
  });
  return read;
}

} // namespace mox::imapserver
