// Keys, and the records of fixed size that are read and written by the ten thousand.
#include "store/format.h"

#include "store/records.h"

#include <stdexcept>

namespace mox::store {

namespace {

constexpr std::uint8_t version = 1;

std::uint64_t get_be(std::string_view bytes, std::size_t at, std::size_t width) {
  if (bytes.size() < at + width) corrupt_record("key");
  std::uint64_t n = 0;
  for (std::size_t i = 0; i < width; ++i) {
    n = (n << 8U) | static_cast<unsigned char>(bytes[at + i]);
  }
  return n;
}

void check(std::string_view bytes, std::size_t size, std::string_view what) {
  if (bytes.size() != size || bytes[0] != version) corrupt_record(what);
}

void put_placement(const PlacementRecord& record, char* into) {
  into[0] = version;
  into[1] = record.more_keywords ? 1 : 0;
  put_le(into + 2, record.flags, 2);
  put_le(into + 4, record.size, 4);
  put_le(into + 8, record.modseq, 6);
  put_le(into + 14, static_cast<std::uint64_t>(record.message), 6);
  put_le(into + 20, static_cast<std::uint64_t>(record.saved), 4);
  put_le(into + 24, record.keywords, 8);
}

PlacementRecord get_placement(const char* from) {
  return {.more_keywords = from[1] != 0,
          .flags = static_cast<std::uint16_t>(get_le(from + 2, 2)),
          .size = static_cast<std::uint32_t>(get_le(from + 4, 4)),
          .modseq = get_le(from + 8, 6),
          .message = MessageId{get_le(from + 14, 6)},
          .saved = static_cast<std::int64_t>(get_le(from + 20, 4)),
          .keywords = get_le(from + 24, 8)};
}

void put_location(const bloblog::Location& location, char* into) {
  put_le(into, location.segment, 4);
  put_le(into + 4, location.offset, 4);
  put_le(into + 8, location.length, 4);
}

bloblog::Location get_location(const char* from) {
  return {.segment = static_cast<std::uint32_t>(get_le(from, 4)),
          .offset = static_cast<std::uint32_t>(get_le(from + 4, 4)),
          .length = static_cast<std::uint32_t>(get_le(from + 8, 4))};
}

} // namespace

std::string name_key(AccountId account, Table table, std::string_view name) {
  std::string key{std::string_view(Key(account, table))};
  key += name;
  if (key.size() > database::max_key_size) throw std::logic_error("store: name too long");
  return key;
}

std::uint32_t key_u32(std::string_view key, std::size_t at) {
  return static_cast<std::uint32_t>(get_be(key, at, 4));
}

std::uint64_t key_u64(std::string_view key, std::size_t at) {
  return get_be(key, at, 8);
}

bool in_table(std::string_view key, AccountId account, Table table) {
  return key.starts_with(std::string_view(Key(account, table)));
}

std::array<char, placement_size> encode(const PlacementRecord& record) {
  std::array<char, placement_size> bytes;
  put_placement(record, bytes.data());
  return bytes;
}

PlacementRecord decode_placement(std::string_view bytes) {
  check(bytes, placement_size, "placement");
  return get_placement(bytes.data());
}

std::array<char, expunged_size> encode(const ExpungedRecord& record) {
  std::array<char, expunged_size> bytes;
  put_placement(record.placement, bytes.data());
  put_le(bytes.data() + placement_size, static_cast<std::uint64_t>(record.removed), 4);
  return bytes;
}

ExpungedRecord decode_expunged(std::string_view bytes) {
  check(bytes, expunged_size, "expunged");
  return {get_placement(bytes.data()),
          static_cast<std::int64_t>(get_le(bytes.data() + placement_size, 4))};
}

std::array<char, content_size> encode(const ContentRecord& record) {
  const auto& content = record.content;
  std::array<char, content_size> bytes;
  char* into = bytes.data();
  into[0] = version;
  into[1] = 0;
  put_le(into + 2, static_cast<std::uint64_t>(content.received_zone), 2);
  put_le(into + 4, content.references, 4);
  put_le(into + 8, static_cast<std::uint64_t>(content.blob), 6);
  put_le(into + 14, static_cast<std::uint64_t>(content.thread), 6);
  put_le(into + 20, content.size, 6);
  put_le(into + 26, static_cast<std::uint64_t>(content.received), 6);
  put_le(into + 32, content.message_id_hash, 8);
  put_le(into + 40, content.subject_hash, 8);
  put_le(into + 48, record.sender_hash, 8);
  put_le(into + 56, static_cast<std::uint32_t>(record.mailbox), 4);
  put_location(record.placing, into + 60);
  return bytes;
}

ContentRecord decode_content(std::string_view bytes) {
  check(bytes, content_size, "content");
  const char* from = bytes.data();
  ContentRecord record;
  auto& content = record.content;
  content.received_zone = static_cast<std::int16_t>(get_le(from + 2, 2));
  content.references = static_cast<std::uint32_t>(get_le(from + 4, 4));
  content.blob = BlobId{get_le(from + 8, 6)};
  content.thread = ThreadId{get_le(from + 14, 6)};
  content.size = get_le(from + 20, 6);
  // 48 bits with their sign.
  content.received = static_cast<std::int64_t>(get_le(from + 26, 6) << 16U) >> 16;
  content.message_id_hash = get_le(from + 32, 8);
  content.subject_hash = get_le(from + 40, 8);
  record.sender_hash = get_le(from + 48, 8);
  record.mailbox = MailboxId{static_cast<std::uint32_t>(get_le(from + 56, 4))};
  record.placing = get_location(from + 60);
  return record;
}

namespace {

// Lengths take 1 byte below 128, as LEB128.
std::size_t length_size(std::size_t n) {
  std::size_t size = 1;
  for (; n >= 128; n >>= 7U) ++size;
  return size;
}

char* put_length(char* into, std::size_t n) {
  for (; n >= 128; n >>= 7U) *into++ = static_cast<char>((n & 127U) | 128U);
  *into++ = static_cast<char>(n);
  return into;
}

std::size_t take_length(std::string_view& bytes) {
  std::size_t n = 0;
  for (unsigned shift = 0; shift < 35; shift += 7) {
    if (bytes.empty()) break;
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    n |= static_cast<std::size_t>(byte & 127U) << shift;
    if (byte < 128) return n;
  }
  corrupt_record("rendering");
}

std::array<std::string_view, 5> parts(const Rendering& rendering) {
  return {rendering.prefix, rendering.envelope, rendering.bodystructure, rendering.preview,
          rendering.structure};
}

} // namespace

std::size_t rendering_size(const Rendering& rendering) {
  std::size_t size = 1;
  for (const auto part : parts(rendering)) size += length_size(part.size()) + part.size();
  return size;
}

void encode_rendering(const Rendering& rendering, std::span<char> into) {
  char* at = into.data();
  *at++ = version;
  for (const auto part : parts(rendering)) at = put_length(at, part.size());
  for (const auto part : parts(rendering)) at += part.copy(at, part.size());
}

Rendering decode_rendering(std::string_view bytes) {
  if (bytes.empty() || bytes[0] != version) corrupt_record("rendering");
  bytes.remove_prefix(1);
  std::array<std::size_t, 5> lengths{};
  std::size_t sum = 0;
  for (auto& length : lengths) sum += length = take_length(bytes);
  if (sum != bytes.size()) corrupt_record("rendering");
  std::array<std::string_view, 5> out;
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    out[i] = bytes.substr(0, lengths[i]);
    bytes.remove_prefix(lengths[i]);
  }
  return {out[0], out[1], out[2], out[3], out[4]};
}

} // namespace mox::store
