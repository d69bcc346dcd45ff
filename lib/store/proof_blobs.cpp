#include "store/proof_blobs.h"

#include "bloblog/record.h"

namespace mox::store {

void BlobProof::add_content(const AccountInProof& account, MessageId id,
                            const ContentRecord& record) {
  ++references_[static_cast<std::uint64_t>(record.content.blob)];
  live_[record.placing.segment] += bloblog::size_in_segment(record.placing);
  check_placing(account, id, record.placing);
}

void BlobProof::add_unreadable_content() {
  lost_.add();
  live_bytes_missing_ = true;
}

// Without it the message cannot be rebuilt when the database is lost.
void BlobProof::check_placing(const AccountInProof& account, MessageId id,
                              const bloblog::Location& placing) const {
  const auto number = static_cast<std::uint64_t>(id);
  auto header = reader_.verify(placing);
  if (!header) {
    // A running server may have moved or deleted it since the snapshot.
    const auto newest = database_.read();
    const auto row = newest->get(Key(account.id, Table::content).message(id));
    if (!row) return;
    const auto now = if_readable(decode_content, *row);
    if (now && now->placing != placing) header = reader_.verify(now->placing);
  }
  if (!header) {
    findings_.wrong("bytes", "placing of message {} of {}: {}", number, account.name,
                    header.error().text);
  } else if (header->kind != bloblog::Kind::placing || header->id != number) {
    findings_.wrong("bytes", "message {} of {} has the placing of another one", number,
                    account.name);
  }
}

void BlobProof::run(const std::optional<CounterRecord>& counters, Verification& totals) {
  check_blobs(counters, totals);
  check_files();
  check_segments();
}

void BlobProof::check_blobs(const std::optional<CounterRecord>& counters, Verification& totals) {
  rows_.each_record(
      no_account, Table::blob, decode_blob,
      [&](std::string_view key, const BlobRecord& record) {
        const auto id = key_u64(key, key_body);
        ++totals.blobs;
        totals.bytes += record.location.length;
        check_references(id, record);
        if (counters && id >= counters->next_blob) {
          findings_.wrong("blob", "the id {} is too high", id);
        }
        check_place(id, record);
        check_bytes(id, record.location);
      },
      [&](std::string_view key) {
        unreadable_.insert(key_u64(key, key_body));
        live_bytes_missing_ = true;
      });
}

void BlobProof::check_references(std::uint64_t id, const BlobRecord& record) {
  const auto found = references_.find(id);
  const auto references = found == references_.end() ? 0 : found->second;
  if (references != record.references && !lost_.explain(references, record.references)) {
    findings_.wrong("blob", "{} has {} references, its record says {}", id, references,
                    record.references);
  }
}

void BlobProof::check_place(std::uint64_t id, const BlobRecord& record) {
  const auto& location = record.location;
  const auto& counted = location.is_large() ? record.note : location;
  live_[counted.segment] += bloblog::size_in_segment(counted);
  if (!location.is_large()) return;
  files_.insert(location.file_number());
  const auto row = rows_.get(Key(no_account, Table::large).u64(location.file_number()));
  if (!row || if_readable(decode_u64, *row).value_or(id) != id) {
    findings_.wrong("blob", "{} is not found by its file", id);
  }
}

void BlobProof::check_bytes(std::uint64_t id, const bloblog::Location& location) const {
  auto header = reader_.verify(location);
  if (!header) {
    // A running server may have moved or deleted it since the snapshot.
    const auto newest = database_.read();
    const auto row = newest->get(Key(no_account, Table::blob).u64(id));
    if (!row) return;
    const auto now = if_readable(decode_blob, *row);
    if (now && now->location != location) header = reader_.verify(now->location);
  }
  if (!header) {
    findings_.wrong("bytes", "blob {}: {}", id, header.error().text);
  } else if (!location.is_large() && header->id != id) {
    findings_.wrong("bytes", "blob {} has the bytes of another one", id);
  }
}

void BlobProof::check_files() const {
  rows_.each_record(no_account, Table::large, decode_u64,
                    [&](std::string_view key, std::uint64_t blob) {
                      const auto file = key_u64(key, key_body);
                      if (!files_.contains(file) && !unreadable_.contains(blob)) {
                        findings_.wrong("blob", "a file {:x} is of no blob", file);
                      }
                    });
}

void BlobProof::check_segments() {
  rows_.each_record(
      no_account, Table::segment, decode_u64,
      [&](std::string_view key, std::uint64_t recorded) {
        const auto segment = key_u32(key, key_body);
        const auto counted = live_[segment];
        live_.erase(segment);
        if (counted == recorded || (counted < recorded && live_bytes_missing_)) return;
        findings_.wrong("segment", "{} has {} live bytes, its record says {}", segment, counted,
                        recorded);
      },
      [&](std::string_view key) { live_.erase(key_u32(key, key_body)); });
  for (const auto& [segment, bytes] : live_) {
    if (bytes != 0) findings_.wrong("segment", "{} has no record of its live bytes", segment);
  }
}

} // namespace mox::store
