// What stands in a file of the spool, byte by byte; FORMAT.md describes it. Pure.
//
// Root reads files that any user may have written, so nothing in them is believed. Each part has
// one spelling: whatever is not exactly what would be written is refused.
#pragma once

#include "result/result.h"
#include "sendmail/envelope.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mox::sendmail {

inline constexpr std::size_t block_size = 512; // what a disk writes at once
inline constexpr std::size_t status_slots = 2;
inline constexpr std::size_t envelope_offset = (1 + status_slots) * block_size;
inline constexpr std::size_t max_envelope_bytes = 4 << 20;
inline constexpr std::uint64_t max_message_bytes = 1 << 30;
inline constexpr std::size_t max_reason_bytes = 300;

// The first block; never changed.
struct SpoolHead {
  std::uint64_t envelope_size = 0;
  std::uint64_t message_size = 0;
  std::int64_t created = 0; // unix seconds

  std::uint64_t message_offset() const { return envelope_offset + envelope_size; }

  std::uint64_t file_size() const { return message_offset() + message_size; }

  bool operator==(const SpoolHead&) const = default;
};

std::string print_head(const SpoolHead& head);
// `block` has block_size bytes. ErrorKind::corrupt, or unsupported for another version.
Result<SpoolHead> parse_head(std::string_view block);

enum class SpoolState : std::uint8_t {
  waiting,
  failed, // for good; kept for a while, so that somebody sees it
};

// One of two blocks. The one that is not in force is overwritten, so that a torn write leaves the
// other; both ends of a block bear its number.
struct SpoolStatus {
  std::uint32_t number = 1; // the higher one is in force
  SpoolState state = SpoolState::waiting;
  std::uint32_t tries = 0;
  std::int64_t last_try = 0; // unix seconds; 0: never
  std::string reason;        // why the last try did not succeed, one line

  bool operator==(const SpoolStatus&) const = default;
};

// The reason is cut and cleaned.
std::string print_status(const SpoolStatus& status);
// Nothing when the block is not whole.
std::optional<SpoolStatus> parse_status(std::string_view block);

enum class RecipientState : char {
  waiting = '-',
  accepted = '+',
  refused = '!',
};

struct SpoolEnvelope {
  Envelope envelope;
  std::vector<RecipientState> states; // as many as recipients
  // Of the characters that are the states, in the text that was parsed or printed.
  std::vector<std::size_t> state_offsets;
};

// Everybody waiting.
std::string print_envelope(const Envelope& envelope);
Result<SpoolEnvelope> parse_envelope(std::string_view text);

} // namespace mox::sendmail
