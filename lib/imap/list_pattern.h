// Patterns of LIST: "*" is anything, "%" anything but the delimiter "/" (RFC 9051 section 6.3.9).
// Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mox::imap {

class ListPattern {
public:
  // `reference` and `pattern` are decoded names. The first level is compared without regard to case
  // when it is INBOX. A pattern longer than max_size matches nothing.
  ListPattern(std::string_view reference, std::string_view pattern);

  // Time at most (pattern * name) / 64, however many wildcards.
  bool matches(std::string_view name) const;
  // A name below `name` could match: then a parent is worth listing.
  bool may_match_below(std::string_view name) const;

  static constexpr std::size_t max_size = 4096;

private:
  using Set = std::vector<std::uint64_t>;
  Set run(std::string_view name) const;

  std::string pattern_; // runs of wildcards collapsed
};

} // namespace mox::imap
