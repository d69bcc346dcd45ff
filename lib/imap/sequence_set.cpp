#include "imap/sequence_set.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <system_error>

namespace mox::imap {

namespace {

constexpr std::uint32_t star = SequenceRange::star;

// A seq-number off the front of `text`; `star` for "*", nothing for anything else.
std::optional<std::uint32_t> take_number(std::string_view& text) {
  if (text.starts_with('*')) {
    text.remove_prefix(1);
    return star;
  }
  std::uint32_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || number == 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
  return number;
}

// With "*" put in and the ends in order. Nothing of it remains when there is no largest number.
std::optional<SequenceRange> resolved(SequenceRange range, std::uint32_t max) {
  if ((range.first == star || range.last == star) && max == 0) return std::nullopt;
  if (range.first == star) range.first = max;
  if (range.last == star) range.last = max;
  if (range.first > range.last) std::swap(range.first, range.last);
  return range;
}

void append_number(std::string& to, std::uint32_t number) {
  char digits[10];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  to.append(digits, end);
}

void append_end(std::string& to, std::uint32_t number) {
  if (number == star)
    to += '*';
  else
    append_number(to, number);
}

void append_range(std::string& to, SequenceRange range) {
  append_end(to, range.first);
  if (range.first == range.last) return;
  to += ':';
  append_end(to, range.last);
}

} // namespace

bool SequenceSet::has_star() const {
  return saved || std::ranges::any_of(ranges, [](SequenceRange range) {
           return range.first == star || range.last == star;
         });
}

std::uint32_t SequenceSet::max_number() const {
  std::uint32_t max = 0;
  for (const auto range : ranges) max = std::max({max, range.first, range.last});
  return max;
}

std::vector<SequenceRange> SequenceSet::resolve(std::uint32_t max) const {
  std::vector<SequenceRange> result;
  result.reserve(ranges.size());
  for (const auto range : ranges)
    if (const auto in_order = resolved(range, max)) result.push_back(*in_order);
  const auto by_first = [](SequenceRange a, SequenceRange b) { return a.first < b.first; };
  if (!std::ranges::is_sorted(result, by_first)) std::ranges::sort(result, by_first);
  std::size_t kept = 0;
  for (const auto range : result) {
    // Compared with a subtraction: last + 1 may overflow.
    if (kept > 0 && range.first - 1 <= result[kept - 1].last)
      result[kept - 1].last = std::max(result[kept - 1].last, range.last);
    else
      result[kept++] = range;
  }
  result.resize(kept);
  return result;
}

bool SequenceSet::contains(std::uint32_t number, std::uint32_t max) const {
  return std::ranges::any_of(ranges, [&](SequenceRange range) {
    const auto in_order = resolved(range, max);
    return in_order && in_order->first <= number && number <= in_order->last;
  });
}

Parsed<SequenceSet> parse_sequence_set(std::string_view text) {
  SequenceSet set;
  if (text == "$") {
    set.saved = true;
    return set;
  }
  const std::size_t whole = text.size();
  for (;;) {
    SequenceRange range;
    const auto first = take_number(text);
    if (!first) return syntax_error(whole - text.size(), "a message number or * expected");
    range.first = range.last = *first;
    if (text.starts_with(':')) {
      text.remove_prefix(1);
      const auto last = take_number(text);
      if (!last) return syntax_error(whole - text.size(), "a message number or * expected");
      range.last = *last;
    }
    if (set.ranges.size() == SequenceSet::max_ranges)
      return std::unexpected(SyntaxError{SyntaxError::Kind::too_big, whole - text.size(),
                                         "too many ranges in a sequence set"});
    set.ranges.push_back(range);
    if (text.empty()) return set;
    if (text.front() != ',') return syntax_error(whole - text.size(), "a comma expected");
    text.remove_prefix(1);
  }
}

bool contains(std::span<const SequenceRange> ranges, std::uint32_t number) {
  const auto after = std::ranges::upper_bound(ranges, number, {}, &SequenceRange::first);
  return after != ranges.begin() && number <= std::prev(after)->last;
}

std::vector<SequenceRange> compress(std::span<const std::uint32_t> numbers) {
  std::vector<SequenceRange> ranges;
  for (const auto number : numbers) {
    if (!ranges.empty() && ranges.back().last == number - 1)
      ranges.back().last = number;
    else
      ranges.push_back({number, number});
  }
  return ranges;
}

void append_sequence_set(std::string& to, const SequenceSet& set) {
  if (set.saved)
    to += '$';
  else
    append_sequence_set(to, std::span(set.ranges));
}

void append_sequence_set(std::string& to, std::span<const SequenceRange> ranges) {
  bool first = true;
  for (const auto range : ranges) {
    if (!first) to += ',';
    first = false;
    append_range(to, range);
  }
}

void append_sequence_set(std::string& to, std::span<const std::uint32_t> sorted_numbers) {
  for (std::size_t i = 0; i < sorted_numbers.size();) {
    std::size_t end = i + 1;
    while (end < sorted_numbers.size() && sorted_numbers[end] == sorted_numbers[end - 1] + 1) ++end;
    if (i > 0) to += ',';
    append_range(to, {sorted_numbers[i], sorted_numbers[end - 1]});
    i = end;
  }
}

} // namespace mox::imap
