// Blobs, the segments and files that hold them, and the checksums of all bytes.
#pragma once

#include "bloblog/reader.h"
#include "store/proof_account.h"

#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace mox::store {

// Hears first of the contents of every account, and then holds the blobs against them.
class BlobProof {
public:
  BlobProof(const database::Database& database, bloblog::Segments& segments, const ProofRows& rows,
            Findings& findings)
      : database_(database), reader_(segments), rows_(rows), findings_(findings) {}

  // Counts what it refers to, and checks the bytes of its placing record.
  void add_content(const AccountInProof& account, MessageId id, const ContentRecord& record);
  void add_unreadable_content();
  // Without `counters` it is not known which ids were given.
  void run(const std::optional<CounterRecord>& counters, Verification& totals);

private:
  void check_placing(const AccountInProof& account, MessageId id,
                     const bloblog::Location& placing) const;
  void check_blobs(const std::optional<CounterRecord>& counters, Verification& totals);
  void check_references(std::uint64_t id, const BlobRecord& record);
  void check_place(std::uint64_t id, const BlobRecord& record);
  void check_bytes(std::uint64_t id, const bloblog::Location& location) const;
  void check_files() const;
  void check_segments();

  const database::Database& database_;
  bloblog::Reader reader_;
  const ProofRows& rows_;
  Findings& findings_;
  std::unordered_map<std::uint64_t, std::uint32_t> references_; // by blob
  LostReferences lost_;
  std::map<std::uint32_t, std::uint64_t> live_; // bytes by segment
  // Records cannot be read that say where live bytes are.
  bool live_bytes_missing_ = false;
  std::unordered_set<std::uint64_t> files_; // of blobs
  std::unordered_set<std::uint64_t> unreadable_;
};

} // namespace mox::store
