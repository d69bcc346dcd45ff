// The records of varying size: accounts, mailboxes, blobs and the store's own.
#include "store/format.h"
#include "store/records.h"

namespace mox::store {

namespace {

constexpr std::uint8_t version = 1;

void put_counts(RecordWriter& writer, const Counts& counts) {
  writer.number(counts.messages)
      .number(counts.unseen)
      .number(counts.deleted)
      .number(counts.unread)
      .number(counts.size);
}

Counts get_counts(RecordReader& reader) {
  Counts counts;
  counts.messages = reader.number<std::uint64_t>();
  counts.unseen = reader.number<std::uint64_t>();
  counts.deleted = reader.number<std::uint64_t>();
  counts.unread = reader.number<std::uint64_t>();
  counts.size = reader.number<std::uint64_t>();
  return counts;
}

void put_location(RecordWriter& writer, const bloblog::Location& location) {
  writer.number(location.segment).number(location.offset).number(location.length);
}

bloblog::Location get_location(RecordReader& reader) {
  bloblog::Location location;
  location.segment = reader.number<std::uint32_t>();
  location.offset = reader.number<std::uint32_t>();
  location.length = reader.number<std::uint32_t>();
  return location;
}

} // namespace

std::string encode(const AccountRecord& record) {
  RecordWriter writer(version);
  writer.number(record.quota)
      .number(record.used)
      .number(record.modseq)
      .number(record.log_floor)
      .number(record.next_message)
      .number(record.indexed)
      .number(record.next_mailbox)
      .number(record.next_uidvalidity)
      .number(record.next_credential)
      .number(record.keywords)
      .rest(record.name);
  return writer.take();
}

AccountRecord decode_account(std::string_view bytes) {
  RecordReader reader(bytes, version, "account");
  AccountRecord record;
  record.quota = reader.number<std::uint64_t>();
  record.used = reader.number<std::uint64_t>();
  record.modseq = reader.number<std::uint64_t>();
  record.log_floor = reader.number<std::uint64_t>();
  record.next_message = reader.number<std::uint64_t>();
  record.indexed = reader.number<std::uint64_t>();
  record.next_mailbox = reader.number<std::uint32_t>();
  record.next_uidvalidity = reader.number<std::uint32_t>();
  record.next_credential = reader.number<std::uint32_t>();
  record.keywords = reader.number<std::uint16_t>();
  record.name = reader.rest();
  return record;
}

std::string encode(const MailboxRecord& record) {
  const auto& mailbox = record.mailbox;
  RecordWriter writer(version);
  writer.number(mailbox.special_use)
      .number(mailbox.uidvalidity)
      .number(mailbox.uidnext)
      .number(mailbox.created)
      .number(mailbox.modseq)
      .number(mailbox.floor)
      .number(record.staged_from)
      .number(static_cast<std::uint32_t>(mailbox.owner));
  put_counts(writer, mailbox.counts);
  writer.text(mailbox.name).text(mailbox.rights).rest(encode_numbers(mailbox.keywords));
  return writer.take();
}

MailboxRecord decode_mailbox(std::string_view bytes) {
  RecordReader reader(bytes, version, "mailbox");
  MailboxRecord record;
  auto& mailbox = record.mailbox;
  mailbox.special_use = reader.number<std::uint8_t>();
  mailbox.uidvalidity = reader.number<std::uint32_t>();
  mailbox.uidnext = reader.number<std::uint32_t>();
  mailbox.created = reader.number<std::uint64_t>();
  mailbox.modseq = reader.number<std::uint64_t>();
  mailbox.floor = reader.number<std::uint64_t>();
  record.staged_from = reader.number<std::uint32_t>();
  mailbox.owner = AccountId{reader.number<std::uint32_t>()};
  mailbox.counts = get_counts(reader);
  mailbox.name = reader.text();
  mailbox.rights = reader.text();
  mailbox.keywords = decode_numbers(reader.rest());
  return record;
}

std::string encode(const Credential& credential) {
  RecordWriter writer(version);
  writer.number(static_cast<std::uint8_t>(credential.kind))
      .number(credential.version)
      .number(credential.created)
      .number(credential.expires)
      .number(credential.last_used)
      .number(static_cast<std::uint8_t>(credential.no_preauth))
      .text(credential.name)
      .text(credential.scope)
      .text(credential.secret)
      .text(credential.login)
      .text(credential.certificate);
  return writer.take();
}

Credential decode_credential(std::string_view bytes) {
  RecordReader reader(bytes, version, "credential");
  Credential credential;
  credential.kind = static_cast<CredentialKind>(reader.number<std::uint8_t>());
  credential.version = reader.number<std::uint32_t>();
  credential.created = reader.number<std::int64_t>();
  credential.expires = reader.number<std::int64_t>();
  credential.last_used = reader.number<std::int64_t>();
  credential.no_preauth = reader.number<std::uint8_t>() != 0;
  credential.name = reader.text();
  credential.scope = reader.text();
  credential.secret = reader.text();
  credential.login = reader.text();
  credential.certificate = reader.text();
  reader.done();
  return credential;
}

std::string encode(const LoginAttempt& attempt) {
  RecordWriter writer(version);
  writer.number(attempt.first)
      .number(attempt.last)
      .number(attempt.count)
      .text(attempt.login)
      .text(attempt.remote)
      .text(attempt.local)
      .text(attempt.tls)
      .text(attempt.client_key)
      .text(attempt.protocol)
      .text(attempt.program)
      .text(attempt.mechanism)
      .text(attempt.result);
  return writer.take();
}

LoginAttempt decode_login_attempt(std::string_view bytes) {
  RecordReader reader(bytes, version, "login attempt");
  LoginAttempt attempt;
  attempt.first = reader.number<std::int64_t>();
  attempt.last = reader.number<std::int64_t>();
  attempt.count = reader.number<std::uint64_t>();
  attempt.login = reader.text();
  attempt.remote = reader.text();
  attempt.local = reader.text();
  attempt.tls = reader.text();
  attempt.client_key = reader.text();
  attempt.protocol = reader.text();
  attempt.program = reader.text();
  attempt.mechanism = reader.text();
  attempt.result = reader.text();
  reader.done();
  return attempt;
}

std::string encode(const LoginAttemptCounts& counts) {
  RecordWriter writer(version);
  return writer.number(counts.succeeded).number(counts.failed).take();
}

LoginAttemptCounts decode_login_attempt_counts(std::string_view bytes) {
  RecordReader reader(bytes, version, "login attempt counts");
  LoginAttemptCounts counts;
  counts.succeeded = reader.number<std::uint32_t>();
  counts.failed = reader.number<std::uint32_t>();
  reader.done();
  return counts;
}

std::string encode(const BlobRecord& record) {
  RecordWriter writer(version);
  put_location(writer, record.location);
  writer.number(record.references);
  if (record.location.is_large()) put_location(writer, record.note);
  return writer.take();
}

BlobRecord decode_blob(std::string_view bytes) {
  RecordReader reader(bytes, version, "blob");
  BlobRecord record;
  record.location = get_location(reader);
  record.references = reader.number<std::uint32_t>();
  if (record.location.is_large()) record.note = get_location(reader);
  reader.done();
  return record;
}

std::string encode(const ChangeRecord& record) {
  RecordWriter writer(version);
  writer.number(record.last).number(static_cast<std::uint32_t>(record.time)).rest(record.name);
  return writer.take();
}

ChangeRecord decode_change(std::string_view bytes) {
  RecordReader reader(bytes, version, "change");
  ChangeRecord record;
  record.last = reader.number<std::uint32_t>();
  record.time = reader.number<std::uint32_t>();
  record.name = reader.rest();
  return record;
}

std::string encode(const ErasureRecord& record) {
  RecordWriter writer(version);
  writer.number(record.last).number(static_cast<std::uint8_t>(record.whole_mailbox ? 1 : 0));
  return writer.take();
}

ErasureRecord decode_erasure(std::string_view bytes) {
  RecordReader reader(bytes, version, "erasure");
  ErasureRecord record;
  record.last = reader.number<std::uint32_t>();
  record.whole_mailbox = reader.number<std::uint8_t>() != 0;
  reader.done();
  return record;
}

std::string encode(const StagingRecord& record) {
  RecordWriter writer(version);
  writer.number(record.first).number(record.next).number(record.modseq);
  put_counts(writer, record.counts);
  return writer.rest(encode_numbers(record.keywords)).take();
}

StagingRecord decode_staging(std::string_view bytes) {
  RecordReader reader(bytes, version, "staging");
  StagingRecord record;
  record.first = reader.number<std::uint32_t>();
  record.next = reader.number<std::uint32_t>();
  record.modseq = reader.number<std::uint64_t>();
  record.counts = get_counts(reader);
  record.keywords = decode_numbers(reader.rest());
  return record;
}

std::string encode(const CounterRecord& record) {
  RecordWriter writer(version);
  return writer.number(record.next_blob)
      .number(record.next_account)
      .number(record.tail.segment)
      .number(record.tail.offset)
      .take();
}

CounterRecord decode_counters(std::string_view bytes) {
  RecordReader reader(bytes, version, "counters");
  CounterRecord record;
  record.next_blob = reader.number<std::uint64_t>();
  record.next_account = reader.number<std::uint32_t>();
  record.tail.segment = reader.number<std::uint32_t>();
  record.tail.offset = reader.number<std::uint32_t>();
  reader.done();
  return record;
}

// The one record that any version can read: name, version, then what the version says.
std::string encode(const FormatRecord& record) {
  RecordWriter writer(version);
  return writer.text(format_name)
      .number(record.version)
      .number(record.hash_key[0])
      .number(record.hash_key[1])
      .take();
}

std::optional<FormatRecord> decode_format(std::string_view bytes) {
  FormatRecord record;
  try {
    RecordReader reader(bytes, version, "format");
    if (reader.text() != format_name) return std::nullopt;
    record.version = reader.number<std::uint16_t>();
    if (record.version != format_version) return record;
    record.hash_key[0] = reader.number<std::uint64_t>();
    record.hash_key[1] = reader.number<std::uint64_t>();
  } catch (const DamagedRecord&) {
    return std::nullopt;
  }
  return record;
}

std::string encode_u32(std::uint32_t n) {
  return RecordWriter(version).number(n).take();
}

std::uint32_t decode_u32(std::string_view bytes) {
  RecordReader reader(bytes, version, "number");
  const auto n = reader.number<std::uint32_t>();
  reader.done();
  return n;
}

std::string encode_u64(std::uint64_t n) {
  return RecordWriter(version).number(n).take();
}

std::uint64_t decode_u64(std::string_view bytes) {
  RecordReader reader(bytes, version, "number");
  const auto n = reader.number<std::uint64_t>();
  reader.done();
  return n;
}

std::string encode_numbers(const std::vector<std::uint16_t>& numbers) {
  RecordWriter writer(version);
  for (const auto number : numbers) writer.number(number);
  return writer.take();
}

std::vector<std::uint16_t> decode_numbers(std::string_view bytes) {
  RecordReader reader(bytes, version, "numbers");
  std::vector<std::uint16_t> numbers((bytes.size() - 1) / 2);
  for (auto& number : numbers) number = reader.number<std::uint16_t>();
  reader.done();
  return numbers;
}

} // namespace mox::store
