// Sets of message numbers or UIDs as clients write them (RFC 9051 section 9, sequence-set). Pure.
#pragma once

#include "imap/syntax_error.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mox::imap {

// Both ends belong to it. In a SequenceSet `star` stands for "*" and the order may be reversed; in
// a resolved list first <= last and neither is 0.
struct SequenceRange {
  static constexpr std::uint32_t star = 0;

  std::uint32_t first = 0;
  std::uint32_t last = 0;
  bool operator==(const SequenceRange&) const = default;
};

struct SequenceSet {
  static constexpr std::size_t max_ranges = 100'000;

  std::vector<SequenceRange> ranges; // as written, never empty unless `saved`
  bool saved = false;                // "$": the result of the last SEARCH (RFC 5182)

  // "*" or "$" anywhere: what the set holds depends on the mailbox.
  bool has_star() const;
  // The greatest number written, 0 when there is none but "*": numbers above EXISTS are refused.
  std::uint32_t max_number() const;
  // Sorted, merged, with `max` (the largest number in use) for "*". With `max` 0, ranges with a "*"
  // vanish. Numbers above `max` are kept: for UIDs they are no error (RFC 9051 section 6.4.9).
  std::vector<SequenceRange> resolve(std::uint32_t max) const;
  // Linear in the ranges: resolve() once to ask often.
  bool contains(std::uint32_t number, std::uint32_t max) const;

  static SequenceSet single(std::uint32_t number) { return {{{number, number}}, false}; }

  bool operator==(const SequenceSet&) const = default;
};

// The whole of `text`, "$" included.
//
//   sequence-set = (seq-number / seq-range) ["," sequence-set] / seq-last-command
//   seq-range    = seq-number ":" seq-number
//   seq-number   = nz-number / "*"
Parsed<SequenceSet> parse_sequence_set(std::string_view text);

// In a sorted, merged list such as resolve() gives; O(log ranges).
bool contains(std::span<const SequenceRange> ranges, std::uint32_t number);

// Runs of ascending numbers become ranges; `numbers` must be sorted ascending without repetition.
std::vector<SequenceRange> compress(std::span<const std::uint32_t> numbers);

// "1:3,7,*".
void append_sequence_set(std::string& to, const SequenceSet& set);
void append_sequence_set(std::string& to, std::span<const SequenceRange> ranges);
void append_sequence_set(std::string& to, std::span<const std::uint32_t> sorted_numbers);

} // namespace mox::imap
