// The keys and records of the store's database, byte by byte. FORMAT.md is their description. Pure.
//
// Keys are big-endian, so that their order is the numbers' order; records are little-endian. Every
// record begins with a version. Decoders throw DamagedRecord for what cannot be.
#pragma once

#include "bloblog/location.h"
#include "store/keyed_hash.h"
#include "store/types.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mox::store {

inline constexpr std::uint16_t format_version = 1;
inline constexpr std::string_view format_name = "mox store";

enum class Table : std::uint8_t {
  // Of the whole store, under account 0.
  meta = 0,
  account_name = 1,
  login = 2,
  blob = 3,
  counters = 4, // beside the rows of the last blobs, with which they are written
  segment = 5,
  erasure = 6,
  staging = 7,
  large = 8,
  public_key = 9,
  login_attempts = 10,
  // Of one account.
  account = 16,
  mailbox = 17,
  mailbox_name = 18,
  subscription = 19,
  keyword = 20,
  keyword_name = 21,
  credential = 22,
  // These two also under account 0, of those who are nobody.
  login_attempt = 23,
  login_attempt_counts = 24,
  placement = 32,
  more_keywords = 33,
  expunged = 34,
  content = 40,
  rendering = 41,
  message_id = 42,
  thread = 43,
  subject = 44,
  sender = 45,
  change = 48,
};

inline constexpr AccountId no_account{0};

// A key of numbers.
class Key {
public:
  Key(AccountId account, Table table) {
    u32(static_cast<std::uint32_t>(account));
    u8(static_cast<std::uint8_t>(table));
  }

  Key& u8(std::uint8_t n) {
    bytes_[size_++] = static_cast<char>(n);
    return *this;
  }

  Key& u16(std::uint16_t n) { return u8(static_cast<std::uint8_t>(n >> 8U)).u8(n & 0xffU); }

  Key& u32(std::uint32_t n) {
    return u16(static_cast<std::uint16_t>(n >> 16U)).u16(static_cast<std::uint16_t>(n));
  }

  Key& u64(std::uint64_t n) {
    return u32(static_cast<std::uint32_t>(n >> 32U)).u32(static_cast<std::uint32_t>(n));
  }

  Key& mailbox(MailboxId id) { return u32(static_cast<std::uint32_t>(id)); }

  Key& message(MessageId id) { return u64(static_cast<std::uint64_t>(id)); }

  // NOLINTNEXTLINE(google-explicit-constructor): the database takes keys as their bytes.
  operator std::string_view() const { return {bytes_.data(), size_}; }

private:
  std::array<char, 32> bytes_;
  std::size_t size_ = 0;
};

// A key that ends in text.
std::string name_key(AccountId account, Table table, std::string_view name);
// The longest text that such a key can end in.
inline constexpr std::size_t max_name_size = 480;

// Big-endian numbers out of a key; `at` counts from its first byte.
std::uint32_t key_u32(std::string_view key, std::size_t at);
std::uint64_t key_u64(std::string_view key, std::size_t at);
// Where the part after account and table begins.
inline constexpr std::size_t key_body = 5;

bool in_table(std::string_view key, AccountId account, Table table);

// Placement: 32 bytes. `size` is the message's, so that counters need not read the content.
struct PlacementRecord {
  bool more_keywords = false;
  std::uint16_t flags = 0;
  std::uint32_t size = 0;
  Modseq modseq = 0;
  MessageId message{};
  std::int64_t saved = 0;
  std::uint64_t keywords = 0;
};

inline constexpr std::size_t placement_size = 32;
inline constexpr std::size_t expunged_size = 36;

std::array<char, placement_size> encode(const PlacementRecord& record);
PlacementRecord decode_placement(std::string_view bytes);

// A placement after its removal, kept for undelete; `placement.modseq` is that of the removal.
struct ExpungedRecord {
  PlacementRecord placement;
  std::int64_t removed = 0; // unix seconds
};

std::array<char, expunged_size> encode(const ExpungedRecord& record);
ExpungedRecord decode_expunged(std::string_view bytes);

