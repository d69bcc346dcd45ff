// Patterns of LIST: "*" is anything, "%" anything but the delimiter "/" (RFC 9051 section 6.3.9).
// Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace mox::imap {

class ListPattern {
public:
  // Of the joined pattern in bytes, once runs of wildcards are one. A longer one matches nothing.
  static constexpr std::size_t max_size = 2048;

  // `reference` and `pattern` are decoded names. They are joined as a path, and a pattern that
  // begins with "/" stands alone: RFC 9051 leaves both to the server. The first level is compared
  // without regard to case when it is INBOX.
  ListPattern(std::string_view reference, std::string_view pattern);

  // Time at most pattern * name / 64, however many wildcards; allocates nothing.
  bool matches(std::string_view name) const;
  // A name below `name` could match: then a parent is worth listing.
  bool may_match_below(std::string_view name) const;

private:
  static constexpr std::size_t words_max = max_size / 64 + 1;

  // Positions in the pattern, as bits: all that can be reached by what was read of the name.
  struct Positions {
    std::array<std::uint64_t, words_max> words{};
  };

  void set(std::size_t mask, std::size_t position);
  std::size_t mask_of(char c);
  Positions run(std::string_view name) const;
  void start(Positions& positions) const;
  void step(Positions& positions, char c, bool any_case) const;
  const std::uint64_t* mask(char c) const;

  bool too_long_ = false;
  std::size_t size_ = 0;                        // of the pattern
  std::size_t words_ = 0;                       // in use of each mask
  std::size_t literals_ = 0;                    // characters that a name must have at least
  std::array<std::uint16_t, 256> mask_index_{}; // per byte: its mask in masks_, 0 for none
  std::vector<std::uint64_t> masks_; // none, stars, percents, then one per byte of the pattern
};

} // namespace mox::imap
