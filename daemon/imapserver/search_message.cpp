#include "imapserver/search_message.h"

#include "message/decoder.h"
#include "message/field.h"
#include "message/html_text.h"
#include "message/structure_encoding.h"
#include "text/ascii.h"

#include <algorithm>

namespace mox::imapserver {

namespace {

// Such a message is read in one go when anything of its body is asked for.
constexpr std::uint64_t small = 256 * 1024;
constexpr std::size_t piece_size = 64 * 1024;
constexpr std::uint64_t max_header = 1U << 20U;

bool is_plain(message::Encoding encoding) {
  return encoding == message::Encoding::seven_bit || encoding == message::Encoding::eight_bit ||
         encoding == message::Encoding::binary;
}

bool needs_decoding(std::string_view field) {
  return field.find("=?") != field.npos || !text::is_ascii(field);
}

} // namespace

SearchMessage::SearchMessage(const store::Store& store, const store::Snapshot& snapshot,
                             store::AccountId account, std::int64_t now)
    : store_(store), snapshot_(snapshot), messages_(snapshot.messages(account)), now_(now) {}

void SearchMessage::move_to(std::uint32_t number, const store::Placement& placement) {
  number_ = number;
  placement_ = placement;
  content_.reset();
  rendering_.reset();
  structure_.reset();
  error_.reset();
  has_whole_ = has_header_ = false;
}

const store::Content& SearchMessage::content() {
  if (!content_) content_ = messages_.content(placement_.message).value_or(store::Content{});
  return *content_;
}

const store::Rendering& SearchMessage::rendering() {
  if (!rendering_)
    rendering_ = messages_.rendering(placement_.message).value_or(store::Rendering{});
  return *rendering_;
}

const message::Structure* SearchMessage::structure() {
  if (!structure_) {
    auto decoded = message::decode_structure(rendering().structure);
    structure_ = decoded ? std::move(*decoded) : message::Structure{};
  }
  return structure_->parts.empty() ? nullptr : &*structure_;
}

bool SearchMessage::is_small() {
  return content().size <= small;
}

bool SearchMessage::read(std::uint64_t offset, std::size_t size, std::string& into) {
  Result<> done = ok();
  // libstdc++ 12 hands on the capacity for the size: only our own number is used.
  into.resize_and_overwrite(size, [&](char* bytes, std::size_t) {
    done = store_.read_message(snapshot_, content(), rendering(), offset, {bytes, size});
    return done ? size : 0;
  });
  if (!done && !error_) error_ = done.error();
  return done.has_value();
}

void SearchMessage::read_whole() {
  if (has_whole_ || !is_small()) return;
  if (!read(0, static_cast<std::size_t>(content().size), whole_)) whole_.clear();
  has_whole_ = true;
}

std::string_view SearchMessage::blob_bytes(std::uint64_t begin, std::uint64_t end) {
  const std::uint64_t prefix = rendering().prefix.size();
  const auto size = static_cast<std::size_t>(end - begin);
  if (!is_small()) return read(prefix + begin, size, scratch_) ? scratch_ : std::string_view();
  read_whole();
  if (whole_.size() < prefix + end) return {};
  return std::string_view(whole_).substr(static_cast<std::size_t>(prefix + begin), size);
}

// The prefix and the message's own header section.
std::string_view SearchMessage::header() {
  const auto* const parts = structure();
  if (parts == nullptr) return {};
  const auto size = rendering().prefix.size() +
                    static_cast<std::size_t>(std::min(parts->root().body_begin, max_header));
  if (has_whole_) return std::string_view(whole_).substr(0, size);
  if (!has_header_ && !read(0, size, header_)) header_.clear();
  has_header_ = true;
  return header_;
}

std::optional<message::Date> SearchMessage::sent() {
  if (!envelope_text(rendering().envelope, EnvelopeField::date, scratch_)) return std::nullopt;
  return message::parse_date(scratch_);
}

bool SearchMessage::header_has(std::string_view field, const text::Needle& needle) {
  const auto known = envelope_field(field);
  // Whether a field is there at all, only the header itself tells.
  if (known && !needle.empty()) {
    const bool found = envelope_text(rendering().envelope, *known, scratch_);
    return found && needle.in(scratch_);
  }
  message::FieldReader fields(header());
  while (const auto next = fields.next())
    if (text::iequals(next->name, field) && needle.in(message::decoded_text(next->body)))
      return true;
  return false;
}

bool SearchMessage::fields_have(std::string_view section, const text::Needle& needle) {
  if (needle.in(section)) return true;
  if (!needs_decoding(section)) return false;
  message::FieldReader fields(section);
  while (const auto next = fields.next())
    if (needs_decoding(next->body) && needle.in(message::decoded_text(next->body))) return true;
  return false;
}

bool SearchMessage::headers_have(const text::Needle& needle) {
  return fields_have(header(), needle);
}

bool SearchMessage::text_has(const text::Needle& needle) {
  read_whole();
  return headers_have(needle) || body_has(needle);
}

bool SearchMessage::body_has(const text::Needle& needle) {
  const auto* const parts = structure();
  if (parts == nullptr) return false;
  for (const auto& part : parts->parts) {
    const bool is_inner_message = part.parent != message::Part::none &&
                                  parts->parts[part.parent].kind == message::Part::Kind::message;
    if (is_inner_message) {
      const auto end = std::min(part.body_begin, part.header_begin + max_header);
      if (fields_have(blob_bytes(part.header_begin, end), needle)) return true;
    }
    if (part.kind == message::Part::Kind::leaf && part.type == "text" && part_has(part, needle))
      return true;
  }
  return false;
}

bool SearchMessage::part_has(const message::Part& part, const text::Needle& needle) {
  if (is_small() && is_plain(part.encoding) && part.subtype != "html") {
    // Nearly all text: nothing to decode, nothing to copy.
    const auto bytes = blob_bytes(part.body_begin, part.body_end);
    if (text::iequals(part.charset(), "utf-8") || text::is_ascii(bytes)) return needle.in(bytes);
  }
  message::TextDecoder decoder(part);
  std::optional<message::HtmlText> html;
  if (part.subtype == "html") html.emplace();
  text::StreamSearch search(needle);
  std::string decoded;
  std::string shown;
  for (auto at = part.body_begin; at < part.body_end;) {
    const auto end = std::min(part.body_end, at + piece_size);
    const auto bytes = blob_bytes(at, end);
    if (bytes.empty()) return false;
    decoded.clear();
    decoder.feed(bytes, decoded);
    if (end == part.body_end) decoder.finish(decoded);
    shown.clear();
    if (html) html->feed(decoded, shown);
    if (html && end == part.body_end) html->finish(shown);
    if (search.feed(html ? shown : decoded)) return true;
    at = end;
  }
  return search.finish();
}

} // namespace mox::imapserver