inline constexpr std::size_t content_size = 72;

struct ContentRecord {
  Content content;
  std::uint64_t sender_hash = 0;
  MailboxId mailbox{};       // where it came in
  bloblog::Location placing; // the record in the blob log that says so
};

std::array<char, content_size> encode(const ContentRecord& record);
ContentRecord decode_content(std::string_view bytes);

std::size_t rendering_size(const Rendering& rendering);
void encode_rendering(const Rendering& rendering, std::span<char> into);
// Views into `bytes`.
Rendering decode_rendering(std::string_view bytes);

struct AccountRecord {
  std::uint64_t quota = 0;
  std::uint64_t used = 0;
  Modseq modseq = 0;
  Modseq log_floor = 0;
  std::uint64_t next_message = 1;
  std::uint64_t indexed = 1; // the messages below it have all their rows in the indexes
  std::uint32_t next_mailbox = 1;
  std::uint32_t next_uidvalidity = 1;
  std::uint32_t next_credential = 1;
  std::uint16_t keywords = 0; // how many have a number
  std::string name;
};

std::string encode(const AccountRecord& record);
AccountRecord decode_account(std::string_view bytes);

struct MailboxRecord {
  Mailbox mailbox;     // its id is in the key
  Uid staged_from = 0; // rows from here on are not published yet; 0: none
};

std::string encode(const MailboxRecord& record);
MailboxRecord decode_mailbox(std::string_view bytes);

std::string encode(const Credential& credential);
Credential decode_credential(std::string_view bytes);

std::string encode(const LoginAttempt& attempt);
LoginAttempt decode_login_attempt(std::string_view bytes);

// How many rows an account has of both kinds.
struct LoginAttemptCounts {
  std::uint32_t succeeded = 0;
  std::uint32_t failed = 0;
};

std::string encode(const LoginAttemptCounts& counts);
LoginAttemptCounts decode_login_attempt_counts(std::string_view bytes);

struct BlobRecord {
  bloblog::Location location;
  bloblog::Location note; // of a large body: where the log mentions it
  std::uint32_t references = 0;
};

std::string encode(const BlobRecord& record);
BlobRecord decode_blob(std::string_view bytes);

struct ChangeRecord {
  Uid last = 0;
  std::int64_t time = 0; // unix seconds
  std::string_view name;
};

std::string encode(const ChangeRecord& record);
ChangeRecord decode_change(std::string_view bytes);

// UIDs of one mailbox that were expunged together, waiting for their final deletion.
struct ErasureRecord {
  Uid last = 0;
  bool whole_mailbox = false; // the mailbox was deleted with all that it held
};

std::string encode(const ErasureRecord& record);
ErasureRecord decode_erasure(std::string_view bytes);

// Rows of a large COPY that no reader sees yet: those at and above `first` in the mailbox.
struct StagingRecord {
  Uid first = 0;
  Uid next = 0;
  Modseq modseq = 0; // which the rows already carry
  Counts counts;
  std::vector<std::uint16_t> keywords;
};

std::string encode(const StagingRecord& record);
StagingRecord decode_staging(std::string_view bytes);

// The numbers given out and the end of the blob log.
struct CounterRecord {
  std::uint64_t next_blob = 1;
  std::uint32_t next_account = 1;
  bloblog::Position tail;
};

std::string encode(const CounterRecord& record);
CounterRecord decode_counters(std::string_view bytes);

struct FormatRecord {
  std::uint16_t version = format_version;
  HashKey hash_key{};
};

std::string encode(const FormatRecord& record);
// Nothing when the bytes are not of a store at all.
std::optional<FormatRecord> decode_format(std::string_view bytes);

std::string encode_u32(std::uint32_t n);
std::uint32_t decode_u32(std::string_view bytes);
std::string encode_u64(std::uint64_t n);
std::uint64_t decode_u64(std::string_view bytes);
std::string encode_numbers(const std::vector<std::uint16_t>& numbers);
std::vector<std::uint16_t> decode_numbers(std::string_view bytes);

} // namespace mox::store
