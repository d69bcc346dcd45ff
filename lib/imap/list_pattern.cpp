#include "imap/list_pattern.h"

#include "text/ascii.h"

#include <string>

namespace mox::imap {

namespace {

constexpr std::size_t none_mask = 0;
constexpr std::size_t star_mask = 1;
constexpr std::size_t percent_mask = 2;
constexpr std::string_view inbox = "INBOX";

std::string joined(std::string_view reference, std::string_view pattern) {
  if (pattern.starts_with('/')) return std::string(pattern.substr(1));
  std::string whole(reference);
  if (!whole.empty() && !whole.ends_with('/')) whole += '/';
  whole += pattern;
  return whole;
}

// A run of wildcards means the same as "*" when it holds one, else as "%".
std::string collapsed(std::string_view pattern) {
  std::string result;
  for (const char c : pattern) {
    const bool wildcard = c == '*' || c == '%';
    const bool after_wildcard = !result.empty() && (result.back() == '*' || result.back() == '%');
    if (!wildcard || !after_wildcard)
      result += c;
    else if (c == '*')
      result.back() = '*';
  }
  return result;
}

bool begins_with_inbox(std::string_view name) {
  return text::istarts_with(name, inbox) &&
         (name.size() == inbox.size() || name[inbox.size()] == '/');
}

} // namespace

ListPattern::ListPattern(std::string_view reference, std::string_view pattern) {
  const auto whole = collapsed(joined(reference, pattern));
  size_ = whole.size();
  too_long_ = size_ > max_size;
  if (too_long_) return;
  words_ = size_ / 64 + 1;
  masks_.resize(3 * words_);
  for (std::size_t i = 0; i < size_; ++i) {
    const char c = whole[i];
    if (c == '*') {
      set(star_mask, i);
    } else if (c == '%') {
      set(percent_mask, i);
    } else {
      set(mask_of(c), i);
      ++literals_;
    }
  }
}

std::size_t ListPattern::mask_of(char c) {
  auto& index = mask_index_[static_cast<unsigned char>(c)];
  if (index == none_mask) {
    index = static_cast<std::uint16_t>(masks_.size() / words_);
    masks_.resize(masks_.size() + words_);
  }
  return index;
}

void ListPattern::set(std::size_t mask, std::size_t position) {
  masks_[mask * words_ + position / 64] |= std::uint64_t{1} << (position % 64);
}

const std::uint64_t* ListPattern::mask(char c) const {
  return &masks_[mask_index_[static_cast<unsigned char>(c)] * words_];
}

// The start, and behind a wildcard there, which may stand for nothing.
void ListPattern::start(Positions& positions) const {
  positions.words[0] = 1;
  if (((masks_[star_mask * words_] | masks_[percent_mask * words_]) & 1) != 0)
    positions.words[0] |= 2;
}

// All positions at once: behind an equal character, at a wildcard that takes `c`, and behind each
// wildcard reached.
void ListPattern::step(Positions& positions, char c, bool any_case) const {
  const auto* const equal = mask(any_case ? text::lower(c) : c);
  const auto* const equal_upper = mask(any_case ? text::upper(c) : c);
  const auto* const stars = &masks_[star_mask * words_];
  const auto* const percents = &masks_[percent_mask * words_];
  const std::uint64_t percent_takes = c == '/' ? 0 : ~std::uint64_t{0};
  std::uint64_t carry = 0;
  std::uint64_t wild_carry = 0;
  for (std::size_t i = 0; i < words_; ++i) {
    const auto current = positions.words[i];
    const auto moved = current & (equal[i] | equal_upper[i]);
    auto next = (moved << 1) | carry;
    carry = moved >> 63;
    next |= current & (stars[i] | (percents[i] & percent_takes));
    const auto wild = next & (stars[i] | percents[i]);
    next |= (wild << 1) | wild_carry;
    wild_carry = wild >> 63;
    positions.words[i] = next;
  }
}

ListPattern::Positions ListPattern::run(std::string_view name) const {
  Positions positions;
  start(positions);
  const std::size_t any_case = begins_with_inbox(name) ? inbox.size() : 0;
  for (std::size_t i = 0; i < name.size(); ++i) step(positions, name[i], i < any_case);
  return positions;
}

bool ListPattern::matches(std::string_view name) const {
  if (too_long_ || literals_ > name.size()) return false;
  const auto positions = run(name);
  return ((positions.words[size_ / 64] >> (size_ % 64)) & 1) != 0;
}

bool ListPattern::may_match_below(std::string_view name) const {
  if (too_long_) return false;
  auto positions = run(name);
  if (!name.ends_with('/')) step(positions, '/', false);
  // The end of the pattern has nothing left for a name below.
  positions.words[size_ / 64] &= ~(std::uint64_t{1} << (size_ % 64));
  for (std::size_t i = 0; i < words_; ++i)
    if (positions.words[i] != 0) return true;
  return false;
}

} // namespace mox::imap
