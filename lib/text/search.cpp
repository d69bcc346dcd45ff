#include "text/search.h"

#include "text/ascii.h"
#include "text/utf8.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace mox::text {

namespace {

constexpr std::uint64_t ones = 0x0101010101010101u;
constexpr std::uint64_t highs = 0x8080808080808080u;
// Text is folded and looked at in portions that fit the first level cache.
constexpr std::size_t portion = 8192;

// How often a byte of casefolded text occurs, roughly: the smaller, the better a probe.
int frequency(char c) {
  constexpr std::string_view by_frequency = " etaoinsrhldcumfgpwyb.,v0k12-=3\r\n<>/\"";
  if (static_cast<unsigned char>(c) >= 0x80) return 1;
  const auto rank = by_frequency.find(c);
  return rank == std::string_view::npos ? 0 : static_cast<int>(by_frequency.size() - rank) + 1;
}

std::uint64_t load(const char* from) {
  std::uint64_t word = 0;
  std::memcpy(&word, from, sizeof word);
  return word;
}

// The bytes at the end of `s` that are the start of a character whose rest is missing.
std::size_t partial_size(std::string_view s) {
  for (std::size_t size = 1; size <= std::min<std::size_t>(3, s.size()); ++size) {
    const auto byte = static_cast<unsigned char>(s[s.size() - size]);
    if (byte < 0x80) return 0;
    if (byte >= 0xC0) {
      const std::size_t whole = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
      return size < whole ? size : 0;
    }
  }
  return 0;
}

} // namespace

Needle::Needle(std::string_view text) : folded_(casefold(text)) {
  if (folded_.empty()) return;
  std::size_t rarest = 0;
  for (std::size_t i = 0; i < folded_.size(); ++i)
    if (frequency(folded_[i]) < frequency(folded_[rarest])) rarest = i;
  // Another byte as second probe, or the same one where there is no other.
  std::size_t second = rarest;
  for (std::size_t i = 0; i < folded_.size(); ++i)
    if (i != rarest && (second == rarest || frequency(folded_[i]) < frequency(folded_[second])))
      second = i;
  probes_ = {make_probe(rarest), make_probe(second)};

  borders_.resize(folded_.size());
  std::uint32_t border = 0;
  for (std::size_t i = 1; i < folded_.size(); ++i) {
    while (border > 0 && folded_[i] != folded_[border]) border = borders_[border - 1];
    if (folded_[i] == folded_[border]) ++border;
    borders_[i] = border;
  }
}

Needle::Probe Needle::make_probe(std::size_t offset) const {
  const char c = folded_[offset];
  return {offset, ones * static_cast<unsigned char>(c), is_alpha(c) ? ones * 0x20 : 0};
}

std::size_t Needle::matched_at(const char* text) const {
  std::size_t matched = 0;
  while (matched < folded_.size() && lower(text[matched]) == folded_[matched]) ++matched;
  return matched;
}

// Eight places at a time: a byte of `misses` is zero where both probes fit.
bool Needle::in_folded(std::string_view text) const {
  if (text.size() < folded_.size()) return false;
  const std::size_t places = text.size() - folded_.size() + 1;
  const auto [first, second] = probes_;
  const char* const first_at = text.data() + first.offset;
  const char* const second_at = text.data() + second.offset;
  std::size_t compared = 0;
  std::size_t place = 0;
  for (; place + 8 <= places; place += 8) {
    const std::uint64_t misses = ((load(first_at + place) | first.mask) ^ first.pattern) |
                                 ((load(second_at + place) | second.mask) ^ second.pattern);
    if (((misses - ones) & ~misses & highs) == 0) continue;
    for (std::size_t i = place; i < place + 8; ++i) {
      const auto matched = matched_at(text.data() + i);
      if (matched == folded_.size()) return true;
      compared += matched;
    }
    // Text that was made to match nearly everywhere must not cost the product of the sizes.
    if (compared > 1024 + 4 * place) return in_slowly(text.substr(place + 8));
  }
  for (; place < places; ++place)
    if (matched_at(text.data() + place) == folded_.size()) return true;
  return false;
}

// Knuth, Morris and Pratt: every byte of the text once.
bool Needle::in_slowly(std::string_view text) const {
  std::size_t matched = 0;
  for (const char c : text) {
    while (matched > 0 && lower(c) != folded_[matched]) matched = borders_[matched - 1];
    if (lower(c) == folded_[matched]) ++matched;
    if (matched == folded_.size()) return true;
  }
  return false;
}

bool Needle::in(std::string_view text) const {
  if (folded_.empty()) return true;
  if (text.size() <= portion) return is_ascii(text) ? in_folded(text) : in_folded(casefold(text));
  StreamSearch search(*this);
  return search.feed(text) || search.finish();
}

bool StreamSearch::feed(std::string_view piece) {
  if (found_) return true;
  // A character that was cut is completed by as many bytes as it lacks.
  while (!partial_.empty() && !piece.empty()) {
    if ((static_cast<unsigned char>(piece.front()) & 0xC0) == 0x80) {
      partial_.push_back(piece.front());
      piece.remove_prefix(1);
      if (partial_size(partial_) > 0) continue;
    }
    add(std::exchange(partial_, {}));
  }
  while (!found_ && !piece.empty()) {
    auto next = piece.substr(0, portion);
    const auto cut = partial_size(next);
    if (next.size() == piece.size()) partial_ = next.substr(next.size() - cut);
    piece.remove_prefix(next.size() == piece.size() ? next.size() : next.size() - cut);
    next.remove_suffix(cut);
    add(next);
  }
  return found_;
}

void StreamSearch::add(std::string_view whole_characters) {
  if (is_ascii(whole_characters))
    folded_ += whole_characters;
  else
    folded_ += casefold(whole_characters);
  if (folded_.size() >= std::max(portion, 4 * needle_.folded_.size())) look();
}

void StreamSearch::look() {
  found_ = found_ || needle_.in_folded(folded_);
  const auto kept = std::min(folded_.size(), needle_.folded_.size() - 1);
  folded_.erase(0, folded_.size() - kept);
}

bool StreamSearch::finish() {
  if (!found_) {
    add(std::exchange(partial_, {}));
    look();
  }
  folded_.clear();
  partial_.clear();
  return std::exchange(found_, needle_.empty());
}

} // namespace mox::text
