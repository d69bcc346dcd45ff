// Finds words in text without regard to case, in whole texts and in streams. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mox::text {

// What is searched for, prepared once. Text matches where its full Unicode case folding contains
// that of the needle; malformed UTF-8 counts as U+FFFD byte by byte. Takes time in proportion to
// the text, whatever needle and text are. May be shared by threads.
class Needle {
public:
  // Any bytes; an empty needle is in every text.
  explicit Needle(std::string_view text);

  bool in(std::string_view text) const;

  bool empty() const { return folded_.empty(); }

private:
  friend class StreamSearch;

  // `text` is casefolded, or ASCII in any case.
  bool in_folded(std::string_view text) const;
  // How many bytes from the start of the needle on stand at `text`.
  std::size_t matched_at(const char* text) const;
  bool in_slowly(std::string_view text) const;

  // One byte of the needle that a place in the text must have to be looked at more closely.
  struct Probe {
    std::size_t offset = 0;
    std::uint64_t pattern = 0; // eight times the byte
    std::uint64_t mask = 0;    // sets the bit that tells upper from lower case, for letters
  };

  Probe make_probe(std::size_t offset) const;

  std::string folded_;
  std::array<Probe, 2> probes_;
  // borders_[i]: how long a beginning of the needle, shorter than i + 1, ends its first i + 1
  // bytes.
  std::vector<std::uint32_t> borders_;
};

// The same over text that comes in pieces: a match across their ends is found. Used by one thread;
// the needle must outlive it.
class StreamSearch {
public:
  explicit StreamSearch(const Needle& needle) : needle_(needle), found_(needle.empty()) {}

  // True as soon as the needle is known to be in the text; then nothing more need be fed.
  bool feed(std::string_view piece);
  // The text ends here. True when it has the needle. Ready for another text afterwards.
  bool finish();

private:
  void add(std::string_view whole_characters);
  void look();

  const Needle& needle_;
  bool found_;
  std::string partial_; // the start of a character that the end of a piece has cut
  std::string folded_;  // not looked at yet, behind the end of what was
};

} // namespace mox::text
